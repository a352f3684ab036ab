// register.js: empty rows are folded away, Enter walks the boxes. The page works without it.
(function () {
  "use strict";
  var form = document.getElementById("register");
  var add = document.getElementById("add-member");
  if (!form || !add) return;
  var rows = Array.prototype.slice.call(form.querySelectorAll("[data-member]"));

  function filled(row) {
    return Array.prototype.some.call(row.querySelectorAll("input"), function (box) {
      return box.value !== "";
    }) || row.querySelector("[aria-invalid=true]");
  }
  function count() {
    add.hidden = !rows.some(function (row) { return row.hidden; });
  }
  function unfold() {
    var next = rows.filter(function (row) { return row.hidden; })[0];
    if (!next) return;
    next.hidden = false;
    next.querySelector("input").focus();
    count();
  }
  rows.forEach(function (row, n) { row.hidden = n > 0 && !filled(row); });
  // No gap: rows before a filled one stay open.
  var last = rows.map(function (row) { return !row.hidden; }).lastIndexOf(true);
  rows.forEach(function (row, n) { if (n < last) row.hidden = false; });
  count();
  add.addEventListener("click", unfold);

  function boxes() {
    return Array.prototype.filter.call(form.elements, function (box) {
      return box.getClientRects().length && box.type !== "hidden" && !box.disabled &&
        /^(INPUT|SELECT)$/.test(box.tagName);
    });
  }
  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.altKey && event.key.toLowerCase() === "a") { event.preventDefault(); unfold(); return; }
    if (event.key !== "Enter" || event.ctrlKey || event.altKey || event.metaKey) return;
    if (!form.contains(event.target) || event.target.tagName === "BUTTON") return;
    event.preventDefault();
    var open = boxes();
    var at = open.indexOf(event.target);
    var next = open[at + (event.shiftKey ? -1 : 1)];
    if (next) next.focus();
  });
})();
