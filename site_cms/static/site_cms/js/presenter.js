/* The presenter's phone: the words are asked for again by themselves, a press is sent once.
   Without the network the words stay readable and the buttons are taken away. */
(function () {
  'use strict';

  var box = document.querySelector('[data-prompt]');
  if (!box) { return; }

  var token = document.querySelector('[name=csrfmiddlewaretoken]').value;
  var lost = document.querySelector('[data-lost]');
  var EVERY = 1500;
  var etag = '';
  var busy = false;
  var acts = 0;
  var clockOffset = 0;

  var all = function (selector) { return Array.prototype.slice.call(box.querySelectorAll(selector)); };

  var isTyping = function () {
    var field = document.activeElement;
    return field && box.contains(field) && field.name === 'first';
  };

  /* How long the picture should still stand: told, never forced. */
  var tick = function () {
    all('[data-pause]').forEach(function (each) {
      var stood = (Date.now() + clockOffset - Date.parse(each.getAttribute('data-since'))) / 1000;
      var left = Math.ceil(Number(each.getAttribute('data-pause')) - stood);
      each.textContent = left > 0 ? '再停 ' + left + ' 秒。' : '可以按了。';
    });
  };

  var setLost = function (isLost) {
    lost.hidden = !isLost;
    document.body.classList.toggle('is-lost', isLost);
    all('button').forEach(function (button) {
      if (isLost) { button.disabled = true; }
    });
    if (isLost) { etag = ''; }
  };

  var answer = function (response) {
    var date = Date.parse(response.headers.get('Date') || '');
    if (date) { clockOffset = date + 500 - Date.now(); }
    if (response.status === 403 || response.status === 404) { location.reload(); return null; }
    if (response.status !== 304 && !response.ok) { throw new Error(response.status); }
    setLost(false);
    return response.status === 304 ? null : response.text().then(function (html) {
      etag = response.headers.get('ETag') || '';
      box.innerHTML = html;
      tick();
    });
  };

  var ask = function (url, options) {
    var late = new Promise(function (resolve, reject) { setTimeout(reject, 8000); });
    return Promise.race([fetch(url, Object.assign({ credentials: 'same-origin', cache: 'no-store' }, options)), late]);
  };
  var lose = function () { setLost(true); };

  var poll = function () {
    var before = acts;
    var headers = etag ? { 'If-None-Match': etag } : {};
    var asked = busy || isTyping() ? Promise.resolve() : ask(box.getAttribute('data-prompt'), { headers: headers }).then(function (response) {
      return acts === before ? answer(response) : null;
    }).catch(lose);
    asked.then(function () { setTimeout(poll, EVERY); });
  };

  document.addEventListener('submit', function (event) {
    var form = event.target.closest('[data-act]');
    if (!form) { return; }
    event.preventDefault();
    if (busy) { return; }
    busy = true;
    acts += 1;
    var button = event.submitter || form.querySelector('button');
    var body = new FormData(form);
    body.append(button.name, button.value);
    all('button').forEach(function (each) { each.disabled = true; });
    ask(form.action, { method: 'POST', body: body, headers: { 'X-Desk': '1', 'X-CSRFToken': token } })
      .then(answer).catch(lose).then(function () { busy = false; });
  });

  var stayAwake = function () {
    if (document.visibilityState !== 'visible' || !navigator.wakeLock) { return; }
    navigator.wakeLock.request('screen').catch(function () { return null; });
  };
  document.addEventListener('visibilitychange', stayAwake);
  stayAwake();
  setInterval(tick, 500);
  tick();
  poll();
}());
