// palette.js: the search box answers as one types. Without it the box is a form of /search/.
(function () {
  "use strict";
  var box = document.getElementById("gq");
  var place = document.getElementById("palette");
  var live = document.getElementById("live");
  if (!box || !place) return;
  var WAIT = 150; // ms after the last key
  var timer, asked, before; // before: where the focus goes back to on Esc
  var pending = false; // Enter before the answer has come opens the page of results
  var at = -1, acting = null, actedFrom = 0;

  function lists() { return place.querySelector('[role="listbox"]:not([hidden])'); }
  function options() {
    var list = acting || lists();
    return list ? Array.prototype.slice.call(list.querySelectorAll('[role="option"]')) : [];
  }
  function mark(n) {
    var all = options();
    at = all.length ? (n + all.length) % all.length : -1;
    all.forEach(function (one, i) { one.setAttribute("aria-selected", String(i === at)); });
    if (at < 0) { box.removeAttribute("aria-activedescendant"); return; }
    box.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  }
  function open(on) {
    place.hidden = !on;
    box.setAttribute("aria-expanded", String(on));
    if (!on) {
      box.removeAttribute("aria-activedescendant");
      place.textContent = ""; // an old answer must not be acted on while a new one is on its way
      acting = null;
      at = -1;
    }
  }
  function forget() {
    clearTimeout(timer);
    if (asked) asked.abort();
    asked = null;
  }

  // A newer question overtakes an older one: its answer is never shown.
  function ask() {
    forget();
    var text = box.value.trim();
    if (!text) { pending = false; open(false); return; }
    asked = new AbortController();
    fetch("/search/?q=" + encodeURIComponent(text), {
      headers: { "HX-Request": "true" }, signal: asked.signal, redirect: "manual"
    }).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.text();
    }).then(function (html) {
      pending = false;
      place.innerHTML = html;
      acting = null;
      open(true);
      mark(0);
      if (live) live.textContent = place.dataset.sayFound.replace("{n}", options().length);
    }).catch(function (fault) {
      if (fault.name === "AbortError") return;
      pending = false;
      place.textContent = place.dataset.sayFailed;
      open(true);
    });
  }
  function later() { forget(); pending = true; timer = setTimeout(ask, WAIT); }

  box.addEventListener("focus", function (event) {
    if (event.relatedTarget && event.relatedTarget !== document.body) before = event.relatedTarget;
  });
  // While an input method composes, nothing is asked: the letters are not yet the words.
  box.addEventListener("input", function (event) { if (!event.isComposing) later(); });
  box.addEventListener("compositionend", later);

  function act(on) {
    if (!on) {
      if (!acting) return false;
      acting.hidden = true;
      acting = null;
      mark(actedFrom);
      return true;
    }
    var hit = options()[at];
    var list = hit && hit.dataset.acts && document.getElementById(hit.dataset.acts);
    if (!list || acting) return false;
    actedFrom = at;
    list.hidden = false;
    acting = list;
    mark(0);
    return true;
  }
  box.addEventListener("keydown", function (event) {
    if (event.isComposing || event.keyCode === 229) return;
    var key = event.key;
    var end = box.selectionStart === box.value.length && box.selectionEnd === box.value.length;
    if (key === "Escape") {
      event.preventDefault();
      if (!act(false)) {
        forget();
        open(false);
        if (before && before.isConnected) before.focus(); else box.blur();
      }
    } else if (place.hidden) {
      return;
    } else if (key === "ArrowDown") { event.preventDefault(); mark(at + 1); }
    else if (key === "ArrowUp") { event.preventDefault(); mark(at - 1); }
    else if (key === "ArrowRight" && end) { if (act(true)) event.preventDefault(); }
    else if (key === "ArrowLeft" && acting) { event.preventDefault(); act(false); }
    else if (key === "Enter" && !pending && options()[at]) {
      event.preventDefault();
      location.assign(options()[at].dataset.url);
    }
  });
  place.addEventListener("mousedown", function (event) { event.preventDefault(); });
  place.addEventListener("click", function (event) {
    var hit = event.target.closest("[data-url]");
    if (hit) location.assign(hit.dataset.url);
  });
  box.addEventListener("blur", function () { forget(); open(false); });
})();
