/* The tabulator's desk: the list looks again by itself, typing is added up and kept, and whoever
   compares is told how many lines are left. Without this script every page works on its own. */
(function () {
  'use strict';

  var AGAIN = 4000;
  var DRAFTS = 'paper:';

  function one(name, root) { return (root || document).querySelector('[' + name + ']'); }
  function all(selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); }
  function show(element, is) { if (element) { element.hidden = !is; } }

  /* The list at the side */

  var nav = one('data-todo-url');
  if (nav) {
    var etag = '';
    var here = function () {
      all('[data-todo] a').forEach(function (link) {
        if (link.pathname === location.pathname) { link.setAttribute('aria-current', 'page'); }
      });
    };
    here();
    var connections = one('data-connections');
    var connected = function (is) {
      show(connections.children[0], is);
      show(connections.children[1], !is);
    };
    var ask = function () {
      fetch(nav.getAttribute('data-todo-url'), { headers: etag ? { 'If-None-Match': etag } : {}, credentials: 'same-origin' })
        .then(function (answer) {
          if (answer.redirected || (!answer.ok && answer.status !== 304)) { throw new Error('no list'); }
          connected(true);
          if (answer.status === 304) { return null; }
          etag = answer.headers.get('ETag') || '';
          return answer.text();
        })
        .then(function (text) {
          var place = one('data-todo');
          if (text === null || place.contains(document.activeElement)) { return; }
          place.innerHTML = text;
          here();
          var stage = place.querySelector('template');
          one('data-on-stage').replaceChildren(stage.content.cloneNode(true));
        })
        .catch(function () { connected(false); etag = ''; })
        .then(function () { setTimeout(ask, AGAIN); });
    };
    setTimeout(ask, AGAIN);
  }

  /* Typing */

  function plain(text) {
    return text.normalize('NFKC').trim();
  }

  /* In ten-thousandths, so that nothing is lost to binary fractions. */
  function parts(text) {
    var found = /^(\d{1,5})(?:\.(\d{1,4}))?$/.exec(plain(text));
    return found ? Number(found[1]) * 10000 + Number(((found[2] || '') + '0000').slice(0, 4)) : null;
  }

  function written(value, places) {
    return (value / 10000).toFixed(places);
  }

  function code(text) {
    return plain(text).toUpperCase().replace(/[^0-9A-Z]/g, '');
  }

  var form = one('data-paper');
  if (form) {
    var marks = all('[data-mark]', form);
    var total = one('data-paper-total', form);
    var bad = one('data-total-bad', form);
    var codeField = form.elements.code;

    var look = function () {
      var values = marks.map(function (field) { return parts(field.value); });
      var sum = values.indexOf(null) < 0 ? values.reduce(function (a, b) { return a + b; }, 0) : null;
      var given = parts(total.value);
      var differs = sum !== null && given !== null && sum !== given;
      var agrees = sum !== null && given !== null && sum === given;
      if (differs) {
        var places = Math.max.apply(null, marks.concat(total).map(function (field) {
          return (plain(field.value).split('.')[1] || '').length;
        }));
        one('data-text', bad).textContent = bad.getAttribute('data-count') + '项之和是 ' + written(sum, places) + '。请再看纸：哪个数抄错了？';
      }
      show(one('data-total-ok', form), agrees);
      show(bad, differs);
      total.classList.toggle('is-bad', differs);
      show(one('data-added-wrong', form), differs);
      show(one('data-hand-over', form), !differs);

      var typed = code(codeField.value);
      var right = form.getAttribute('data-code');
      show(one('data-code-ok', form), typed === right);
      show(one('data-code-bad', form), typed.length >= right.length && typed !== right);
      codeField.classList.toggle('is-bad', typed.length >= right.length && typed !== right);
    };

    var key = DRAFTS + location.pathname;
    var fields = all('input:not([type="hidden"])', form);
    var keep = function () {
      var typed = {};
      fields.forEach(function (field) { typed[field.name] = field.type === 'checkbox' ? field.checked : field.value; });
      try { sessionStorage.setItem(key, JSON.stringify(typed)); } catch { /* No room: the page still holds it. */ }
    };
    var untouched = fields.every(function (field) { return field.type === 'checkbox' ? !field.checked : !field.value; });
    if (untouched) {
      try {
        var kept = JSON.parse(sessionStorage.getItem(key) || '{}');
        fields.forEach(function (field) {
          if (!(field.name in kept)) { return; }
          if (field.type === 'checkbox') { field.checked = kept[field.name]; } else { field.value = kept[field.name]; }
        });
      } catch { /* Nothing was kept. */ }
    }
    form.addEventListener('input', function () { keep(); look(); });
    if (fields.some(function (field) { return field.value && field.type !== 'checkbox'; }) && !one('aria-invalid', form)) { look(); }
    if (!codeField.value) { codeField.focus(); }
    /* Enter goes on to the next field; the sheet is handed over by its button. */
    form.addEventListener('keydown', function (event) {
      var place = fields.indexOf(event.target);
      if (event.key === 'Enter' && place >= 0) {
        event.preventDefault();
        var next = fields[place + 1];
        if (next) { next.focus(); } else { one('data-hand-over', form).focus(); }
      }
    });
  }

  var done = one('data-handed-over');
  if (done) {
    try { sessionStorage.removeItem(DRAFTS + done.getAttribute('data-handed-over')); } catch { /* Nothing was kept. */ }
  }

  /* Comparing */

  var compare = one('data-compare');
  if (compare) {
    var ticks = all('input[name="same"]', compare);
    var sign = one('data-sign', compare);
    var count = function () {
      var left = ticks.filter(function (tick) { return !tick.checked; }).length;
      one('data-left', compare).textContent = left ? '还有 ' + left + ' 项没对。数字不能在这里改。' : '全部对过了，可以签认。';
      sign.setAttribute('aria-disabled', String(left > 0));
    };
    compare.addEventListener('change', count);
    compare.addEventListener('submit', function (event) {
      if (sign.getAttribute('aria-disabled') === 'true') { event.preventDefault(); }
    });
    count();
  }
}());
