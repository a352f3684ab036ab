// worklist.js: what may be done to the ticked rows together, and the preview of the row one is on.
// Without it the server says the same after the button is pressed.
(function () {
  "use strict";
  var form = document.querySelector("form[data-bulk]");
  var table = document.querySelector("table[data-rows]");
  var place = document.getElementById("preview");
  if (!form || !table) return;

  function ticked() {
    return Array.prototype.slice.call(table.querySelectorAll("input[name=task]:checked"));
  }
  // Verbs for several rows are there only while the ticked rows are of one kind.
  function fit() {
    var kinds = ticked().map(function (box) { return box.dataset.kind; });
    var mixed = kinds.some(function (kind) { return kind !== kinds[0]; });
    form.querySelectorAll("[data-kinds]").forEach(function (verb) {
      var fits = verb.dataset.kinds.split(" ");
      var all = fits.indexOf("*") >= 0;
      verb.hidden = mixed || (kinds.length > 0 && !all && fits.indexOf(kinds[0]) < 0);
    });
    form.querySelector("[data-mixed]").hidden = !mixed;
    document.getElementById("selcount").textContent = kinds.length;
    ticked().forEach(function (box) { box.closest("tr").classList.add("sel"); });
  }
  table.addEventListener("change", fit);
  window.addEventListener("pageshow", fit);
  fit();

  // ---- Preview: a moment after the row is reached, so that walking by J asks once. ----
  var timer, shown = "", asked;
  function look(row) {
    var url = row && row.dataset.preview;
    if (!place || !url || url === shown || !place.getClientRects().length) return;
    clearTimeout(timer);
    timer = setTimeout(function () {
      shown = url;
      if (asked) asked.abort();
      asked = new AbortController();
      fetch(url, { headers: { "HX-Request": "true" }, signal: asked.signal })
        .then(function (answer) { return answer.ok ? answer.text() : Promise.reject(answer); })
        .then(function (html) { place.innerHTML = html; })
        .catch(function (fault) {
          if (fault.name === "AbortError") return;
          shown = "";
          place.textContent = place.dataset.sayFailed;
        });
    }, 120);
  }
  table.addEventListener("focusin", function (event) { look(event.target.closest("tr[data-row]")); });
  table.addEventListener("click", function (event) {
    var row = event.target.closest("tr[data-row]");
    if (!row || event.target.closest("a, button, input, label")) return;
    table.querySelectorAll("tr.cur").forEach(function (one) { one.classList.remove("cur"); });
    row.classList.add("cur");
    look(row);
  });
})();
