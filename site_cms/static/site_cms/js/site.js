/* site.js: comfort only, every page works without it. ES2017, no dependencies. */
(function () {
  'use strict';
  var root = document.documentElement;
  var YEAR = 31536000;

  function each(list, act) { Array.prototype.forEach.call(list, act); }

  /* 大字版 and 高对比: the server has already written the state; here it changes without a reload. */
  function cookie(name) {
    var found = document.cookie.match(new RegExp('(?:^|; )' + name + '=(\\w+)'));
    return found ? found[1] : '';
  }
  function apply(name, value) {
    if (value === 'large' || value === 'high') { root.setAttribute('data-' + name, value); } else { root.removeAttribute('data-' + name); }
    each(document.querySelectorAll('[data-set^="' + name + ':"]'), function (button) {
      var on = button.getAttribute('data-set') === name + ':' + value;
      button.setAttribute('aria-pressed', String(on));
      button.value = on ? 'normal' : button.getAttribute('data-set').split(':')[1];
    });
  }
  function keep(name, value) {
    document.cookie = name + '=' + (value || 'normal') + ';path=/;max-age=' + YEAR + ';samesite=lax' + (location.protocol === 'https:' ? ';secure' : '');
  }
  document.addEventListener('click', function (event) {
    var button = event.target.closest && event.target.closest('[data-set]');
    if (!button) { return; }
    event.preventDefault();
    var pair = button.getAttribute('data-set').split(':');
    var value = root.getAttribute('data-' + pair[0]) === pair[1] ? '' : pair[1];
    keep(pair[0], value);
    apply(pair[0], value);
    /* the address must not bring the old choice back on the next reload */
    if (window.URL && history.replaceState && /[?&](font|contrast)=/.test(location.search)) {
      var here = new URL(location.href);
      here.searchParams.delete(pair[0]);
      history.replaceState(null, '', here.href);
    }
  });
  /* a page that comes back out of the browser's memory may show an older choice */
  window.addEventListener('pageshow', function (event) {
    if (!event.persisted) { return; }
    ['font', 'contrast'].forEach(function (name) { if (cookie(name)) { apply(name, cookie(name)); } });
  });

  /* Time left: the page may have been cached, the sentence beside it carries the full date. */
  each(document.querySelectorAll('[data-until]'), function (place) {
    var until = Date.parse(place.getAttribute('data-until'));
    var draw = function () {
      var minutes = Math.floor((until - Date.now()) / 60000);
      if (!(minutes >= 0)) { return; }
      var days = Math.floor(minutes / 1440);
      var hours = Math.floor(minutes % 1440 / 60);
      var parts = days ? [[days, '天'], [hours, '小时']] : hours ? [[hours, '小时'], [minutes % 60, '分钟']] : [[Math.max(minutes, 1), '分钟']];
      place.textContent = '';
      parts.forEach(function (part) {
        var number = document.createElement('b');
        number.textContent = part[0];
        place.appendChild(number);
        place.appendChild(document.createTextNode(' ' + part[1] + ' '));
      });
    };
    draw();
    setInterval(draw, 30000);
  });

  /* A second press while the first is still on its way: the server would answer alike, the person need not wonder. */
  function rest(button) {
    button.removeAttribute('aria-busy');
    if (button.hasAttribute('data-words')) { button.textContent = button.getAttribute('data-words'); }
  }
  document.addEventListener('submit', function (event) {
    var button = event.target.querySelector('[data-busy]');
    if (!button) { return; }
    if (button.getAttribute('aria-busy') === 'true') { event.preventDefault(); return; }
    button.setAttribute('data-words', button.textContent);
    button.setAttribute('aria-busy', 'true');
    button.textContent = button.getAttribute('data-busy');
    setTimeout(function () { rest(button); }, 20000);
  });
  window.addEventListener('pageshow', function () { each(document.querySelectorAll('[aria-busy="true"][data-busy]'), rest); });

  /* A form that is sent from within the page: when the network fails, page and choices stay.
     data-send says so in words. The same form sent twice is taken once. */
  function show(html) {
    document.open();
    document.write(html);
    document.close();
  }
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (event.defaultPrevented || !form.hasAttribute('data-send') || !window.fetch || !window.AbortController) { return; }
    event.preventDefault();
    var place = form.querySelector('[data-msg]');
    var button = form.querySelector('[data-busy]');
    var stop = new AbortController();
    var timer = setTimeout(function () { stop.abort(); }, 30000);
    place.hidden = true;
    fetch(form.getAttribute('action'), {
      method: 'POST',
      body: new URLSearchParams(new FormData(form)),
      headers: { 'X-Requested-With': 'XMLHttpRequest' },
      credentials: 'same-origin',
      signal: stop.signal
    }).then(function (answer) {
      if (answer.status === 201) { location.assign(answer.headers.get('Location')); return null; }
      return answer.text().then(show);
    }).catch(function () {
      if (button) { rest(button); }
      place.textContent = form.getAttribute('data-send');
      place.hidden = false;
    }).then(function () { clearTimeout(timer); });
  });

  /* Ballot: count, list and limit. The server checks again. */
  var form = document.querySelector('[data-ballot]');
  if (form) {
    var max = Number(form.getAttribute('data-max'));
    var min = Number(form.getAttribute('data-min'));
    var verb = form.getAttribute('data-verb') || '选';
    var count = form.querySelector('[data-count]');
    var left = form.querySelector('[data-rest]');
    var nos = form.querySelector('[data-nos]');
    var msg = form.querySelector('[data-msg]');
    var chosen = function () { return form.querySelectorAll('.choice__input:checked, .grade__input:checked:not([value=""])'); };
    var few = function (count) { return min > 1 && count < min ? '还要' + verb + ' ' + (min - count) + ' 个' : '还可' + verb + ' ' + (max - count) + ' 个'; };
    var draw = function () {
      var on = chosen();
      count.textContent = on.length;
      left.textContent = on.length < max ? few(on.length) : '已' + verb + '满';
      nos.textContent = '';
      each(on, function (input) {
        if (!input.classList.contains('choice__input')) { return; }
        var pennant = document.createElement('span');
        pennant.className = 'no no--small';
        pennant.textContent = input.getAttribute('data-number') || input.value;
        nos.appendChild(pennant);
      });
    };
    var say = function (text) { msg.textContent = text; msg.hidden = !text; };
    form.querySelector('[data-nojs]').hidden = true;
    form.querySelector('[data-js]').hidden = false;
    form.addEventListener('change', function (event) {
      var graded = event.target.classList.contains('grade__input');
      if (!graded && !event.target.classList.contains('choice__input')) { return; }
      say('');
      if (chosen().length > max) {
        event.target.checked = false;
        var none = graded && event.target.closest('.grade').querySelector('[value=""]');
        if (none) { none.checked = true; }
        say(graded ? '最多评 ' + max + ' 个。想换成这一个，请先把另一个改成“不评”。' : '最多选 ' + max + ' 个。想换成这一个，请先点一下已选的单位把它去掉。');
      }
      draw();
    });
    /* 选上: tick by number without a reload */
    var field = form.querySelector('[data-pick]');
    if (field) {
      var pick = function () {
        var typed = field.value.trim().replace(/^0+/, '');
        var hit = null;
        each(form.querySelectorAll('.choice__input, .grade'), function (input) {
          if ((input.getAttribute('data-number') || input.value).replace(/^0+/, '') === typed) { hit = input; }
        });
        if (!typed || !hit) { say('没有找到这个编号，请看卡片左上角的红色小旗。'); return; }
        if (hit.classList.contains('grade')) {
          field.value = '';
          say('');
          hit.scrollIntoView({ block: 'center' });
          (hit.querySelector('.grade__input:checked') || hit.querySelector('.grade__input')).focus({ preventScroll: true });
          return;
        }
        if (!hit.checked && chosen().length >= max) { say('已经选满 ' + max + ' 个。想选 ' + field.value + ' 号，请先去掉一个。'); return; }
        hit.checked = true;
        field.value = '';
        say('');
        draw();
        hit.focus();
      };
      field.addEventListener('keydown', function (event) { if (event.key === 'Enter') { event.preventDefault(); pick(); } });
      var add = form.querySelector('[data-pick-add]');
      if (add) { add.addEventListener('click', function (event) { event.preventDefault(); pick(); }); }
    }
    draw();
  }

  /* Printing needs a script; without one the button is not there. */
  each(document.querySelectorAll('[data-print]'), function (button) {
    button.hidden = false;
    button.addEventListener('click', function () { window.print(); });
  });
}());
