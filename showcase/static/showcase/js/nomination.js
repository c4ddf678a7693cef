/* nomination.js: saves the draft of a nomination while it is typed, and keeps on this device what
   could not be saved. Without it the form has the button 保存草稿 and buttons for every row. */
(() => {
  "use strict";
  const form = document.getElementById("nomination");
  if (!form || !window.fetch || !window.FormData) return;

  const PAUSE = 2000;
  const RETRY = 15000;
  const FIGURE = /^figure-/;
  const figures = form.querySelector("[data-figures]");
  const spare = form.querySelector("[data-spare]");
  const revision = form.elements.revision;
  const status = form.querySelector("[data-status]");
  const key = form.dataset.key;
  let timer = null;
  let sending = false;
  let isStopped = "stale" in form.dataset;
  let isLeaving = false;
  let pressed = null;

  const say = (text, kind) => {
    status.textContent = text;
    status.dataset.kind = kind || "";
  };

  /* What is typed: [name, value] in the order of the form. */
  const typed = () =>
    [...new FormData(form)].filter(
      ([name, value]) => typeof value === "string" && (FIGURE.test(name) || /^(statement|contact_|caption-)/.test(name)),
    );

  const figureRows = (pairs) => {
    const rows = [];
    pairs.filter(([name]) => FIGURE.test(name)).forEach(([name, value]) => {
      if (!rows.length || name in rows[rows.length - 1]) rows.push({});
      rows[rows.length - 1][name] = value;
    });
    return rows;
  };

  /* The same text for what the server would keep alike. */
  const plain = (pairs) =>
    JSON.stringify([
      figureRows(pairs).map((row) => Object.values(row).map((value) => value.trim())).filter((row) => row.some(Boolean)),
      pairs.filter(([name]) => !FIGURE.test(name)).map(([name, value]) => [
        name,
        name === "statement" ? value.replace(/\r\n/g, "\n").trimEnd() : value.trim(),
      ]),
    ]);

  let saved = "unsaved" in form.dataset ? "" : plain(typed());

  const device = {
    read() {
      try { return JSON.parse(localStorage.getItem(key)); } catch (error) { return null; }
    },
    keep(more) {
      try {
        localStorage.setItem(key, JSON.stringify({ revision: revision.value, at: Date.now(), pairs: typed(), ...more }));
        return true;
      } catch (error) { return false; }
    },
    forget() {
      try { localStorage.removeItem(key); } catch (error) { /* nothing is kept there */ }
    },
  };

  /* The number of characters, spaces and line ends not counted. */
  const counter = form.querySelector("[data-count]");
  const count = () => {
    const length = [...form.elements.statement.value.replace(/\s/g, "")].length;
    counter.querySelector("b").textContent = length;
    counter.classList.toggle("nom-wrong", length > Number(counter.dataset.limit));
  };

  /* Rows of figures. */
  const renumber = () => {
    [...figures.children].forEach((row, index) => {
      row.querySelectorAll("[data-number]").forEach((each) => { each.textContent = index + 1; });
      row.querySelector("[data-remove-figure]").value = `remove_figure-${index + 1}`;
    });
    form.querySelector("[data-add-figure]").disabled = figures.children.length >= Number(figures.dataset.limit);
  };
  let made = 0;
  const addFigure = () => {
    made += 1;
    const holder = document.createElement("div");
    holder.innerHTML = spare.innerHTML.replace(/__number__/g, `new${made}`);
    const row = holder.firstElementChild;
    figures.append(row);
    renumber();
    return row;
  };

  const restore = (pairs) => {
    const rows = figureRows(pairs);
    while (figures.children.length < rows.length) addFigure();
    while (figures.children.length > Math.max(rows.length, 1)) figures.lastElementChild.remove();
    rows.forEach((row, index) => {
      Object.entries(row).forEach(([name, value]) => {
        figures.children[index].querySelector(`[name="${name}"]`).value = value;
      });
    });
    pairs.filter(([name]) => !FIGURE.test(name)).forEach(([name, value]) => {
      if (form.elements[name]) form.elements[name].value = value;
    });
    renumber();
    count();
  };

  const later = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  };

  const notSaved = (why) => {
    const kept = device.keep();
    say(kept ? `${why}内容已存在这台设备上，会自动再存。` : `${why}请不要关这一页，会自动再存。`, "wrong");
    later(RETRY);
  };

  const answered = async (response, sent) => {
    const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
    if (response.redirected || (!isJson && [401, 403].includes(response.status))) {
      notSaved("登录已经过期，没有存上，请在新窗口里重新登录。");
      return;
    }
    if (!isJson) {
      notSaved("网站现在没有回应，没有存上。");
      return;
    }
    const told = await response.json();
    if (response.ok) {
      revision.value = told.revision;
      saved = sent;
      form.querySelector("[data-missing]").textContent = told.missing ? `还差 ${told.missing} 项` : "都填好了";
      say(told.sentence);
      if (plain(typed()) === saved) device.forget();
      else { device.keep(); later(PAUSE); }
      return;
    }
    device.keep();
    say([told.sentence, ...(told.errors || [])].join(" "), "wrong");
    if (response.status !== 409) return;
    isStopped = true;
    const button = document.createElement("button");
    button.type = "submit";
    button.name = "act";
    button.value = "save";
    button.className = "button button-small";
    button.textContent = told.is_stale ? "对照两份内容" : "看最新情况";
    status.append(" ", button);
  };

  async function save(options) {
    clearTimeout(timer);
    if (isStopped || isLeaving || sending) return;
    const sent = plain(typed());
    if (sent === saved) return;
    const body = new FormData();
    typed().forEach(([name, value]) => body.append(name, value));
    body.append("revision", revision.value);
    body.append("act", "save");
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    sending = true;
    say("正在保存…");
    try {
      const response = await fetch(form.action, {
        method: "POST", body, headers: { "X-Requested-With": "fetch" }, credentials: "same-origin", ...options,
      });
      await answered(response, sent);
    } catch (error) {
      notSaved("网络断了，没有存上。");
    } finally {
      sending = false;
      if (pressed) {
        const button = pressed;
        pressed = null;
        form.requestSubmit(button);
      }
    }
  }

  const changed = () => {
    count();
    if (plain(typed()) === saved) return;
    device.keep();
    if (!isStopped) later(PAUSE);
  };

  form.addEventListener("input", (event) => {
    if (!["file", "checkbox"].includes(event.target.type)) changed();
  });

  form.addEventListener("click", (event) => {
    const remove = event.target.closest("[data-remove-figure]");
    const add = event.target.closest("[data-add-figure]");
    if (remove) {
      event.preventDefault();
      remove.closest("[data-figure]").remove();
      if (!figures.children.length) addFigure();
      renumber();
      form.querySelector("[data-add-figure]").focus();
      changed();
    } else if (add) {
      event.preventDefault();
      addFigure().querySelector("input").focus();
    }
  });

  /* A pressed button waits for the save that is under way: both would carry the same revision. */
  form.addEventListener("submit", (event) => {
    if (sending) {
      event.preventDefault();
      pressed = event.submitter;
      return;
    }
    if (navigator.onLine === false) {
      event.preventDefault();
      notSaved("网络断了，没有办成。");
      return;
    }
    clearTimeout(timer);
    isLeaving = true;
    device.keep({ sent: true });
  });

  /* Chosen files go at once. */
  const files = form.elements.files;
  const upload = form.querySelector("[data-upload]");
  files.addEventListener("change", () => {
    if (!files.files.length) return;
    say("正在上传，请不要关这一页…");
    form.requestSubmit(upload);
  });

  const leave = () => {
    if (!isLeaving && plain(typed()) !== saved) save({ keepalive: true });
  };
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(); });
  window.addEventListener("pagehide", leave);
  window.addEventListener("online", () => save());
  window.addEventListener("pageshow", (event) => { if (event.persisted) isLeaving = false; });
  document.querySelectorAll("[data-forget]").forEach((link) => link.addEventListener("click", device.forget));

  const onDevice = device.read();
  if (onDevice && !isStopped) {
    const isSame = plain(onDevice.pairs) === saved;
    const wasTaken = onDevice.sent && onDevice.revision !== revision.value;
    if (isSame || wasTaken) {
      device.forget();
    } else if (onDevice.revision === revision.value) {
      restore(onDevice.pairs);
      say("已恢复这台设备上没有存上的内容，正在保存…");
      later(0);
    } else {
      const box = form.querySelector("[data-restore]");
      box.querySelector("[data-restore-at]").textContent = new Date(onDevice.at).toLocaleString("zh-CN", { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit" });
      box.querySelector("[data-restore-yes]").addEventListener("click", () => { box.hidden = true; restore(onDevice.pairs); changed(); });
      box.querySelector("[data-restore-no]").addEventListener("click", () => { box.hidden = true; device.forget(); });
      box.hidden = false;
    }
  }
  renumber();
  count();
})();
