/* The host's console: its parts are fetched again by themselves, acts are sent without a reload,
   and keys do what the buttons do. An irreversible act is held for two seconds, never one key. */
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

  /* Where the focus is, in words that fit the same button after its part was drawn anew. */
  var nameOf = function (element) {
    return [element.tagName, element.href || (element.form && element.form.action), element.name, element.value].join(' ');
  };

  /* Nobody's half written words are drawn over. */
  var isTyping = function (part) {
    var field = document.activeElement;
    return field && part.contains(field) && field.tagName === 'INPUT' && field.type !== 'checkbox';
  };

  var show = function (html) {
    var fresh = new DOMParser().parseFromString(html, 'text/html');
    all('[data-part]', fresh).forEach(function (part) {
      var old = document.querySelector('[data-part="' + part.getAttribute('data-part') + '"]');
      if (!old || old.innerHTML === part.innerHTML || isTyping(old)) { return; }
      var wasOpen = all('details[open]', old).length;
      var focused = old.contains(document.activeElement) ? nameOf(document.activeElement) : '';
      old.innerHTML = part.innerHTML;
      if (wasOpen) { all('details', old).forEach(function (each) { each.open = true; }); }
      var again = focused && all('a, button', old).filter(function (each) { return nameOf(each) === focused; })[0];
      if (again) { again.focus({ preventScroll: true }); }
    });
    tick();
  };

  var clock = function (seconds) {
    var size = Math.abs(seconds);
    return (seconds < 0 ? '+' : '') + two(Math.floor(size / 60)) + ':' + two(size % 60);
  };

  var tick = function () {
    var now = new Date(Date.now() + clockOffset);
    document.querySelector('[data-now]').textContent =
      two(now.getHours()) + ':' + two(now.getMinutes()) + ':' + two(now.getSeconds());
    all('[data-timer]').forEach(function (part) {
      var left = Math.round((Date.parse(part.getAttribute('data-timer')) - now.getTime()) / 1000);
      var word = part.querySelector('[data-timer-word]');
      part.classList.toggle('is-over', left < 0);
      word.textContent = word.getAttribute('data-timer-word') + (left < 0 ? ' · 超时' : ' · 进行中');
      part.querySelector('dd').textContent = clock(left);
    });
    all('[data-held]').forEach(function (part) {
      part.querySelector('dd').textContent = clock(Number(part.getAttribute('data-held')));
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
    stop();
    lostSince = lostSince || Date.now();
    etag = '';
    document.body.classList.add('is-lost');
    all('.dgo:not(.dgo--s)').forEach(function (button) {
      button.disabled = true;
      button.className = 'dgo dgo--wait';
      button.textContent = '正在重连，请稍等';
    });
    var effect = document.querySelector('.dnext__go > p');
    if (effect && !effect.hasAttribute('data-lost-at')) {
      var at = new Date(lostSince + clockOffset);
      effect.setAttribute('data-lost-at', '');
      effect.textContent = '下面是 ' + two(at.getHours()) + ':' + two(at.getMinutes()) + ':' + two(at.getSeconds()) +
        ' 的情况。评委照常打分，分数不会丢，大屏保持画面。';
    }
    tick();
  };

  var ask = function (url, options) {
    var late = new Promise(function (resolve, reject) { setTimeout(reject, 8000); });
    return Promise.race([fetch(url, Object.assign({ credentials: 'same-origin', cache: 'no-store' }, options)), late]);
  };

  /* What was asked before an act and is answered after it shows what is over: it is passed by.
     So is what comes while a button is held: a new picture would take it from under the finger. */
  var poll = function () {
    var headers = etag ? { 'If-None-Match': etag } : {};
    var before = acts;
    var asked = busy || holding ? Promise.resolve() : ask(desk.getAttribute('data-desk'), { headers: headers }).then(function (response) {
      return acts === before && !holding ? answer(response) : null;
    }).catch(lose);
    asked.then(function () { setTimeout(poll, EVERY); });
  };

  var send = function (form, button) {
    if (busy) { return; }
    busy = true;
    if (document.activeElement && document.activeElement.tagName === 'INPUT') { document.activeElement.blur(); }
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
    /* A screen reader presses without a pointer or a key: it is asked instead of holding. */
    var mayGo = !button.classList.contains('btn--hold') || (!pressed && window.confirm(button.textContent.trim() + '？'));
    if (mayGo) { send(form, button); }
  });

  /* Held for two seconds; letting go, leaving the button or another window cancels. */
  var holding = null;
  var pressed = false;
  var stop = function () {
    clearTimeout(holding && holding.timer);
    holding = null;
    all('.is-holding').forEach(function (button) { button.classList.remove('is-holding'); });
  };
  var start = function (button) {
    stop();
    pressed = true;
    button.classList.add('is-holding');
    holding = { button: button, timer: setTimeout(function () { stop(); send(button.form, button); }, HOLD) };
  };
  var letGo = function () {
    stop();
    /* The click that ends a press comes after it. */
    setTimeout(function () { pressed = false; }, 100);
  };
  document.addEventListener('pointerdown', function (event) {
    var button = event.target.closest('.btn--hold');
    if (button && event.button === 0) { start(button); }
  });
  document.addEventListener('pointerout', function (event) {
    if (holding && event.target === holding.button && !holding.button.contains(event.relatedTarget)) { stop(); }
  });
  document.addEventListener('contextmenu', function (event) {
    if (event.target.closest('.btn--hold')) { event.preventDefault(); }
  });
  ['pointerup', 'pointercancel', 'keyup', 'blur'].forEach(function (name) { window.addEventListener(name, letGo); });

  var help = document.querySelector('[data-keyhelp]');
  var helpButton = document.querySelector('[data-keyhelp-open]');
  helpButton.hidden = false;
  helpButton.addEventListener('click', function () { help.showModal(); });

  var spoken = document.querySelector('[data-spoken]');
  var speak = function (text) {
    spoken.textContent = text;
    setTimeout(function () { spoken.textContent = ''; }, 4000);
  };

  /* The button that a key presses. Space never presses one that is to be held, or that has its own key. */
  var buttonOf = function (key) {
    if (key === ' ') { return document.querySelector('.dnext .dgo:not(.dgo--wait):not(.btn--hold):not([data-key]):not(:disabled)'); }
    return all('[data-key]').filter(function (button) { return button.getAttribute('data-key') === key.toUpperCase() && !button.disabled; })[0];
  };

  document.addEventListener('keydown', function (event) {
    var question = document.querySelector('.veil [data-close]');
    if (event.key === 'Escape') {
      stop();
      if (question) { question.click(); }
      return;
    }
    if (question || help.open || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) { return; }
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    var held = event.target.closest && event.target.closest('.btn--hold');
    if (held && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      if (event.key === 'Enter' && !event.repeat) { start(held); }
      return;
    }
    if (event.repeat) { return; }
    if (event.key === '?' || event.key === '？') { help.showModal(); return; }
    if (event.key === ' ') { event.preventDefault(); }
    var button = buttonOf(event.key);
    if (button) { send(button.form, button); return; }
    if (event.key === 'r' || event.key === 'R' || event.key === 'ArrowLeft') {
      speak(document.querySelector('.dreveal')
        ? '现在不由这里翻步：看“揭晓”下面写的是谁在翻。'
        : '还没有可以揭晓的：结果拟定以后才能揭晓。');
    }
  });

  setInterval(tick, 500);
  tick();
  poll();
}());
