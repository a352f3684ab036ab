// fields.js: Enter and Shift Enter walk the boxes of a form that is filled in; Esc closes what is
// folded open and gives the focus back; Ctrl S keeps a draft. Everything works without it.
(function () {
  "use strict";
  var doc = document;
  function list(selector, root) {
    return Array.prototype.slice.call((root || doc).querySelectorAll(selector));
  }
  function seen(node) { return node.getClientRects().length > 0 && !node.matches(":disabled"); }
  function boxes(form) {
    return Array.prototype.filter.call(form.elements, function (box) {
      return /^(INPUT|SELECT|TEXTAREA)$/.test(box.tagName) && box.type !== "hidden" &&
        box.type !== "submit" && seen(box);
    });
  }
  // The one button a form is filled in for; a form that only decides has no boxes to walk.
  function button(form) {
    var all = Array.prototype.filter.call(form.elements, function (node) {
      return node.tagName === "BUTTON" && node.type === "submit" && seen(node);
    });
    return all.filter(function (node) { return node.classList.contains("btn-primary"); })[0] || all[0];
  }
  // Marked for the list of keys; htmx may bring a form later.
  function mark() {
    list("form[method=post]").forEach(function (form) {
      form.toggleAttribute("data-fields", boxes(form).length > 0);
    });
  }

  doc.addEventListener("keydown", function (event) {
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape") { if (fold(event.target)) event.preventDefault(); return; }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      var draft = list("[data-save]").filter(seen)[0];
      if (draft) { event.preventDefault(); draft.click(); }
      return;
    }
    var form = event.target.form;
    if (event.key !== "Enter" || event.ctrlKey || event.altKey || event.metaKey || !form) return;
    if (form.method !== "post" || form.hasAttribute("data-own-enter")) return;
    if (!/^(INPUT|SELECT)$/.test(event.target.tagName) || event.target.type === "file") return;
    event.preventDefault();
    var all = boxes(form);
    // The radios of one choice are one box.
    all = all.filter(function (box) {
      return box === event.target || box.type !== "radio" ||
        (box.name !== event.target.name && (box.checked || !list('[name="' + CSS.escape(box.name) +
          '"]:checked', form).length && all.filter(function (b) { return b.name === box.name; })[0] === box));
    });
    var next = all[all.indexOf(event.target) + (event.shiftKey ? -1 : 1)];
    if (!next && !event.shiftKey) next = button(form);
    if (next) next.focus();
  });

  // Esc in something folded open: it closes, and the focus is where it was opened from.
  function fold(at) {
    var open = at.closest("main details[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
      return true;
    }
    var opener = list('[data-toggles][aria-expanded="true"]').filter(function (one) {
      var panel = doc.querySelector(one.dataset.toggles);
      return one === at || (panel && panel.contains(at));
    })[0];
    if (!opener) return false;
    opener.click();
    opener.focus();
    return true;
  }

  mark();
  doc.addEventListener("htmx:afterSettle", mark);
  doc.addEventListener("toggle", mark, true);
})();
