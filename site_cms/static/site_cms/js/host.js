/* The host's console: its parts are fetched again by themselves, acts are sent without a reload,
   and keys do what the buttons do. An irreversible act is held for two seconds, never a key. */
(function () {
  'use strict';

  var desk = document.querySelector('[data-desk]');
  if (!desk) { return; }

  var token = document.querySelector('[name=csrfmiddlewaretoken]').value;
  var EVERY = 1500;
  var HOLD = 2000;
  var etag = '';
  var lostSince = 0;
  var clockOffset = 0;
  var busy = false;
  var acts = 0;

  var all = function (selector, within) {
    return Array.prototype.slice.call((within || document).querySelectorAll(selector));
  };
  var two = function (number) { return ('0' + number).slice(-2); };

  var show = function (html) {
    var fresh = new DOMParser().parseFromString(html, 'text/html');
    all('[data-part]', fresh).forEach(function (part) {
      var old = document.querySelector('[data-part="' + part.getAttribute('data-part') + '"]');
      if (old && old.innerHTML !== part.innerHTML) { old.innerHTML = part.innerHTML; }
    });
    tick();
  };

  var tick = function () {
    var now = new Date(Date.now() + clockOffset);
    document.querySelector('[data-clock]').textContent =
      two(now.getHours()) + ':' + two(now.getMinutes()) + ':' + two(now.getSeconds());
    all('[data-timer]').forEach(function (part) {
      var left = Math.round((Date.parse(part.getAttribute('data-timer')) - now.getTime()) / 1000);
      var seconds = Math.abs(left);
      var word = part.querySelector('[data-timer-word]');
      part.classList.toggle('is-over', left < 0);
      word.textContent = word.getAttribute('data-timer-word') + (left < 0 ? ' · 超时' : ' · 进行中');
      part.querySelector('dd').textContent =
        (left < 0 ? '+' : '') + two(Math.floor(seconds / 60)) + ':' + two(seconds % 60);
    });
    var lost = document.querySelector('[data-lost]');
    lost.hidden = !lostSince;
    if (lostSince) {
      document.querySelector('[data-lost-seconds]').textContent = Math.round((Date.now() - lostSince) / 1000);
    }
  };

  var answer = function (response) {
    var date = Date.parse(response.headers.get('Date') || '');
    if (date) { clockOffset = date + 500 - Date.now(); }
    if (response.redirected || response.status === 403) { location.reload(); return null; }
    if (response.status !== 304 && !response.ok) { throw new Error(response.status); }
    lostSince = 0;
    document.body.classList.remove('is-lost');
    return response.status === 304 ? null : response.text().then(function (html) {
      etag = response.headers.get('ETag') || '';
      show(html);
    });
  };

  var lose = function () {
    lostSince = lostSince || Date.now();
    etag = '';
    document.body.classList.add('is-lost');
    all('.dgo:not(.dgo--s)').forEach(function (button) {
      button.disabled = true;
      button.className = 'dgo dgo--wait';
      button.textContent = '正在重连，请稍等';
    });
    tick();
  };

  var ask = function (url, options) {
    var late = new Promise(function (resolve, reject) { setTimeout(reject, 8000); });
    return Promise.race([fetch(url, Object.assign({ credentials: 'same-origin', cache: 'no-store' }, options)), late]);
  };

  /* What was asked before an act and is answered after it shows what is over: it is passed by. */
  var poll = function () {
    var headers = etag ? { 'If-None-Match': etag } : {};
    var before = acts;
    var asked = busy ? Promise.resolve() : ask(desk.getAttribute('data-desk'), { headers: headers }).then(function (response) {
      return acts === before ? answer(response) : null;
    }).catch(lose);
    asked.then(function () { setTimeout(poll, EVERY); });
  };

  var send = function (form, button) {
    if (busy) { return; }
    busy = true;
    acts += 1;
    var body = new FormData(form);
    if (button && button.name) { body.append(button.name, button.value); }
    ask(form.action, { method: 'POST', body: body, headers: { 'X-Desk': '1', 'X-CSRFToken': token } })
      .then(answer).catch(lose).then(function () { busy = false; });
  };

  document.addEventListener('submit', function (event) {
    var form = event.target.closest('[data-act]');
    if (!form) { return; }
    event.preventDefault();
    var button = event.submitter || form.querySelector('button');
    if (button.classList.contains('btn--hold')) { return; }
    send(form, button);
  });

  /* Held for two seconds; letting go cancels. */
  var holding = null;
  var start = function (button) {
    button.classList.add('is-holding');
    holding = setTimeout(function () { send(button.form, button); }, HOLD);
  };
  var stop = function () {
    clearTimeout(holding);
    all('.is-holding').forEach(function (button) { button.classList.remove('is-holding'); });
  };
  document.addEventListener('pointerdown', function (event) {
    var button = event.target.closest('.btn--hold');
    if (button) { start(button); }
  });
  ['pointerup', 'pointercancel', 'keyup', 'blur'].forEach(function (name) { window.addEventListener(name, stop, true); });

  document.addEventListener('keydown', function (event) {
    var dialog = document.querySelector('.veil [data-close]');
    if (event.key === 'Escape' && dialog) { dialog.click(); return; }
    if (dialog || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) { return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) { return; }
    if (event.key === 'Enter' && event.target.closest('.btn--hold')) {
      event.preventDefault();
      start(event.target);
      return;
    }
    var button = event.key === ' '
      ? document.querySelector('.dnext .dgo:not(.dgo--wait):not(.btn--hold):not(:disabled)')
      : document.querySelector('.scenes [data-key="' + event.key.toUpperCase().replace(/["\\]/g, '') + '"]');
    if (event.key === ' ') { event.preventDefault(); }
    if (button) { send(button.form, button); }
  });

  setInterval(tick, 500);
  tick();
  poll();
}());
