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
    if (!next) return null;
    next.hidden = false;
    next.querySelector("input").focus();
    count();
    return next;
  }
  rows.forEach(function (row, n) { row.hidden = n > 0 && !filled(row); });
  // No gap: rows before a filled one stay open.
  var last = rows.map(function (row) { return !row.hidden; }).lastIndexOf(true);
  rows.forEach(function (row, n) { if (n < last) row.hidden = false; });
  // Until here the style sheet has folded away what came empty, so that nothing moves now.
  rows.forEach(function (row) { row.removeAttribute("data-spare"); });
  count();
  add.addEventListener("click", unfold);

  // ---- The ID number: a whole one is looked up at once, and a sound one leads to the name. ----
  var WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  function sound(number) {
    if (!/^\d{17}[\dX]$/.test(number)) return false;
    var sum = WEIGHTS.reduce(function (total, weight, n) { return total + weight * number[n]; }, 0);
    return "10X98765432"[sum % 11] === number[17];
  }
  function plain(text) { return text.replace(/\s/g, "").toUpperCase(); }
  // The server has the last word; the hands must not wait for it.
  function grown(number) {
    var day = new Date();
    var limit = (day.getFullYear() - 18) * 10000 + (day.getMonth() + 1) * 100 + day.getDate();
    return Number(number.slice(6, 14)) <= limit;
  }
  var isId = /-id_number$/;
  form.addEventListener("input", function (event) {
    var box = event.target;
    if (!isId.test(box.name) || event.isComposing) return;
    var number = plain(box.value);
    if (number.length !== 18) return;
    box.dataset.asked = box.value;
    box.dispatchEvent(new Event("change", { bubbles: true }));
    if (sound(number) && document.activeElement === box) {
      var name = box.closest("[data-member]").querySelector('input[name$="-name"]');
      if (name && !name.value) name.focus();
    }
  });
  // Leaving the box would look the same number up again: that second change goes no further.
  form.addEventListener("change", function (event) {
    var box = event.target;
    if (!isId.test(box.name) || !event.isTrusted) return;
    if (box.dataset.asked === box.value) event.stopImmediatePropagation();
  }, true);
  // What the server says of the number belongs to its field.
  document.addEventListener("htmx:afterSwap", function (event) {
    var place = event.detail.target;
    if (!/^m\d+-who$/.test(place.id)) return;
    var box = place.closest("[data-member]").querySelector('input[name$="-id_number"]');
    var bad = Boolean(place.querySelector("[data-bad]"));
    box.setAttribute("aria-invalid", String(bad));
    box.setAttribute("aria-describedby", place.id);
  });

  // ---- Enter: the boxes one needs, in order; Tab reaches them all. ----
  var SELDOM = /^(address|zone|payee|stands_as|track|programmes|check_now)$|-(other|programme)$/;
  function value(row, name) {
    var box = row.querySelector('[name$="-' + name + '"]');
    return box ? box.value : "";
  }
  // Sex and birth come from the number; a grade belongs to a disability; nobody asks why an
  // applicant, a spouse or a child under age is counted.
  function needed(box) {
    var row = box.closest("[data-member]");
    if (box.getAttribute("aria-invalid") === "true") return true;
    if (SELDOM.test(box.name)) return false;
    if (!row) return true;
    var number = plain(value(row, "id_number"));
    if (/-(sex|born)$/.test(box.name)) return !sound(number);
    if (/-grade$/.test(box.name)) return value(row, "disability") !== "";
    if (/-counted_by$/.test(box.name)) {
      var kin = value(row, "relationship");
      var child = kin === "child" && !grown(number);
      return !(kin === "applicant" || kin === "spouse" || child);
    }
    return true;
  }
  function boxes() {
    return Array.prototype.filter.call(form.elements, function (box) {
      return box.getClientRects().length && box.type !== "hidden" && !box.disabled &&
        /^(INPUT|SELECT)$/.test(box.tagName);
    });
  }
  function step(from, back) {
    var open = boxes();
    var at = open.indexOf(from);
    var row = from.closest("[data-member]");
    var rest = back ? open.slice(0, at).reverse() : open.slice(at + 1);
    var done = row && !back && isId.test(from.name) && !filled(row) && row !== rows[0];
    // An empty row: the members are all there, on to what follows them.
    if (done) rest = rest.filter(function (box) { return !box.closest("[data-member]"); });
    var next = rest.filter(needed)[0];
    if (row && !back && !done && (!next || next.closest("[data-member]") !== row)) {
      var below = rows[rows.indexOf(row) + 1];
      if (below && below.hidden) { unfold(); return; }
    }
    if (next) next.focus();
    if (done) { row.hidden = true; count(); }
  }
  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.altKey && event.key.toLowerCase() === "a") { event.preventDefault(); unfold(); return; }
    if (event.key !== "Enter" || event.ctrlKey || event.altKey || event.metaKey) return;
    if (!form.contains(event.target) || event.target.tagName === "BUTTON") return;
    event.preventDefault();
    step(event.target, event.shiftKey);
  });

  // The hands may stay on the keys from the first moment.
  var first = form.querySelector("[name=village]");
  if (first && !first.value && !document.querySelector(".errors")) first.focus();
})();
