/* Whether the picks that this page shows stand in the public log, done on the reader's own phone.

   From the secret in the address and each pick on the page: salt, commitment, leaf (work.js has
   the hashes); from the leaf along the path that the server gives to a root; and that root must
   be the one in the signed head. Nothing that the server says of the outcome is believed.
   ES2017, no dependencies. */
(function () {
  'use strict';

  var box = document.querySelector('[data-proof]');
  var hashes = window.hongqiHashes;
  if (!box || !hashes) { return; }

  var HASH = 32;
  var PREFIX = textBytes('hongqi pick\0');

  /* ---- bytes ---- */

  function textBytes(text) {
    return Uint8Array.from(text, function (sign) { return sign.charCodeAt(0); });
  }

  function fromBase64(text) {
    return textBytes(atob(String(text).replace(/-/g, '+').replace(/_/g, '/')));
  }

  function toBase64(bytes) {
    return btoa(String.fromCharCode.apply(null, bytes));
  }

  function joined() {
    var parts = Array.prototype.slice.call(arguments);
    var whole = new Uint8Array(parts.reduce(function (sum, part) { return sum + part.length; }, 0));
    var at = 0;
    parts.forEach(function (part) { whole.set(part, at); at += part.length; });
    return whole;
  }

  function same(a, b) {
    return a.length === b.length && a.every(function (byte, place) { return byte === b[place]; });
  }

  /* ---- the sum ---- */

  function Differs(what) { this.message = what; }

  function demand(holds, what) {
    if (!holds) { throw new Differs(what); }
  }

  function leafOf(secret, pick) {
    var number = [pick.number >> 8, pick.number & 255];
    var salt = hashes.hmac(secret, joined(PREFIX, number));
    return hashes.sha256(joined([0], hashes.sha256(joined(salt, number, [pick.value]))));
  }

  /* RFC 9162, 2.1.3.2. Sizes may be larger than 32 bits, so no bit operations. */
  function rootFrom(leaf, index, size, path) {
    var place = index;
    var last = size - 1;
    var root = leaf;
    for (var i = 0; i < path.length; i++) {
      if (last === 0) { return null; }
      if (place % 2 === 1 || place === last) {
        root = hashes.sha256(joined([1], path[i], root));
        while (place % 2 === 0 && place !== 0) { place /= 2; last = Math.floor(last / 2); }
      } else {
        root = hashes.sha256(joined([1], root, path[i]));
      }
      place = Math.floor(place / 2);
      last = Math.floor(last / 2);
    }
    return last === 0 ? root : null;
  }

  function secretInAddress() {
    var parts = location.pathname.split('/').filter(Boolean);
    return fromBase64(parts[parts.length - 1]);
  }

  function shownPicks() {
    return Array.prototype.map.call(document.querySelectorAll('[data-pick]'), function (item) {
      return { number: Number(item.getAttribute('data-pick')), value: Number(item.getAttribute('data-value')) };
    });
  }

  /* The root to which every pick on the page leads. */
  function check(answer) {
    var secret = secretInAddress();
    var lines = answer.head.note.split('\n');
    var size = Number(lines[1]);
    var root = fromBase64(lines[2]);
    var picks = shownPicks();
    var used = {};
    demand(secret.length === HASH, '二维码不完整');
    demand(Number.isSafeInteger(size) && root.length === HASH, '日志的指纹看不懂');
    demand(picks.length > 0 && picks.length === answer.picks.length, '日志里的选择和页面上的个数不一样');
    picks.forEach(function (pick) {
      var name = (pick.number < 10 ? '0' : '') + pick.number + ' 号';
      var given = answer.picks.filter(function (each) { return each.number === pick.number; })[0];
      demand(given && given.value === pick.value, name + '在日志里和页面上不一样');
      demand(Number.isSafeInteger(given.index) && given.index >= 0 && given.index < size && !used[given.index], name + '在日志里的位置不对');
      used[given.index] = true;
      var path = given.path.map(function (each) { return fromBase64(each); });
      demand(path.every(function (each) { return each.length === HASH; }), name + '的路看不懂');
      var reached = rootFrom(leafOf(secret, pick), given.index, size, path);
      demand(reached && same(reached, root), name + '算不到日志的指纹');
    });
    return { root: toBase64(root), size: size, picks: picks.length };
  }

  /* ---- what is said ---- */

  var notice = box.querySelector('[data-proof-notice]');
  var say = box.querySelector('[data-proof-say]');
  var drawing = notice.querySelector('use');
  var button = box.querySelector('[data-proof-check]');
  var own = box.querySelector('[data-proof-own]');
  var ICONS = { ok: 'tick', info: 'clock', warn: 'warn', error: 'stop' };

  function tell(kind, sentence) {
    notice.className = 'notice notice--' + kind;
    drawing.setAttribute('href', drawing.getAttribute('href').replace(/#.*/, '#i-' + ICONS[kind]));
    say.textContent = sentence;
  }

  function tellDifference(what) {
    var phone = box.getAttribute('data-phone');
    tell('error', '对不上：' + what + '。请把这一页拍下来，' + (phone ? '拨打 ' : '告诉主办单位。'));
    if (!phone) { return; }
    var link = document.createElement('a');
    link.className = 'nw';
    link.href = 'tel:' + box.getAttribute('data-digits');
    link.textContent = phone;
    say.appendChild(link);
    say.appendChild(document.createTextNode('。'));
  }

  function showRoot(root) {
    if (!own) { return; }
    own.hidden = false;
    own.querySelector('[data-proof-root]').textContent = root;
  }

  function judge(answer) {
    if (answer.place === 'missing') { tellDifference('公开日志里没有找到您的选择'); return; }
    if (answer.place !== 'signed') { tell('info', answer.sentence); return; }
    try {
      var found = check(answer);
      tell('ok', '这台手机算过了：您的 ' + found.picks + ' 个选择都在公开日志 ' + found.size + ' 片叶时的指纹里，一个不少，没有改过。');
      showRoot(found.root);
    } catch (error) {
      tellDifference(error instanceof Differs ? error.message : '网站给的证明看不懂');
    }
  }

  function ask() {
    var request = new XMLHttpRequest();
    var unreachable = function () { tell('warn', '现在连不上，没有核对成。您的选票没有变，请过一会儿再按一次。'); };
    button.setAttribute('aria-busy', 'true');
    request.open('GET', box.getAttribute('data-proof'));
    request.timeout = 20000;
    request.onload = function () {
      var answer = null;
      try { answer = JSON.parse(request.responseText); } catch (error) { answer = null; }
      if (request.status === 200 && answer) { judge(answer); } else { unreachable(); }
    };
    request.onerror = request.ontimeout = unreachable;
    request.onloadend = function () { button.removeAttribute('aria-busy'); };
    request.send();
  }

  button.hidden = false;
  button.addEventListener('click', ask);
  if (box.hasAttribute('data-signed')) { ask(); }
}());
