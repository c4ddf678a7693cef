/* pictures.js: before/after slider and large photographs. Without it both pictures stand side by side and a photograph is a link. ES2017. */
(function () {
  'use strict';
  var STEP = 5;

  function each(list, act) { Array.prototype.forEach.call(list, act); }
  function make(tag, name, words) {
    var element = document.createElement(tag);
    if (name) { element.className = name; }
    if (words) { element.textContent = words; }
    return element;
  }

  /* 前后对比: a range input does the work, so that keyboard and screen reader have it for nothing. */
  function slider(box) {
    var label = make('label', 'ba__slider');
    var range = make('input');
    range.type = 'range';
    range.min = 0;
    range.max = 100;
    range.step = STEP;
    range.value = 50;
    label.appendChild(make('span', 'sr', '左右移动，看改造前和改造后'));
    label.appendChild(range);
    label.appendChild(make('span', 'ba__line'));
    function show() {
      var part = 100 - range.value;
      box.style.setProperty('--split', range.value + '%');
      range.setAttribute('aria-valuetext', part ? '改造后的照片露出 ' + part + '%' : '只看改造前');
    }
    function follow(event) {
      var frame = box.getBoundingClientRect();
      range.value = Math.round((event.clientX - frame.left) / frame.width * 100 / STEP) * STEP;
      show();
    }
    box.addEventListener('pointerdown', function (event) {
      if (event.button) { return; }
      event.preventDefault();
      box.setPointerCapture(event.pointerId);
      range.focus({ preventScroll: true });
      follow(event);
    });
    box.addEventListener('pointermove', function (event) { if (box.hasPointerCapture(event.pointerId)) { follow(event); } });
    range.addEventListener('input', show);
    box.classList.add('ba--slider');
    box.appendChild(label);
    box.parentNode.insertBefore(make('p', 'ba__hint muted', '左右拖动照片，或用键盘方向键'), box.nextSibling);
    show();
  }
  if (window.PointerEvent && window.CSS && CSS.supports('clip-path', 'inset(0 0 0 50%)') && CSS.supports('aspect-ratio', '8 / 5')) {
    each(document.querySelectorAll('[data-compare]'), slider);
  }

  /* 大图: the browser's own dialog keeps focus and Esc in order. */
  if (!window.HTMLDialogElement) { return; }
  var dialog, picture, words, count, links, at;
  function build() {
    dialog = make('dialog', 'viewer');
    dialog.setAttribute('aria-label', '看大图');
    var shut = make('button', 'btn viewer__shut', '关闭');
    var back = make('button', 'btn', '上一张');
    var next = make('button', 'btn', '下一张');
    picture = make('img', 'viewer__picture');
    words = make('p', 'viewer__words');
    words.setAttribute('aria-live', 'polite');
    count = make('span', 'viewer__count');
    var row = make('div', 'viewer__row');
    [back, count, next, shut].forEach(function (part) { row.appendChild(part); });
    [picture, words, row].forEach(function (part) { dialog.appendChild(part); });
    back.type = next.type = shut.type = 'button';
    back.addEventListener('click', function () { show(at - 1); });
    next.addEventListener('click', function () { show(at + 1); });
    shut.addEventListener('click', function () { dialog.close(); });
    dialog.addEventListener('click', function (event) { if (event.target === dialog) { dialog.close(); } });
    dialog.addEventListener('keydown', function (event) {
      if (event.key === 'ArrowLeft') { show(at - 1); }
      if (event.key === 'ArrowRight') { show(at + 1); }
    });
    dialog.addEventListener('close', function () { links[at].focus(); });
    document.body.appendChild(dialog);
  }
  function show(number) {
    at = (number + links.length) % links.length;
    var small = links[at].querySelector('img');
    picture.src = links[at].href;
    picture.alt = small.alt;
    words.textContent = small.alt;
    count.textContent = (at + 1) + ' / ' + links.length;
    dialog.classList.toggle('viewer--alone', links.length === 1);
  }
  document.addEventListener('click', function (event) {
    var link = event.target.closest && event.target.closest('[data-photo]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    event.preventDefault();
    if (!dialog) { build(); }
    links = (link.closest('[data-gallery]') || link.parentNode).querySelectorAll('[data-photo]');
    show(Array.prototype.indexOf.call(links, link));
    dialog.showModal();
  });
}());
