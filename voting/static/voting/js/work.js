/* The proof of work of a form: what the browser computes before the form may be sent.

   ALTCHA version 2 with PBKDF2/SHA-256: find the counter whose derived key begins with the
   given bytes. Runs in a worker, which is this file again; without workers in short slices
   between which the page stays usable. Where the browser has no crypto.subtle (plain http,
   old web views) the hashes are computed here; pages that check a receipt use them too.
   ES2017, no dependencies. */
(function () {
  'use strict';

  /* ---- SHA-256 and PBKDF2 for one block, as small as it goes ---- */

  var K = new Int32Array(64);
  var START = new Int32Array(8);
  (function () {
    var fraction = function (x) { return ((x - Math.floor(x)) * 4294967296) | 0; };
    var found = 0;
    for (var n = 2; found < 64; n++) {
      var prime = true;
      for (var d = 2; d * d <= n; d++) { if (n % d === 0) { prime = false; break; } }
      if (!prime) { continue; }
      if (found < 8) { START[found] = fraction(Math.sqrt(n)); }
      K[found++] = fraction(Math.cbrt(n));
    }
  }());

  var W = new Int32Array(64);

  /* The first 16 words of W are the block; `out` becomes the state after it. */
  function compress(state, out) {
    var i, x, y;
    for (i = 16; i < 64; i++) {
      x = W[i - 15];
      y = W[i - 2];
      W[i] = (((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ (x >>> 3)) + W[i - 16] +
        ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ (y >>> 10)) + W[i - 7]) | 0;
    }
    var a = state[0], b = state[1], c = state[2], d = state[3];
    var e = state[4], f = state[5], g = state[6], h = state[7];
    for (i = 0; i < 64; i++) {
      x = (h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) +
        (g ^ (e & (f ^ g))) + K[i] + W[i]) | 0;
      y = (((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) +
        ((a & b) | (c & (a | b)))) | 0;
      h = g; g = f; f = e; e = (d + x) | 0;
      d = c; c = b; b = a; a = (x + y) | 0;
    }
    out[0] = (state[0] + a) | 0; out[1] = (state[1] + b) | 0;
    out[2] = (state[2] + c) | 0; out[3] = (state[3] + d) | 0;
    out[4] = (state[4] + e) | 0; out[5] = (state[5] + f) | 0;
    out[6] = (state[6] + g) | 0; out[7] = (state[7] + h) | 0;
  }

  /* Bytes of at most 55, closed as the last block of a message of `before` bytes more. */
  function lastBlock(bytes, before) {
    var i;
    for (i = 0; i < 16; i++) { W[i] = 0; }
    for (i = 0; i < bytes.length; i++) { W[i >> 2] |= bytes[i] << (24 - i % 4 * 8); }
    W[bytes.length >> 2] |= 128 << (24 - bytes.length % 4 * 8);
    W[15] = (bytes.length + before) * 8;
  }

  function padded(password, mask) {
    for (var i = 0; i < 16; i++) { W[i] = mask; }
    for (i = 0; i < password.length; i++) { W[i >> 2] ^= password[i] << (24 - i % 4 * 8); }
  }

  var inner = new Int32Array(8);
  var outer = new Int32Array(8);
  var turn = new Int32Array(8);
  var sum = new Int32Array(8);

  /* 32 bytes of PBKDF2-HMAC-SHA256 for a password of at most 64 and a salt of at most 51 bytes. */
  function derive(password, salt, cost) {
    var i;
    padded(password, 0x36363636);
    compress(START, inner);
    padded(password, 0x5c5c5c5c);
    compress(START, outer);
    var first = new Uint8Array(salt.length + 4);
    first.set(salt);
    first[salt.length + 3] = 1;
    lastBlock(first, 64);
    compress(inner, turn);
    for (var round = 0; round < cost; round++) {
      if (round > 0) { digestBlock(turn); compress(inner, turn); }
      digestBlock(turn);
      compress(outer, turn);
      for (i = 0; i < 8; i++) { sum[i] = round ? sum[i] ^ turn[i] : turn[i]; }
    }
    var key = new Uint8Array(32);
    for (i = 0; i < 32; i++) { key[i] = sum[i >> 2] >>> (24 - i % 4 * 8); }
    return key;
  }

  function digestBlock(words) {
    W[0] = words[0]; W[1] = words[1]; W[2] = words[2]; W[3] = words[3];
    W[4] = words[4]; W[5] = words[5]; W[6] = words[6]; W[7] = words[7];
    W[8] = 0x80000000 | 0;
    W[9] = W[10] = W[11] = W[12] = W[13] = W[14] = 0;
    W[15] = 768;
  }

  /* ---- SHA-256 and HMAC of any bytes: proof.js checks receipts with them ---- */

  function sha256(bytes) {
    var whole = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
    var state = new Int32Array(START);
    whole.set(bytes);
    whole[bytes.length] = 128;
    var words = new DataView(whole.buffer);
    words.setUint32(whole.length - 4, bytes.length * 8);
    for (var block = 0; block < whole.length; block += 64) {
      for (var i = 0; i < 16; i++) { W[i] = words.getInt32(block + i * 4); }
      compress(state, state);
    }
    var digest = new DataView(new ArrayBuffer(32));
    for (i = 0; i < 8; i++) { digest.setInt32(i * 4, state[i]); }
    return new Uint8Array(digest.buffer);
  }

  /* With a key of at most 64 bytes. */
  function hmac(key, bytes) {
    var keyed = function (mask, rest) {
      var whole = new Uint8Array(64 + rest.length);
      whole.set(key);
      for (var i = 0; i < 64; i++) { whole[i] ^= mask; }
      whole.set(rest, 64);
      return sha256(whole);
    };
    return keyed(0x5c, keyed(0x36, bytes));
  }

  /* ---- solving ---- */

  var AT_ONCE = 8;
  var SLICE = 25;
  var PAUSE = 8;

  function bytesOf(hex) {
    var bytes = new Uint8Array(hex.length / 2);
    for (var i = 0; i < bytes.length; i++) { bytes[i] = parseInt(hex.substr(i * 2, 2), 16); }
    return bytes;
  }

  function hexOf(bytes) {
    return Array.prototype.map.call(bytes, function (b) { return ('0' + b.toString(16)).slice(-2); }).join('');
  }

  function begins(key, prefix) {
    for (var i = 0; i < prefix.length; i++) { if (key[i] !== prefix[i]) { return false; } }
    return true;
  }

  function solver(parameters) {
    var nonce = bytesOf(parameters.nonce);
    var salt = bytesOf(parameters.salt);
    var prefix = bytesOf(parameters.keyPrefix);
    var solution = function (counter, key) {
      return begins(key, prefix) ? { counter: counter, derivedKey: hexOf(key) } : null;
    };
    var password = function (counter) {
      var bytes = new Uint8Array(nonce.length + 4);
      bytes.set(nonce);
      new DataView(bytes.buffer).setUint32(nonce.length, counter);
      return bytes;
    };
    return {
      byHand: function (counter) {
        return solution(counter, derive(password(counter), salt, parameters.cost));
      },
      byBrowser: function (counter) {
        return crypto.subtle.importKey('raw', password(counter), 'PBKDF2', false, ['deriveBits'])
          .then(function (key) {
            var how = { name: 'PBKDF2', salt: salt, iterations: parameters.cost, hash: 'SHA-256' };
            return crypto.subtle.deriveBits(how, key, 256);
          })
          .then(function (bits) { return solution(counter, new Uint8Array(bits)); });
      }
    };
  }

  /* A promise of {counter, derivedKey}. `isStopped` is asked from time to time. */
  function solve(parameters, isStopped) {
    var tries = solver(parameters);
    var end = parameters.data.difficulty;
    var slowly = typeof crypto === 'undefined' || !crypto.subtle;

    var slice = function (counter, resolve, reject) {
      var until = Date.now() + SLICE;
      do {
        if (counter >= end) { reject(new Error('no solution')); return; }
        var found = tries.byHand(counter++);
        if (found) { resolve(found); return; }
      } while (Date.now() < until);
      if (!isStopped()) { setTimeout(slice, PAUSE, counter, resolve, reject); }
    };

    var together = function (counter) {
      if (isStopped()) { return new Promise(function () {}); }
      if (counter >= end) { throw new Error('no solution'); }
      var some = [];
      for (var i = counter; i < Math.min(counter + AT_ONCE, end); i++) { some.push(tries.byBrowser(i)); }
      return Promise.all(some).then(function (answers) {
        return answers.filter(Boolean)[0] || together(counter + AT_ONCE);
      });
    };

    var byHand = function () { return new Promise(function (resolve, reject) { slice(0, resolve, reject); }); };
    /* some web views have crypto.subtle and no PBKDF2 in it */
    return slowly ? byHand() : Promise.resolve(0).then(together).catch(byHand);
  }

  /* ---- in a worker this is all ---- */

  if (typeof document === 'undefined') {
    self.onmessage = function (event) {
      var told = 0;
      var tell = function () {
        if (Date.now() - told > 500) { told = Date.now(); self.postMessage({}); }
        return false;
      };
      solve(event.data, tell).then(function (solution) {
        self.postMessage({ solution: solution });
      }, function () { self.postMessage({ failed: true }); });
    };
    return;
  }

  /* ---- in a page: the form waits for its work ---- */

  window.hongqiHashes = { sha256: sha256, hmac: hmac };

  var script = document.currentScript && document.currentScript.src;
  var form = document.querySelector('form[data-work]');
  if (!form) { return; }

  /* whoever pressed before this script had arrived is not unable */
  var unable = form.querySelector('[data-work-unable]');
  if (unable) { unable.hidden = true; }

  var SILENCE = 4000;
  var RETRIES = 3;
  var challenge = JSON.parse(form.getAttribute('data-work'));
  var field = form.querySelector('[data-work-field]');
  var say = form.querySelector('[data-work-say]');
  var button = form.querySelector('[data-busy]');
  var words = button.textContent;
  var attempt = 0;
  var waiting = false;
  var failed = false;

  function show(busy, label, sentence) {
    button.textContent = label;
    if (busy) { button.setAttribute('aria-busy', 'true'); } else { button.removeAttribute('aria-busy'); }
    if (say.textContent !== sentence) { say.textContent = sentence; }
  }

  function draw() {
    if (failed) {
      show(false, '再试一次', '手机没有准备好，选票还没有提交，您选的都还在。请再试一次；还是不行，请刷新这一页。');
    } else if (waiting && !field.value) {
      show(true, '正在准备提交…', '手机在做一小段计算，防止机器刷票，不用您动手，几秒钟就好。做完自动提交，请不要关掉这一页。');
    } else {
      show(false, words, '');
    }
  }

  function finish(solution) {
    field.value = btoa(JSON.stringify({ challenge: challenge, solution: solution }));
    var send = waiting;
    waiting = false;
    draw();
    if (send) { button.click(); }
  }

  function inPage(mine) {
    return solve(challenge.parameters, function () { return mine !== attempt; });
  }

  function inWorker(mine) {
    return new Promise(function (resolve, reject) {
      var worker = new Worker(script);
      var last = Date.now();
      var stop = function (act, value) { clearInterval(watch); worker.terminate(); act(value); };
      var watch = setInterval(function () {
        if (mine !== attempt || Date.now() - last > SILENCE) { stop(reject); }
      }, 500);
      worker.onerror = function (event) { event.preventDefault(); stop(reject); };
      worker.onmessage = function (event) {
        last = Date.now();
        if (event.data.solution) { stop(resolve, event.data.solution); }
        if (event.data.failed) { stop(reject); }
      };
      worker.postMessage(challenge.parameters);
    });
  }

  function start(tries) {
    var mine = ++attempt;
    var tell = function (act) { return function (value) { if (mine === attempt) { act(value); } }; };
    var canWork = script && typeof Worker === 'function' && tries === 0;
    var work = canWork ? inWorker(mine).catch(function () { return mine === attempt ? inPage(mine) : null; }) : inPage(mine);
    failed = false;
    field.value = '';
    draw();
    work.then(tell(finish), tell(function () {
      if (tries < RETRIES) { start(tries + 1); return; }
      failed = true;
      waiting = false;
      draw();
    }));
  }

  /* On its way down to the form: site.js, which sends it, must not see it before the work is done. */
  document.addEventListener('submit', function (event) {
    if (event.target !== form || field.value) { return; }
    event.preventDefault();
    event.stopPropagation();
    waiting = true;
    if (failed) { start(0); } else { draw(); }
  }, true);

  /* A page that comes back out of the browser's memory: what was computed is still good, what was
     interrupted begins again. */
  window.addEventListener('pageshow', function (event) {
    if (!event.persisted) { return; }
    waiting = false;
    if (field.value) { draw(); } else { start(0); }
  });

  start(0);
}());
