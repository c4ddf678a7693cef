/* The edit page of a rule sheet: works out the example again while somebody types.
   Without this file the button 重算 does the same. */
(function () {
  "use strict";
  var form = document.querySelector("[data-rulesheet]");
  if (!form || !window.fetch || !window.DOMParser) return;
  var timer, running;

  function swap(html) {
    var fresh = new DOMParser().parseFromString(html, "text/html");
    document.querySelectorAll("[data-live]").forEach(function (old) {
      var now = fresh.getElementById(old.id);
      if (now && now.innerHTML !== old.innerHTML) old.innerHTML = now.innerHTML;
    });
  }

  function workOut() {
    if (running) running.abort();
    running = new AbortController();
    var data = new FormData(form);
    data.set("act", "preview");
    fetch(location.href, { method: "POST", body: data, signal: running.signal, credentials: "same-origin" })
      .then(function (response) { return response.ok ? response.text() : ""; })
      .then(function (html) { if (html) swap(html); })
      .catch(function () { /* offline or overtaken: the button is still there */ });
  }

  form.addEventListener("input", function () {
    clearTimeout(timer);
    timer = setTimeout(workOut, 400);
  });
})();
