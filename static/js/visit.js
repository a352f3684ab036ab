// visit.js: what is typed on a visit is kept on the phone until the server has it.
// The page works without it. Nothing is sent by itself: the investigator saves.
(function () {
  "use strict";
  var form = document.getElementById("visit");
  if (!form) return;
  var key = form.dataset.draft;
  var LONGEST = 7 * 24 * 3600 * 1000; // a forgotten draft does not stay on a phone for ever
  var offline = document.getElementById("offline");
  var bar = document.getElementById("draft");
  var kept = document.getElementById("kept");

  function read() {
    try {
      var found = JSON.parse(localStorage.getItem(key) || "null");
      return found && Date.now() - found.at < LONGEST ? found.values : null;
    } catch (_) { return null; }
  }
  function write(values) {
    try {
      localStorage.setItem(key, JSON.stringify({ at: Date.now(), values: values }));
      return true;
    } catch (_) { return false; }
  }
  function drop() { try { localStorage.removeItem(key); } catch (_) { /**/ } }

  function boxes() {
    return Array.prototype.filter.call(form.elements, function (box) {
      return box.name && box.type !== "hidden" && box.type !== "submit" && !box.disabled &&
        /^(INPUT|SELECT|TEXTAREA)$/.test(box.tagName);
    });
  }
  function id(box) { return box.type === "checkbox" ? box.name + "=" + box.value : box.name; }
  function value(box) { return box.type === "checkbox" ? box.checked : box.value; }
  function values() {
    var found = {};
    boxes().forEach(function (box) { found[id(box)] = value(box); });
    return found;
  }
  function different(stored) {
    return boxes().filter(function (box) {
      return id(box) in stored && stored[id(box)] !== value(box);
    });
  }

  // ---- What was left behind: offered, never put in by itself. ----
  if (form.dataset.saved) drop();
  var stored = read();
  var changed = stored ? different(stored) : [];
  if (changed.length && bar) {
    document.getElementById("draft-count").textContent = String(changed.length);
    bar.hidden = false;
    document.getElementById("draft-restore").addEventListener("click", function () {
      changed.forEach(function (box) {
        if (box.type === "checkbox") box.checked = stored[id(box)];
        else box.value = stored[id(box)];
      });
      bar.hidden = true;
      changed[0].focus();
      note();
    });
    document.getElementById("draft-drop").addEventListener("click", function () {
      drop();
      bar.hidden = true;
    });
  }

  // ---- Every change is kept at once. ----
  function note() {
    var done = write(values());
    if (!kept) return;
    kept.textContent = done ? kept.dataset.sayKept : kept.dataset.sayUnkept;
  }
  form.addEventListener("input", note);
  form.addEventListener("change", note);

  // ---- Without a network the page says so, and does not lose the form to an error page. ----
  function network() { if (offline) offline.hidden = navigator.onLine !== false; }
  window.addEventListener("online", network);
  window.addEventListener("offline", network);
  network();
  document.addEventListener("submit", function (event) {
    if (navigator.onLine !== false) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.target === form) note();
    network();
    offline.scrollIntoView({ block: "nearest" });
  }, true);
})();
