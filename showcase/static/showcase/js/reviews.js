// The page of one review: the weighted total while typing, and the draft that saves itself.
"use strict";

(() => {
  const form = document.getElementById("review-form");
  if (!form) return;
  const marks = [...form.querySelectorAll("[data-maximum]")];
  const total = document.getElementById("review-total");
  const saved = document.getElementById("review-saved");
  const WAIT = 1500;
  let timer = null;
  let sent = new URLSearchParams(new FormData(form)).toString();

  // In hundredths, so that 0.1 steps are exact; the server reckons with fractions anyway.
  const hundredths = (text) => (/^\d{1,6}(\.\d{1,2})?$/.test(text) ? Math.round(Number(text) * 100) : null);

  function isGood(input) {
    const mark = hundredths(input.value.trim());
    return mark !== null && mark <= hundredths(input.dataset.maximum) && mark % hundredths(input.dataset.step) === 0;
  }

  function showTotal() {
    for (const input of marks) {
      const wrong = input.value.trim() !== "" && !isGood(input);
      input.closest(".rv-mark").classList.toggle("is-wrong", wrong);
      input.toggleAttribute("aria-invalid", wrong);
    }
    if (!marks.every(isGood)) {
      const missing = marks.filter((input) => !isGood(input)).length;
      total.textContent = `还差 ${missing} 项`;
      return;
    }
    const points = marks.reduce((sum, input) => sum + (Number(input.value) / Number(input.dataset.maximum)) * Number(input.dataset.share), 0);
    total.textContent = points.toFixed(2);
  }

  async function save() {
    const body = new URLSearchParams(new FormData(form));
    if (body.toString() === sent) return;
    const now = body.toString();
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
      const told = answer.headers.get("Content-Type").startsWith("application/json") ? await answer.json() : {};
      if (answer.ok) sent = now;
      saved.textContent = told.said || "草稿没有存上。您填的还在这一页，请不要关，稍后再点“只存草稿”。";
    } catch {
      saved.textContent = "网络断了，草稿没有存上。您填的还在这一页，接通后会再存。";
      timer = setTimeout(save, 5 * WAIT);
    }
  }

  form.addEventListener("input", () => {
    showTotal();
    saved.textContent = "正在存草稿……";
    clearTimeout(timer);
    timer = setTimeout(save, WAIT);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save();
  });
  showTotal();
})();
