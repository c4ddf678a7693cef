/* read_aloud.js: reads the page's text by the device's own voice. ES2017, no dependencies.
   The button is there only once a Chinese voice is; where there is none, nothing is shown. */
(function () {
  'use strict';
  var bar = document.querySelector('[data-aloud]');
  var speech = window.speechSynthesis;
  if (!bar || !speech || !window.SpeechSynthesisUtterance) { return; }

  var text = document.querySelector(bar.getAttribute('data-aloud'));
  var play = bar.querySelector('[data-aloud-play]');
  var words = bar.querySelector('[data-aloud-words]');
  var stop = bar.querySelector('[data-aloud-stop]');
  var said = bar.querySelector('[data-aloud-said]');
  if (!text) { return; }

  var WHOLE = '.stat, .timeline li, tr';
  var PARTS = 'h1, h2, h3, h4, p, li, blockquote, figcaption, dt, dd, ' + WHOLE;
  var LEFT_OUT = 'nav, .no-print, .row, .sr, .tags, button, form, [hidden], [aria-hidden="true"]';
  var LONGEST = 120;      /* some devices fall silent in the middle of more */
  var PATIENCE = 5000;    /* a voice that has not begun by then never will */

  var voice = null;
  var pieces = [];
  var at = 0;
  var state = 'still';    /* still, reading, paused */
  var turn = 0;           /* events of an utterance that was called off count no more */

  function each(list, act) { Array.prototype.forEach.call(list, act); }

  /* Voices come late on some devices, and on others without any event. */
  function chinese() {
    var known = speech.getVoices().filter(function (one) { return /^(zh|cmn)/i.test(one.lang); });
    var mainland = known.filter(function (one) { return /(cn|hans)/i.test(one.lang); });
    var best = mainland.length ? mainland : known;
    return best.filter(function (one) { return one.localService; })[0] || best[0] || null;
  }
  function look() {
    if (voice) { return; }
    voice = chinese();
    bar.hidden = !voice;
  }
  look();
  if (speech.addEventListener) { speech.addEventListener('voiceschanged', look); } else { speech.onvoiceschanged = look; }
  [300, 1000, 3000, 8000].forEach(function (wait) { setTimeout(look, wait); });

  /* What is read, in the order of the page: each paragraph with its sentences. */
  function wordsOf(element) {
    if (!element.matches(WHOLE)) { return element.textContent; }
    return Array.prototype.map.call(element.childNodes, function (part) { return part.textContent.trim(); })
      .filter(Boolean).join('，');
  }
  function sentences(all) {
    var found = [];
    (all.replace(/\s+/g, ' ').trim().match(/[^。！？；]+[。！？；”’）]*/g) || []).forEach(function (sentence) {
      for (var from = 0; from < sentence.length; from += LONGEST) { found.push(sentence.slice(from, from + LONGEST)); }
    });
    return found;
  }
  function collect() {
    pieces = [];
    each(text.querySelectorAll(PARTS), function (element) {
      if (element.closest(LEFT_OUT) || (element.parentElement && element.parentElement.closest(WHOLE))) { return; }
      if (!element.matches(WHOLE) && element.querySelector(PARTS)) { return; }
      sentences(wordsOf(element)).forEach(function (sentence) { pieces.push({ element: element, sentence: sentence }); });
    });
  }

  function mark(element) {
    each(document.querySelectorAll('.is-read-now'), function (old) { if (old !== element) { old.classList.remove('is-read-now'); } });
    if (!element) { return; }
    element.classList.add('is-read-now');
    var box = element.getBoundingClientRect();
    if (box.top < 0 || box.bottom > window.innerHeight) { element.scrollIntoView({ block: 'center', behavior: 'auto' }); }
  }
  function show(next, sentence) {
    state = next;
    words.textContent = { still: '朗读', reading: '暂停', paused: '接着读' }[state];
    stop.hidden = state === 'still';
    said.textContent = sentence || '';
  }
  function quiet() { turn += 1; speech.cancel(); }
  function end(sentence) { quiet(); at = 0; mark(null); show('still', sentence); }
  function giveUp() { end(''); bar.hidden = true; voice = null; look = function () {}; }

  function speak() {
    if (at >= pieces.length) { end('读完了。'); return; }
    var mine = turn;
    var begun = false;
    var utterance = new window.SpeechSynthesisUtterance(pieces[at].sentence);
    utterance.voice = voice;
    utterance.lang = voice.lang;
    utterance.rate = 0.95;
    utterance.onstart = function () { begun = true; };
    utterance.onend = function () { if (mine === turn) { at += 1; speak(); } };
    utterance.onerror = function () { if (mine === turn) { giveUp(); } };
    mark(pieces[at].element);
    speech.speak(utterance);
    setTimeout(function () { if (mine === turn && state === 'reading' && !begun && !speech.speaking) { giveUp(); } }, PATIENCE);
  }

  play.addEventListener('click', function () {
    if (state === 'reading') { quiet(); show('paused', '已暂停。'); return; }
    if (state === 'still') { collect(); at = 0; }
    quiet();
    show('reading', '正在朗读。');
    speak();
  });
  stop.addEventListener('click', function () { end('已停止。'); play.focus(); });
  document.addEventListener('keydown', function (event) {
    if (event.key === 'Escape' && state !== 'still') { end('已停止。'); }
  });
  /* a device goes on reading a page that was left */
  window.addEventListener('pagehide', function () { if (state !== 'still') { end(''); } });
  speech.cancel();
}());
