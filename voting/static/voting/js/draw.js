/* The draw, done again on this device from what stands on the page: the hash of the list, the
   hash of every entry, the order. Each line says whether it is the same. ES2017, and the hashes
   of work.js, so that it works where the browser has no crypto.subtle. */
(function () {
  'use strict';

  var hashes = window.hongqiHashes;
  if (!hashes || !window.TextEncoder) { return; }

  var PAUSE = window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 150;

  function hex(text) {
    return Array.prototype.map.call(hashes.sha256(new TextEncoder().encode(text)), function (byte) {
      return ('0' + byte.toString(16)).slice(-2);
    }).join('');
  }

  function numbersIn(list) {
    return list.split('\n').slice(1, -1).map(function (line) { return line.split(' ')[0]; });
  }

  function drawn(list, seed) {
    var listHash = hex(list);
    var lots = numbersIn(list).map(function (number) {
      return { number: number, hash: hex(listHash + ':' + seed + ':' + number) };
    });
    lots.sort(function (one, other) { return one.hash < other.hash ? -1 : 1; });
    return { listHash: listHash, lots: lots };
  }

  function start(section) {
    var button = section.querySelector('[data-redo-button]');
    if (!button) { return; }
    var said = section.querySelector('[data-redo-said]');
    var rows = Array.prototype.slice.call(section.querySelectorAll('[data-lot]'));
    var list = section.querySelector('[data-list]').textContent;
    section.querySelector('[data-redo]').hidden = false;

    function row(result, place) {
      var shown = rows[place], lot = result.lots[place];
      var same = shown.getAttribute('data-lot') === lot.number &&
        shown.querySelector('[data-hash]').getAttribute('data-hash') === lot.hash;
      shown.querySelector('[data-said]').textContent = same ? '✓ 一样' : '✗ 不同：' + lot.number + ' 号';
      return same;
    }

    function end(result, wrong) {
      var listSame = section.querySelector('[data-list-hash]').textContent.trim() === result.listHash;
      button.disabled = false;
      said.textContent = listSame && !wrong
        ? '重算完了：名单校验值和 ' + rows.length + ' 个单位的顺序，全都一样。'
        : '重算的结果和页面不一样，请截图并告诉监督电话。';
    }

    button.addEventListener('click', function () {
      var result = drawn(list, section.getAttribute('data-seed'));
      var place = 0, wrong = result.lots.length === rows.length ? 0 : 1;
      button.disabled = true;
      rows.forEach(function (shown) { shown.querySelector('[data-said]').textContent = ''; });
      said.textContent = '正在一个一个重算……';
      var step = function () {
        if (place === rows.length || place === result.lots.length) { end(result, wrong); return; }
        if (!row(result, place)) { wrong += 1; }
        place += 1;
        setTimeout(step, PAUSE);
      };
      step();
    });
  }

  Array.prototype.forEach.call(document.querySelectorAll('[data-draw]'), start);
}());
