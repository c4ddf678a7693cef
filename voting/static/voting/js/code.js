/* code.js: the QR code of a slip brings its code in the address's fragment, which no server
   sees. It goes into the field, and out of the address and the history. */
(function () {
  'use strict';
  var field = document.querySelector('[data-from-fragment]');
  var code = location.hash.slice(1);
  if (!field || !/^[0-9A-Za-z-]{9,13}$/.test(code)) { return; }
  if (!field.value) { field.value = code.replace(/^(...)(...)(...)$/, '$1-$2-$3'); }
  if (window.history && history.replaceState) { history.replaceState(null, '', location.pathname + location.search); }
})();
