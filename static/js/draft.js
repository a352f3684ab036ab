// draft.js: what is typed is kept by the server as a draft. Without it the button 存草稿 does so.
(function () {
  "use strict";
  var form = document.querySelector("form[data-draft]");
  if (!form) return;
  var state = document.getElementById("draft-state");
  var WAIT = 800; // ms after the last key
  var timer, last = text();

  function text() { return new URLSearchParams(new FormData(form)).toString(); }
  function keep(aloud) {
    clearTimeout(timer);
    var now = text();
    if (form.dataset.sent || (now === last && !aloud)) return;
    last = now;
    fetch(form.dataset.draft, {
      method: "POST", body: new FormData(form), headers: { "HX-Request": "true" }
    }).then(function (answer) {
      if (answer.redirected) return form.dataset.sayExpired;
      return answer.ok ? answer.text() : form.dataset.sayUnsaved;
    }).then(function (words) {
      if (state && words) state.textContent = words;
    }).catch(function () {
      if (state) state.textContent = form.dataset.sayOffline;
    });
  }
  function later() { clearTimeout(timer); timer = setTimeout(keep, WAIT); }

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  document.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      keep(true);
    }
  });
  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-draft-now]")) return;
    event.preventDefault();
    keep(true);
  });
  // The page goes, crash or not: what the last moment added is sent along.
  window.addEventListener("pagehide", function () {
    if (form.dataset.sent || text() === last) return;
    navigator.sendBeacon(form.dataset.draft, new FormData(form));
  });
})();
