/* The big screen and the live page: they show the snapshot and nothing else.

   It is asked for again every second or two. When the network is gone the last good picture stays,
   with a small time in the corner; never an error, never an empty screen. */
(function () {
  'use strict';

  var root = document.querySelector('[data-stage]');
  if (!root) { return; }

  var every = Number(root.getAttribute('data-every'));
  var url = root.getAttribute('data-state-url');
  var shown = JSON.parse(root.getAttribute('data-snapshot'));
  var etag = '';
  var clockOffset = 0;
  var goodAt = Date.now();

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
  var WORDS = { done: '已评', now: '正在进行' };

  /* Put data into the slots of a part. Lists are built from the <template> inside them. */
  var fill = function (node, data) {
    own(node, '[data-each]').forEach(function (list) {
      var template = list.querySelector('template');
      all(':scope > :not(template)', list).forEach(function (old) { old.remove(); });
      (at(data, list.getAttribute('data-each')) || []).forEach(function (item) {
        var piece = template.content.firstElementChild.cloneNode(true);
        item.word = WORDS[item.state] || '';
        fill(piece, item);
        list.appendChild(piece);
      });
    });
    own(node, '[data-t]').forEach(function (slot) {
      var value = at(data, slot.getAttribute('data-t'));
      if (value !== undefined) { slot.textContent = value; }
    });
    own(node, '[data-if]').forEach(function (part) { part.hidden = !at(data, part.getAttribute('data-if')); });
    own(node, '[data-src]').forEach(function (image) {
      var address = at(data, image.getAttribute('data-src'));
      image.alt = at(data, image.getAttribute('data-alt')) || '';
      if (address && image.getAttribute('src') !== address) { image.src = address; }
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

  var rowsFor = function (count) { return count <= 20 ? 10 : count <= 24 ? 12 : count <= 30 ? 15 : 20; };

  var countdown = function (until) {
    var seconds = Math.max(0, Math.round((Date.parse(until) - Date.now() - clockOffset) / 1000));
    var hours = Math.floor(seconds / 3600);
    return (hours ? hours + ':' : '') + two(Math.floor(seconds / 60) % 60) + ':' + two(seconds % 60);
  };

  var tick = function () {
    var timer = shown.timer;
    all('[data-timer]').forEach(function (part) {
      if (!timer) { return; }
      var left = Math.round((Date.parse(timer.ends_at) - Date.now() - clockOffset) / 1000);
      var over = left <= 0;
      part.classList.toggle('is-over', over);
      part.querySelector('[data-timer-word]').textContent = timer.word + (over ? '时间到' : '');
      part.querySelector('[data-timer-left]').textContent = countdown(timer.ends_at);
      var bar = part.querySelector('[data-timer-bar]');
      if (bar) { bar.setAttribute('width', Math.max(0, Math.min(600, 600 * left / timer.seconds))); }
    });
    all('[data-count]').forEach(function (part) {
      var until = shown.opens_at;
      var ahead = until && Date.parse(until) > Date.now() + clockOffset;
      part.hidden = !ahead;
      if (ahead) { part.querySelector('[data-until]').textContent = countdown(until); }
    });
    var late = Date.now() - goodAt > Math.max(6000, 3 * every);
    all('[data-stale]').forEach(function (part) {
      part.hidden = !late || shown.scene === 'black';
      var moment = new Date(goodAt + clockOffset);
      part.querySelector('[data-stale-at]').textContent =
        two(moment.getHours()) + ':' + two(moment.getMinutes()) + ':' + two(moment.getSeconds());
    });
  };

  /* A draw that is seen as it happens: the places fill one after the other. */
  var revealing = 0;
  var reveal = function (list) {
    var items = all(':scope > li', list);
    items.forEach(function (item) { item.classList.add('is-hidden'); });
    clearInterval(revealing);
    revealing = setInterval(function () {
      var next = items.shift();
      if (next) { next.classList.remove('is-hidden'); } else { clearInterval(revealing); }
    }, 600);
  };
  var isDrawnNow = function (before) {
    return before && before.draw && before.draw.waits && shown.draw && shown.draw.seed &&
      !window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  };

  var draw = function (before) {
    all('[data-scene]').forEach(function (part) {
      var on = part.getAttribute('data-scene') === shown.scene;
      if (on) {
        fill(part, shown);
        all('.order', part).forEach(function (list) { list.setAttribute('data-rows', rowsFor(list.childElementCount - 1)); });
        if (isDrawnNow(before)) { all('.order--draw, .live__order', part).forEach(reveal); }
        part.setAttribute('data-len', shown.entry ? Math.min(10, shown.entry.unit.length) : 0);
      }
      part.hidden = !on;
    });
    tick();
  };

  var late = function (reject) { setTimeout(reject, 8000); };

  var poll = function () {
    var headers = etag ? { 'If-None-Match': etag } : {};
    Promise.race([
      fetch(url, { headers: headers, cache: 'no-store', credentials: 'same-origin' }),
      new Promise(function (resolve, reject) { late(reject); })
    ]).then(function (response) {
      var date = Date.parse(response.headers.get('Date') || '');
      if (date) { clockOffset = date + 500 - Date.now(); }
      if (response.status === 304) { goodAt = Date.now(); return null; }
      if (!response.ok) { return null; }
      return response.json().then(function (fresher) {
        etag = response.headers.get('ETag') || '';
        goodAt = Date.now();
        var before = shown;
        shown = fresher;
        draw(before);
      });
    }).catch(function () { return null; }).then(function () { setTimeout(poll, every); });
  };

  draw();
  setInterval(tick, 500);
  setTimeout(poll, every);
}());
