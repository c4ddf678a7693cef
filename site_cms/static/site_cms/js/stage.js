/* The big screen and the live page: they show the snapshot and nothing else.

   It is asked for again every half second, on a phone every two seconds. When the network is gone the last good picture stays,
   with a small time in the corner; never an error, never an empty screen. The last picture is kept
   on this device too: a wall that is switched on while the site is away shows it again. */
(function () {
  'use strict';

  var root = document.querySelector('[data-stage]');
  if (!root) { return; }

  var page = document.documentElement;
  var every = Number(root.getAttribute('data-every'));
  var url = root.getAttribute('data-state-url');
  var format = Number(root.getAttribute('data-format'));
  var isWall = root.hasAttribute('data-wall');
  var etag = '';
  var clockOffset = 0;

  var all = function (selector, within) {
    return Array.prototype.slice.call((within || root).querySelectorAll(selector));
  };
  var at = function (data, path) {
    return path.split('.').reduce(function (found, name) {
      return found === undefined || found === null ? undefined : found[name];
    }, data);
  };
  /* The node and what is in it, but not what belongs to a list inside: its items have their own data. */
  var own = function (node, selector) {
    return (node.matches(selector) ? [node] : []).concat(all(selector, node).filter(function (found) {
      var list = found.parentElement.closest('[data-each]');
      return !list || !node.contains(list);
    }));
  };
  var two = function (number) { return ('0' + number).slice(-2); };
  var WORDS = { done: '已评', now: '正在进行', gone: '已退出' };

  /* What this device remembers; a browser that forbids it shows all the same. */
  var recall = function (name) {
    try { return JSON.parse(localStorage.getItem(name)); } catch (forbidden) { return null; }
  };
  var remember = function (name, value) {
    try { localStorage.setItem(name, JSON.stringify(value)); } catch (forbidden) { return; }
  };

  var shown = JSON.parse(root.getAttribute('data-snapshot'));
  /* When the picture was true by the site's clock, and when this device last heard so by its own. */
  var goodAt = Number(root.getAttribute('data-at')) || Date.now();
  var heardAt = Date.now();
  /* The site's clock reaches this device in whole seconds: within one, what was heard came after what was loaded. */
  var second = function (moment) { return Math.floor(moment / 1000); };
  var last = isWall ? recall('stage ' + url) : null;
  if (last && second(last.at) >= second(goodAt) && last.shown.format === format) {
    shown = last.shown;
    goodAt = last.at;
    heardAt = 0;
  }
  var isGood = function () {
    heardAt = Date.now();
    goodAt = heardAt + clockOffset;
    if (isWall) { remember('stage ' + url, { at: goodAt, shown: shown }); }
  };

  /* A picture comes with its own words or not at all: nobody sees the last unit under the next name. */
  var putPicture = function (image, address, words) {
    image.alt = words || '';
    if (!address || image.getAttribute('src') === address) { return; }
    image.classList.add('is-loading');
    image.onload = function () { image.classList.remove('is-loading'); };
    image.src = address;
  };

  /* Put data into the slots of a part. Lists are built from the <template> inside them. */
  var fill = function (node, data) {
    own(node, '[data-each]').forEach(function (list) {
      var template = list.querySelector('template');
      var items = at(data, list.getAttribute('data-each')) || [];
      all(':scope > :not(template)', list).forEach(function (old) { old.remove(); });
      items.forEach(function (item) {
        var piece = template.content.firstElementChild.cloneNode(true);
        item.word = WORDS[item.state] || '';
        fill(piece, item);
        list.appendChild(piece);
      });
      list.setAttribute('data-count', items.length);
    });
    own(node, '[data-t]').forEach(function (slot) {
      var value = at(data, slot.getAttribute('data-t'));
      slot.textContent = value === undefined || value === null ? '' : value;
    });
    own(node, '[data-if]').forEach(function (part) { part.hidden = !at(data, part.getAttribute('data-if')); });
    own(node, '[data-unless]').forEach(function (part) { part.hidden = !!at(data, part.getAttribute('data-unless')); });
    own(node, '[data-src]').forEach(function (image) {
      putPicture(image, at(data, image.getAttribute('data-src')), at(data, image.getAttribute('data-alt')));
    });
    own(node, '[data-class]').forEach(function (part) {
      var rule = part.getAttribute('data-class').split(' ');
      if (rule[0] in data) { part.classList.toggle(rule[1], !!data[rule[0]]); }
    });
    own(node, '[data-state-class]').forEach(function (part) {
      var state = data[part.getAttribute('data-state-class')];
      if (state) { part.classList.add('is-' + state); }
    });
  };

  /* Up to eleven marks stand in one line; more of them smaller, then in two lines. */
  var sizeFor = function (count) { return count <= 11 ? 'l' : count <= 15 ? 'm' : 's'; };
  var rowsFor = function (count) { return count <= 20 ? 10 : count <= 24 ? 12 : count <= 30 ? 15 : 20; };

  /* A film runs on every wall from the moment at which the host turned to it. */
  var film = function (video) {
    var told = at(shown, 'slide.film');
    var address = shown.scene === 'entry' && told ? told.url : '';
    if ((video.getAttribute('src') || '') === address) { return; }
    all('track', video).forEach(function (old) { old.remove(); });
    if (!address) {
      video.pause();
      video.removeAttribute('src');
      video.load();
      return;
    }
    video.poster = shown.slide.pictures[0].url;
    if (told.captions) {
      var track = document.createElement('track');
      track.kind = 'captions';
      track.srclang = 'zh';
      track.src = told.captions;
      track.default = true;
      video.appendChild(track);
    }
    video.src = address;
    var late = (Date.now() + clockOffset - Date.parse(told.from)) / 1000;
    if (late > 3) { video.currentTime = Math.min(late, told.seconds); }
    video.muted = window.top !== window;
    video.play().catch(function () {
      video.muted = true;
      return video.play();
    }).catch(function () { return null; });
  };

  var countdown = function (seconds) {
    var whole = Math.max(0, Math.round(seconds));
    var hours = Math.floor(whole / 3600);
    if (hours >= 48) { return Math.floor(hours / 24) + ' 天'; }
    return (hours ? hours + ':' : '') + two(Math.floor(whole / 60) % 60) + ':' + two(whole % 60);
  };
  var until = function (moment) { return (Date.parse(moment) - Date.now() - clockOffset) / 1000; };
  /* As a clock on the wall shows it, wherever the computer thinks it is. */
  var clock = function (moment) {
    return new Intl.DateTimeFormat('zh-CN', {
      timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false
    }).format(new Date(moment));
  };

  var tick = function () {
    var timer = shown.timer;
    all('[data-timer]').forEach(function (part) {
      if (!timer) { return; }
      var isHeld = timer.left !== undefined;
      var left = Math.round(isHeld ? timer.left : until(timer.ends_at));
      var over = left <= 0;
      part.classList.toggle('is-over', over);
      part.classList.toggle('is-held', isHeld);
      part.querySelector('[data-timer-word]').textContent = timer.word + (over ? '时间到' : isHeld ? '暂停' : '');
      part.querySelector('[data-timer-left]').textContent = countdown(left);
      var bar = part.querySelector('[data-timer-bar]');
      if (bar) { bar.setAttribute('width', Math.max(0, Math.min(600, 600 * left / timer.seconds))); }
    });
    var ahead = shown.opens_at ? until(shown.opens_at) : 0;
    all('[data-count-down]').forEach(function (part) {
      part.hidden = ahead <= 0;
      if (ahead > 0) { part.querySelector('[data-until]').textContent = countdown(ahead); }
    });
    all('[data-going-on]').forEach(function (part) {
      part.hidden = !shown.opens_at || ahead > 0 || !!shown.is_closed;
    });
    var late = Date.now() - heardAt > Math.max(6000, 3 * every);
    all('[data-stale]').forEach(function (part) {
      part.hidden = !late || shown.scene === 'black';
      part.querySelector('[data-stale-at]').textContent = clock(goodAt);
    });
  };

  var isStill = function () {
    return page.getAttribute('data-motion') === 'off' ||
      window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  };

  /* A draw that is seen as it happens: the places fill one after the other. */
  var revealing = 0;
  var reveal = function (list) {
    var items = all(':scope > li', list);
    items.forEach(function (item) { item.classList.add('is-hidden'); });
    clearInterval(revealing);
    revealing = setInterval(function () {
      var next = isStill() ? null : items.shift();
      if (next) { next.classList.remove('is-hidden'); return; }
      items.forEach(function (item) { item.classList.remove('is-hidden'); });
      clearInterval(revealing);
    }, 600);
  };
  var isDrawnNow = function (before) {
    return before && before.draw && before.draw.waits && shown.draw && shown.draw.seed && !isStill();
  };

  var draw = function (before) {
    var isOff = recall('stage motion') === 'off' && isWall;
    page.setAttribute('data-motion', shown.still || isOff ? 'off' : 'on');
    all('[data-scene]').forEach(function (part) {
      var on = part.getAttribute('data-scene') === shown.scene;
      if (on) {
        fill(part, shown);
        all('.order', part).forEach(function (list) { list.setAttribute('data-rows', rowsFor(list.childElementCount - 1)); });
        all('.marks', part).forEach(function (list) { list.setAttribute('data-size', sizeFor(list.childElementCount - 1)); });
        all('.figs', part).forEach(function (list) {
          list.toggleAttribute('data-wide', all('dd', list).some(function (each) { return each.textContent.length > 8; }));
        });
        if (isDrawnNow(before)) { all('.order--draw, .live__order', part).forEach(reveal); }
        var name = at(shown, 'entry.unit') || at(shown, 'reveal.unit.unit') || '';
        part.setAttribute('data-len', Math.min(10, name.length));
        part.setAttribute('data-phase', shown.reveal ? shown.reveal.phase : '');
        part.toggleAttribute('data-fresh', !!before && before.scene !== shown.scene);
        all('[data-fit]', part).forEach(function (each) { each.setAttribute('data-len', each.textContent.length); });
        part.setAttribute('data-slide', at(shown, 'slide.kind') || '');
      }
      part.hidden = !on;
    });
    all('video').forEach(film);
    tick();
  };

  /* Scripts and pictures of another release do not fit together: load the page anew, but not in a loop. */
  var loadAnew = function () {
    var before = recall('stage loaded') || 0;
    if (Date.now() - before < 60000) { return; }
    remember('stage loaded', Date.now());
    location.reload();
  };

  var ask = function () {
    var stop = new AbortController();
    var late = setTimeout(function () { stop.abort(); }, 8000);
    return fetch(url, {
      headers: etag ? { 'If-None-Match': etag } : {},
      cache: 'no-store', credentials: 'same-origin', signal: stop.signal
    }).finally(function () { clearTimeout(late); });
  };

  var poll = function () {
    ask().then(function (response) {
      var date = Date.parse(response.headers.get('Date') || '');
      if (date) { clockOffset = date + 500 - Date.now(); }
      if (response.status === 304) { isGood(); return null; }
      if (!response.ok) { return null; }
      return response.json().then(function (fresher) {
        if (!fresher || !fresher.scene) { return; }
        if (fresher.format !== format) { loadAnew(); return; }
        etag = response.headers.get('ETag') || '';
        var before = shown;
        shown = fresher;
        isGood();
        draw(before);
      });
    }).catch(function () { return null; }).then(function () { setTimeout(poll, every); });
  };

  /* On the wall's own computer: M stops all motion, H is for a hall that cannot be darkened. */
  var dress = function () {
    if (recall('stage hall') === 'bright') { page.setAttribute('data-contrast', 'high'); }
  };
  var press = function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) { return; }
    if (event.key === 'm' || event.key === 'M') {
      remember('stage motion', recall('stage motion') === 'off' ? 'on' : 'off');
      draw();
    } else if (event.key === 'h' || event.key === 'H') {
      var bright = page.getAttribute('data-contrast') !== 'high';
      remember('stage hall', bright ? 'bright' : 'dark');
      page.toggleAttribute('data-contrast', bright);
      dress();
    }
  };

  /* What the wall is made of stays on its computer, so that it comes up while the site is away.
     A cache refuses the whole list when a file stands in it twice. */
  var keep = function () {
    var worker = root.getAttribute('data-worker');
    if (!worker || !('serviceWorker' in navigator)) { return; }
    navigator.serviceWorker.register(worker, { scope: root.getAttribute('data-scope') }).then(function () {
      return navigator.serviceWorker.ready;
    }).then(function () {
      var files = all('link[rel=stylesheet], link[rel=icon]', document).map(function (each) { return each.href; })
        .concat(all('script[src], img[src]', document).map(function (each) { return each.src; }))
        .filter(function (address) { return address.indexOf(location.origin) === 0; });
      return caches.open('night-screen').then(function (kept) {
        return kept.addAll([location.pathname].concat(Array.from(new Set(files))));
      });
    }).catch(function () { return null; });
  };
  var stayAwake = function () {
    if (document.visibilityState !== 'visible' || !navigator.wakeLock) { return; }
    navigator.wakeLock.request('screen').catch(function () { return null; });
  };

  if (isWall) {
    dress();
    document.addEventListener('keydown', press);
    document.addEventListener('visibilitychange', stayAwake);
    stayAwake();
    keep();
  }
  draw();
  setInterval(tick, 500);
  setTimeout(poll, every);
}());
