/* The supervisor: the list looks again by itself, and the lock is held.

   A button that acts when it is held for two seconds; letting go cancels. Enter can be held as well.
   Without this script it is an ordinary button. A reader's activation without a pointer or a key
   press asks once more instead of holding. */
(function () {
  'use strict';

  var HOLD = 2000;
  var AGAIN = 5000;

  if (document.querySelector('[data-looks-again]')) {
    var again = setTimeout(function () { location.reload(); }, AGAIN);
    /* Whoever is on the way to a sheet is not fetched back. */
    window.addEventListener('beforeunload', function () { clearTimeout(again); });
  }

  Array.prototype.forEach.call(document.querySelectorAll('[data-hold-form]'), function (form) {
    var button = form.querySelector('.btn--hold');
    var timer = null;
    var sent = false;
    button.textContent = button.getAttribute('data-hold-label');

    var start = function () {
      if (timer) { return; }
      button.classList.add('is-holding');
      timer = setTimeout(function () { sent = true; form.submit(); }, HOLD);
    };
    var stop = function () {
      clearTimeout(timer);
      timer = null;
      button.classList.remove('is-holding');
    };

    button.addEventListener('pointerdown', start);
    ['pointerup', 'pointerleave', 'pointercancel', 'blur'].forEach(function (name) { button.addEventListener(name, stop); });
    button.addEventListener('keydown', function (event) {
      if (event.key === 'Enter') { event.preventDefault(); start(); }
    });
    button.addEventListener('keyup', stop);
    button.addEventListener('contextmenu', function (event) { event.preventDefault(); });
    form.addEventListener('submit', function (event) {
      var byReader = event.submitter && !sent && !button.matches(':active') && document.activeElement !== button;
      if (!sent && !(byReader && window.confirm(button.textContent + '？'))) { event.preventDefault(); }
    });
  });
}());
