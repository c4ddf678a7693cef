/* The judge's page. Works in WeChat's browser, without a service worker.

   The server says what the night asks of this seat (the payload); this script shows the section of
   that name, keeps what is typed and what is not yet sent in localStorage, and sends it again by
   itself. A sheet gets its id here, so the server takes it once however often it is sent. */
(function () {
  'use strict';

  var root = document.querySelector('[data-judge]');
  if (!root) { return; }

  var POLL = 2000;
  var TIMEOUT = 8000;
  var generation = Number(root.getAttribute('data-generation')) || 0;
  var stateUrl = root.getAttribute('data-state-url');
  var sheetsUrl = root.getAttribute('data-sheets-url');
  var token = root.querySelector('[name=csrfmiddlewaretoken]').value;
  var view = JSON.parse(root.getAttribute('data-payload'));
  var greeting = root.getAttribute('data-section') === 'greet';

  var find = function (selector, within) { return (within || root).querySelector(selector); };
  var all = function (selector, within) {
    return Array.prototype.slice.call((within || root).querySelectorAll(selector));
  };

  /* ---- what survives a reload ---- */

  var memory = {};
  var storageFails = false;
  var store = {
    name: function (key) { return 'judge/' + root.getAttribute('data-store') + '/' + key; },
    get: function (key, otherwise) {
      try {
        var text = localStorage.getItem(store.name(key));
        return text ? JSON.parse(text) : otherwise;
      } catch (error) {
        return key in memory ? memory[key] : otherwise;
      }
    },
    set: function (key, value) {
      memory[key] = value;
      try {
        localStorage.setItem(store.name(key), JSON.stringify(value));
      } catch (error) {
        storageFails = true;
      }
    }
  };

  var queue = store.get('queue', []);   /* sheets confirmed by the judge, oldest first */
  var drafts = store.get('drafts', {}); /* marks by turn: typed, not confirmed */
  var focus = null;                     /* of several turns that are open, the one to look at */
  var editing = root.getAttribute('data-section') === 'open' && view.state === 'received';
  var confirming = false;
  var offline = false;
  var notice = '';
  var etag = '';
  var clockOffset = 0;

  /* ---- numbers: whole ten-thousandths, never binary fractions ---- */

  var units = function (text) { return Math.round(Number(text) * 10000); };
  var placesOf = function (text) { return (String(text).split('.')[1] || '').length; };
  var spell = function (value, places) { return (value / 10000).toFixed(places); };

  var uuid = function () {
    var bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    var hex = Array.prototype.map.call(bytes, function (b) { return ('0' + b.toString(16)).slice(-2); }).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  };

  /* ---- the score sheet ---- */

  var rows = find('[data-rows]');
  var say = find('[data-say]');
  var criteria = [];
  var marks = [];
  var active = 0;
  var fresh = true;
  var sheetTurn = null;

  var inputs = function () { return all('.crit__value', rows); };
  var range = function (c) { return c.name + '：' + c.minimum + ' 至 ' + c.maximum + '，每档 ' + c.step; };
  var speak = function (text, bad) { say.textContent = text; say.classList.toggle('is-bad', !!bad); };

  var problem = function (c, text) {
    if (text === '' || text === '.') { return c.name + '还没有打分'; }
    var value = units(text);
    if (value > units(c.maximum)) { return c.name + '最高 ' + c.maximum + ' 分'; }
    if (value < units(c.minimum)) { return c.name + '最低 ' + c.minimum + ' 分'; }
    if ((value - units(c.minimum)) % units(c.step)) { return c.name + '每档 ' + c.step + '，' + text + ' 不在档上'; }
    return '';
  };

  var total = function () {
    var places = criteria.reduce(function (most, c) { return Math.max(most, placesOf(c.step)); }, 0);
    return spell(marks.reduce(function (sum, mark) { return sum + units(mark || 0); }, 0), places);
  };

  var buildRows = function () {
    rows.textContent = '';
    var full = 0;
    criteria.forEach(function (c, index) {
      var line = find('[data-criterion]').content.cloneNode(true);
      var row = find('.crit__row', line);
      var input = find('.crit__value', line);
      var name = find('.crit__name', line);
      name.insertBefore(document.createTextNode(c.name), name.firstChild);
      find('small', name).textContent = c.minimum + '–' + c.maximum;
      find('.crit__hint', line).textContent = c.hint;
      row.setAttribute('data-index', index);
      input.name = 'mark-' + c.code;
      input.readOnly = true;
      input.setAttribute('inputmode', 'none');
      rows.appendChild(line);
      full += units(c.maximum);
    });
    find('[data-full]').textContent = spell(full, 0);
  };

  var drawSheet = function () {
    var missing = marks.filter(function (mark) { return mark === ''; }).length;
    all('.crit__row', rows).forEach(function (row, index) {
      var input = find('.crit__value', row);
      var mark = marks[index];
      var isActive = index === active;
      input.value = mark === '' || isActive ? mark : spell(units(mark), placesOf(criteria[index].step));
      input.placeholder = isActive ? '' : '—';
      row.classList.toggle('is-empty', mark === '');
      row.classList.toggle('is-active', isActive);
      input.setAttribute('aria-current', isActive ? 'true' : 'false');
    });
    find('[data-total]').textContent = missing === marks.length ? '—' : total();
    var submit = find('[data-submit]');
    submit.textContent = missing ? '还差 ' + missing + ' 项' : '核对并提交';
    submit.classList.toggle('is-wait', missing > 0);
  };

  var pick = function (index) {
    var c = criteria[index];
    active = index;
    fresh = true;
    speak(range(c));
    var dot = find('[data-key=".5"], [data-key="."]');
    var half = c.step === '0.5';
    dot.setAttribute('data-key', half ? '.5' : '.');
    dot.textContent = half ? '.5' : '.';
    dot.disabled = placesOf(c.step) === 0;
    find('[data-key=up]').textContent = '＋' + c.step;
    find('[data-key=down]').textContent = '－' + c.step;
    find('[data-key=up]').setAttribute('aria-label', '加 ' + c.step);
    find('[data-key=down]').setAttribute('aria-label', '减 ' + c.step);
    drawSheet();
  };

  var nextText = function (key, c) {
    var now = fresh && key !== 'up' && key !== 'down' && key !== 'del' ? '' : marks[active];
    if (key === 'del') { return now.slice(0, -1).replace(/\.$/, ''); }
    if (key === 'down' && now === '') { return now; }
    if (key === 'up' || key === 'down') {
      var step = units(c.step) * (key === 'up' ? 1 : -1);
      return spell(Math.max(units(now || c.minimum) + step, 0), placesOf(c.step));
    }
    if (key === '.5') { return String(Math.floor(Number(now || 0))) + '.5'; }
    if (key === '.') { return now.indexOf('.') >= 0 ? now : (now || '0') + '.'; }
    if (now.indexOf('.') >= 0) { return placesOf(now) < placesOf(c.step) ? now + key : key; }
    return (now === '0' ? '' : now) + key;
  };

  var press = function (key) {
    var c = criteria[active];
    if (!c) { return; }
    if (key === 'next') {
      var empty = marks.indexOf('');
      pick(active + 1 < criteria.length ? active + 1 : empty < 0 ? active : empty);
      return;
    }
    var text = nextText(key, c);
    if (units(text) > units(c.maximum)) {
      speak(c.name + '最高 ' + c.maximum + ' 分，刚才那一键没有算', true);
      return;
    }
    if (key === 'down' && units(text) < units(c.minimum)) {
      speak(c.name + '最低 ' + c.minimum + ' 分，刚才那一键没有算', true);
      return;
    }
    marks[active] = text;
    fresh = false;
    speak(range(c));
    keepDraft();
    drawSheet();
  };

  var asObject = function () {
    var given = {};
    criteria.forEach(function (c, index) { if (marks[index] !== '') { given[c.code] = marks[index]; } });
    return given;
  };

  var asSheet = function () {
    var given = {};
    criteria.forEach(function (c, index) { given[c.code] = spell(units(marks[index]), placesOf(c.step)); });
    return given;
  };

  var setDraft = function (turn, given) {
    drafts = store.get('drafts', drafts);
    if (given) { drafts[turn] = given; } else { delete drafts[turn]; }
    store.set('drafts', drafts);
  };

  var keepDraft = function () { setDraft(sheetTurn, asObject()); };

  var isDrafting = function (turn) { return Object.keys(drafts[turn] || {}).length > 0; };

  /* A sheet in the queue is what this device last knows of the turn. */
  var queued = function (turn) {
    return queue.filter(function (sheet) { return sheet.turn === turn; }).pop() || null;
  };

  var loadSheet = function (given) {
    criteria = view.turn.criteria;
    sheetTurn = view.turn.id;
    marks = criteria.map(function (c) { return given[c.code] || ''; });
    buildRows();
    pick(Math.max(0, marks.indexOf('')));
  };

  var openSheet = function () {
    if (isDrafting(view.turn.id)) { loadSheet(drafts[view.turn.id]); return; }
    var last = queued(view.turn.id) || view.sheet;
    loadSheet(last ? last.marks : {});
  };

  /* ---- units that are open together ---- */

  var ownTurns = function (given) {
    return given.turn ? [given].concat(given.others || []) : [];
  };

  var ownTurn = function (turn) {
    return ownTurns(view).filter(function (own) { return own.turn.id === turn; })[0];
  };

  /* The payload with the turn in front that the judge looks at. The server puts forward what is
     to do; it does not know what waits in the queue. */
  var arranged = function (given) {
    var wanted = ownTurns(given).filter(function (own) { return own.turn.id === focus; })[0];
    if (!given.others || !wanted || wanted === given) { return given; }
    var front = Object.assign({}, given);
    ['state', 'turn', 'sheet', 'reason', 'outlier'].forEach(function (name) { front[name] = wanted[name]; });
    front.others = ownTurns(given).filter(function (own) { return own !== wanted; });
    return front;
  };

  var nextToMark = function () {
    return (view.others || []).filter(function (own) {
      return own.state === 'open' && !queued(own.turn.id);
    })[0];
  };

  var lookAt = function (turn) {
    focus = turn;
    editing = false;
    confirming = false;
    notice = '';
    sheetTurn = null;
    view = arranged(view);
    draw();
  };

  /* ---- sections ---- */

  var section = function () {
    if (greeting) { return 'greet'; }
    if (['taken', 'refused', 'pending'].indexOf(view.state) >= 0) { return view.state; }
    var markable = view.turn && (view.state === 'open' || view.state === 'received');
    if (markable) {
      if (confirming) { return 'confirm'; }
      if (editing) { return 'open'; }
      if (queued(view.turn.id)) { return 'queue'; }
      return view.outlier ? 'outlier' : view.state;
    }
    if (queue.length && offline) { return 'queue'; }
    return view.state;
  };

  var slots = function () {
    all('[data-t]').forEach(function (slot) {
      var value = slot.getAttribute('data-t').split('.').reduce(function (found, name) {
        return found === undefined || found === null ? undefined : found[name];
      }, view);
      if (value !== undefined) { slot.textContent = value; }
    });
    all('[data-if]').forEach(function (part) { part.hidden = !view[part.getAttribute('data-if')]; });
    if (view.upcoming) { find('[data-upcoming]').textContent = view.upcoming.on_stage ? '台上' : '即将出场'; }
  };

  var drawQueue = function () {
    var list = find('[data-queue]');
    list.textContent = '';
    queue.forEach(function (sheet) {
      var line = find('[data-queue-line]').content.cloneNode(true);
      var parts = all('b.num, li > span:not(.plate)', line);
      parts[0].textContent = sheet.plate;
      parts[1].textContent = sheet.unit;
      parts[2].textContent = sheet.total;
      list.appendChild(line);
    });
    find('[data-queue-count]').textContent = queue.length;
    find('[data-queue-left] b').textContent = queue.length;
    find('[data-queue-title]').textContent = offline ? '已存在本机' : '正在送出';
    find('[data-edit-queued]').hidden = !(view.turn && queued(view.turn.id));
    find('[data-queue-left]').hidden = !queue.length;
    find('[data-draft-left]').hidden = !Object.keys(drafts).some(isDrafting);
  };

  var drawTogether = function (name) {
    var box = find('[data-together]');
    var list = find('[data-together-list]');
    var next = nextToMark();
    box.hidden = !view.others || ['open', 'outlier', 'received', 'recused', 'queue'].indexOf(name) < 0;
    all('[data-next]').forEach(function (link) {
      link.hidden = !next;
      if (next) { find('[data-next-unit]', link).textContent = next.turn.plate + ' ' + next.turn.unit; }
    });
    list.textContent = '';
    if (box.hidden) { return; }
    find('[data-together-count]').textContent = view.others.length + 1;
    ownTurns(view).sort(function (a, b) { return a.turn.order - b.turn.order; }).forEach(function (own) {
      var line = find('[data-together-line]').content.cloneNode(true);
      var link = find('a', line);
      var sheet = queued(own.turn.id) || own.sheet;
      find('b', line).textContent = own.turn.plate;
      find('.plate + span', line).textContent = own.turn.unit;
      find('em', line).textContent = own.state === 'recused' ? '回避' : sheet ? sheet.total + ' 分' : '没交';
      link.href = '?turn=' + own.turn.id;
      link.setAttribute('data-turn', own.turn.id);
      if (own === view) { link.setAttribute('aria-current', 'true'); }
      list.appendChild(line);
    });
  };

  var drawLate = function (name) {
    var list = find('[data-late-list]');
    list.textContent = '';
    find('[data-late]').hidden = !view.late || ['greet', 'open', 'confirm', 'outlier'].indexOf(name) >= 0;
    (view.late || []).forEach(function (sheet) {
      var line = find('[data-late-line]').content.cloneNode(true);
      find('.plate b', line).textContent = sheet.plate;
      find('.plate + span', line).textContent = sheet.unit;
      find('li > b', line).textContent = sheet.total;
      find('em', line).textContent = sheet.why + ' ' + sheet.at;
      list.appendChild(line);
    });
  };

  var drawConnection = function () {
    var parts = document.querySelector('[data-connections]').children;
    var state = view.state === 'taken' ? 2 : offline ? 1 : 0;
    Array.prototype.forEach.call(parts, function (part, index) { part.hidden = index !== state; });
    var bar = document.querySelector('[data-bar]');
    var sends = offline ? ' 份等着上传，联网后自动送出。' : ' 份正在送出。';
    var unsent = queue.length ? queue.length + sends : '分数存在本机，联网后自动上传。';
    bar.hidden = !(offline || queue.length) || section() === 'queue' || view.state === 'taken';
    document.querySelector('[data-bar-text]').textContent =
      storageFails ? '这台设备存不住草稿，请不要刷新或关机。' : unsent;
  };

  var drawClock = function () {
    var clock = find('[data-clock]');
    var ends = view.turn && Date.parse(view.turn.ends_at);
    clock.hidden = !ends;
    if (!ends) { return; }
    var seconds = Math.round((ends - Date.now() - clockOffset) / 1000);
    var left = Math.abs(seconds);
    find('[data-clock-word]').textContent = seconds >= 0 ? '还剩' : '已超过';
    find('[data-clock-time]').textContent = ('0' + Math.floor(left / 60)).slice(-2) + ':' + ('0' + left % 60).slice(-2);
  };

  var drawSum = function (list, about, given) {
    var last = list.lastElementChild;
    all('div:not(.is-total)', list).forEach(function (line) { line.remove(); });
    about.forEach(function (c) {
      var line = document.createElement('div');
      var name = document.createElement('dt');
      var mark = document.createElement('dd');
      name.textContent = c.name;
      mark.className = 'num';
      mark.textContent = given[c.code];
      line.appendChild(name);
      line.appendChild(mark);
      list.insertBefore(line, last);
    });
  };

  var shown = '';
  var draw = function () {
    var name = section();
    slots();
    drawQueue();
    drawConnection();
    if (name === 'open' && sheetTurn !== view.turn.id) { openSheet(); }
    if (name === 'open') { drawClock(); }
    if (name === 'outlier') { drawSum(find('[data-outlier-sum]'), view.turn.criteria, view.sheet.marks); }
    drawTogether(name);
    drawLate(name);
    var box = document.querySelector('[data-note]');
    box.hidden = !notice;
    find('p', box).textContent = notice;
    all('[data-in]').forEach(function (part) { part.hidden = part.getAttribute('data-in') !== name; });
    if (name !== shown) {
      window.scrollTo(0, 0);
      shown = name;
    }
  };

  var take = function (fresher) {
    if (view.state === 'pending' && fresher.state !== 'pending') { location.reload(); return; }
    var before = view.turn;
    view = arranged(fresher);
    var changed = !before || !view.turn || before.id !== view.turn.id;
    if (changed) {
      editing = false;
      confirming = false;
      notice = '';
      sheetTurn = null;
    }
    draw();
  };

  /* ---- the network ---- */

  var ask = function (url, options) {
    var late = new Promise(function (resolve, reject) { setTimeout(reject, TIMEOUT); });
    return Promise.race([fetch(url, Object.assign({ credentials: 'same-origin', cache: 'no-store' }, options)), late]);
  };

  var setOffline = function (value) {
    if (offline !== value) { offline = value; draw(); }
  };

  /* The sign-in has gone: the page asks for it. Not again and again, should that not help. */
  var reload = function () {
    var last = Number(store.get('reloaded', 0));
    if (Date.now() - last < 20000) { setOffline(true); return; }
    store.set('reloaded', Date.now());
    location.reload();
  };

  var noteClock = function (response) {
    var date = Date.parse(response.headers.get('Date') || '');
    if (date) { clockOffset = date + 500 - Date.now(); }
  };

  var poll = function () {
    var turn = view.turn && isDrafting(view.turn.id) && !queued(view.turn.id) ? view.turn.id : '';
    var headers = etag ? { 'If-None-Match': etag } : {};
    return ask(stateUrl + '?draft=' + turn, { headers: headers }).then(function (response) {
      noteClock(response);
      if (response.status === 403 || response.status === 404) { reload(); return null; }
      if (response.status === 304) { setOffline(false); return null; }
      if (!response.ok) { throw new Error(response.status); }
      return response.json().then(function (fresher) {
        etag = response.headers.get('ETag') || '';
        offline = false;
        take(fresher);
      });
    }).catch(function () { setOffline(true); });
  };

  var forever = function () {
    poll().then(function () { return pump(); }).then(function () { setTimeout(forever, POLL); });
  };

  var unqueue = function (id) {
    queue = store.get('queue', queue).filter(function (sheet) { return sheet.id !== id; });
    store.set('queue', queue);
  };

  /* What the server refuses goes back to the judge as a draft: nothing typed is lost. */
  var giveBack = function (sheet, answer) {
    unqueue(sheet.id);
    setDraft(sheet.turn, sheet.marks);
    if (view.turn && view.turn.id === sheet.turn) {
      sheetTurn = null;
      editing = true;
    }
    notice = answer.message + '（' + sheet.plate + ' ' + sheet.unit + ' ' + sheet.total + ' 分）';
    etag = '';
  };

  var sending = false;
  var pump = function () {
    var sheet = queue[0];
    if (sending || !sheet || ['pending', 'refused'].indexOf(view.state) >= 0) { return Promise.resolve(); }
    var own = ownTurn(sheet.turn);
    if (sheet.generation !== generation && own && own.state === 'open') {
      giveBack(sheet, { message: '这是换设备之前打的分，还没有交。请核对后再交。' });
      draw();
      return Promise.resolve();
    }
    sending = true;
    return ask(sheetsUrl, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-CSRFToken': token },
      body: JSON.stringify({ id: sheet.id, turn: sheet.turn, version: sheet.version, marks: sheet.marks, generation: sheet.generation })
    }).then(function (response) {
      noteClock(response);
      if (response.status >= 500 || response.status === 429) { throw new Error(response.status); }
      if (response.status === 403) { reload(); return null; }
      return response.json().then(function (answer) {
        offline = false;
        if (response.ok) {
          unqueue(sheet.id);
          /* Of no use to this device now; should the seat come back to it, the marks are here. */
          if (answer.sheet.aside === 'old_device') { setDraft(sheet.turn, sheet.marks); }
          sending = false;
          etag = '';
          take(answer.view);
          return pump();
        }
        giveBack(sheet, answer);
        draw();
        return null;
      });
    }).catch(function () { setOffline(true); }).then(function () { sending = false; });
  };

  /* ---- what the judge does ---- */

  var checked = function () {
    for (var index = 0; index < criteria.length; index += 1) {
      var wrong = problem(criteria[index], marks[index]);
      if (wrong) {
        pick(index);
        speak(wrong, true);
        return false;
      }
    }
    return true;
  };

  find('[data-sheet]').addEventListener('submit', function (event) {
    event.preventDefault();
    if (!checked()) { return; }
    var sum = find('[data-sum]');
    drawSum(sum, criteria, asSheet());
    find('dd', sum.lastElementChild).textContent = total();
    confirming = true;
    draw();
  });

  find('[data-confirm]').addEventListener('submit', function (event) {
    event.preventDefault();
    if (!confirming || !view.turn || sheetTurn !== view.turn.id) { return; }
    var last = queued(sheetTurn) || view.sheet;
    queue = store.get('queue', queue).concat([{
      id: uuid(),
      turn: sheetTurn,
      version: last ? last.version + 1 : 1,
      marks: asSheet(),
      generation: generation,
      total: total(),
      plate: view.turn.plate,
      unit: view.turn.unit
    }]);
    store.set('queue', queue);
    setDraft(sheetTurn, null);
    focus = sheetTurn;
    confirming = false;
    editing = false;
    notice = '';
    draw();
    pump();
  });

  find('[data-back]').addEventListener('click', function (event) {
    event.preventDefault();
    confirming = false;
    editing = true;
    draw();
  });

  var change = function (event) {
    event.preventDefault();
    editing = true;
    sheetTurn = null;
    draw();
  };
  all('[data-change], [data-look], [data-edit-queued]').forEach(function (way) { way.addEventListener('click', change); });

  find('[data-together]').addEventListener('click', function (event) {
    var link = event.target.closest('[data-turn]');
    if (!link) { return; }
    event.preventDefault();
    lookAt(Number(link.getAttribute('data-turn')));
  });

  all('[data-next]').forEach(function (link) {
    link.addEventListener('click', function (event) {
      var next = nextToMark();
      event.preventDefault();
      if (next) { lookAt(next.turn.id); }
    });
  });

  find('[data-keep]').addEventListener('submit', function (event) {
    event.preventDefault();
    if (!view.outlier) { return; }
    ask(root.getAttribute('data-keep-url').replace(/0\/$/, view.outlier.id + '/'), {
      method: 'POST',
      headers: { Accept: 'application/json', 'X-CSRFToken': token }
    }).then(function (response) {
      if (!response.ok) { throw new Error(response.status); }
      return response.json();
    }).then(function (answer) {
      offline = false;
      etag = '';
      take(answer.view);
    }).catch(function () {
      notice = '没有送到，分数没有变。网络恢复后请再按一次“保持”。';
      setOffline(true);
      draw();
    });
  });

  find('[data-seated]').addEventListener('click', function (event) {
    event.preventDefault();
    greeting = false;
    history.replaceState(null, '', location.pathname);
    draw();
  });

  find('[data-retry]').addEventListener('click', function () { poll().then(pump); });

  find('[data-pad]').hidden = false;
  find('[data-keypad]').addEventListener('click', function (event) {
    var key = event.target.closest('[data-key]');
    if (key) { press(key.getAttribute('data-key')); }
  });
  rows.addEventListener('click', function (event) {
    var row = event.target.closest('[data-index]');
    if (row) { pick(Number(row.getAttribute('data-index'))); }
  });
  rows.addEventListener('focusin', function (event) {
    var row = event.target.closest('[data-index]');
    if (row && Number(row.getAttribute('data-index')) !== active) { pick(Number(row.getAttribute('data-index'))); }
  });

  /* A tablet with a keyboard. */
  document.addEventListener('keydown', function (event) {
    if (section() !== 'open' || event.ctrlKey || event.metaKey || event.altKey) { return; }
    var onButton = event.target.closest && event.target.closest('button, a');
    if (/^[0-9]$/.test(event.key)) { press(event.key); }
    else if (event.key === '.') { press(find('[data-key=".5"], [data-key="."]').getAttribute('data-key')); }
    else if (event.key === 'Backspace') { press('del'); }
    else if (event.key === 'Enter' && !onButton) { press('next'); }
    else { return; }
    event.preventDefault();
  });

  window.addEventListener('online', function () { poll().then(pump); });
  /* The phone was in a pocket, or the page was in the browser's memory: look at once. */
  var wake = function () { if (!document.hidden) { poll().then(pump); } };
  document.addEventListener('visibilitychange', wake);
  window.addEventListener('pageshow', function (event) { if (event.persisted) { wake(); } });
  window.addEventListener('storage', function () {
    queue = store.get('queue', queue);
    drafts = store.get('drafts', drafts);
    draw();
  });
  setInterval(function () { if (section() === 'open') { drawClock(); } }, 1000);

  if (view.turn && location.search.indexOf('turn=') >= 0) { focus = view.turn.id; }
  if (location.search && !greeting) { history.replaceState(null, '', location.pathname); }
  draw();
  forever();
}());
