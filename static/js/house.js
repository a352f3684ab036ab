// house.js: keys, the double-submit guard and announcements. Everything works without it.
(function () {
  "use strict";
  var doc = document;
  var all = function (selector, root) {
    return Array.prototype.slice.call((root || doc).querySelectorAll(selector));
  };
  var search = doc.getElementById("gq");
  var help = doc.getElementById("keys");
  var live = doc.getElementById("live");

  // Read aloud by screen readers. Emptied first, or the same words twice would be silent.
  function say(words) {
    if (!live) return;
    live.textContent = "";
    setTimeout(function () { live.textContent = words; }, 50);
  }

  // ---- Keys. Never while typing, and never while an input method is composing. ----
  var letters = doc.body.dataset.keys !== "off"; // WCAG 2.1.4: switched off in 个人设置
  var going = 0;

  function typing(event) {
    var at = event.target;
    return /^(TEXTAREA|SELECT)$/.test(at.tagName) || at.isContentEditable ||
      (at.tagName === "INPUT" && !/^(checkbox|radio|button|submit)$/.test(at.type));
  }
  function visible(node) { return node.getClientRects().length > 0; }
  // A link or a button is pressed; of a whole section the first control is reached, not pressed.
  function press(node) {
    if (!node) return false;
    var inside = !/^(A|BUTTON)$/.test(node.tagName);
    var to = inside ? all("a, button, input, select, textarea, summary", node).filter(function (one) {
      return visible(one) && one.type !== "hidden";
    })[0] : node;
    if (!to) return false;
    to.focus();
    if (!inside) to.click();
    return true;
  }

  // J and K walk the rows, X ticks, E does the row's verb; the row keeps class "cur".
  function inRows(key) {
    var rows = all("table[data-rows] tr[data-row]").filter(visible);
    var at = rows.findIndex(function (row) { return row.classList.contains("cur"); });
    if (!rows.length) return false;
    if (key === "j" || key === "k") {
      at = Math.max(0, Math.min(rows.length - 1, at + (key === "j" ? 1 : -1)));
      rows.forEach(function (row, n) { row.classList.toggle("cur", n === at); });
      rows[at].scrollIntoView({ block: "nearest" });
      var link = rows[at].querySelector("a, button, input");
      if (!link) { link = rows[at]; link.tabIndex = -1; }
      link.focus({ preventScroll: true });
      return true;
    }
    if (at < 0) return false;
    if (key === "x") {
      var box = rows[at].querySelector("input[type=checkbox]");
      if (box) box.click();
      return Boolean(box);
    }
    return key === "e" && press(rows[at].querySelector('[data-key="e"]'));
  }

  function letter(key) {
    if (key === "g") { going = Date.now(); return true; }
    if (Date.now() - going < 1500) {
      going = 0;
      // G N on the worklist opens what is due next; elsewhere a link may have the letter.
      var next = key === "n" && doc.querySelector("[data-next-item]");
      return press(next || doc.querySelector('[data-go="' + key + '"]'));
    }
    return inRows(key) || press(all('[data-key="' + key + '"]').filter(function (node) {
      return visible(node) && !node.closest("tr");
    })[0]);
  }

  doc.addEventListener("keydown", function (event) {
    if (event.isComposing || event.keyCode === 229) return;
    var key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && key === "k" && search) {
      event.preventDefault();
      search.focus();
      search.select();
      return;
    }
    if (event.ctrlKey && key === "enter") {
      var form = event.target.closest("form[data-ctrl-enter]");
      if (form) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || typing(event) || !letters) return;
    if (help && help.open) return;
    var done = false;
    if (key === "/" && search) { search.focus(); done = true; }
    else if (key === "?") { openHelp(); done = true; }
    else if (/^[a-z]$/.test(key)) done = letter(key);
    if (done) event.preventDefault();
  });

  // ---- Key help: showModal gives Esc, the focus trap and the focus back for free. ----
  // Only what this page offers stands there.
  function openHelp() {
    if (!help || !help.showModal || help.open) return;
    all("tr", help).forEach(function (row) {
      var wants = row.dataset.needs;
      row.hidden = (row.hasAttribute("data-letter") && !letters) ||
        Boolean(wants && !all(wants).some(visible));
    });
    help.showModal();
  }

  doc.addEventListener("click", function (event) {
    var link = event.target.closest("[data-help], [data-close]");
    if (link && help && help.showModal && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (link.hasAttribute("data-close")) help.close(); else openHelp();
    }
    if (event.target.closest("[data-print]")) window.print();
  });

  // ---- Who logged in again in another window has a new token: the forms of this one take it. ----
  function token() {
    var found = /(?:^|; )csrftoken=([^;]+)/.exec(doc.cookie);
    return found && found[1];
  }
  doc.addEventListener("submit", function (event) {
    var box = event.target.elements.namedItem("csrfmiddlewaretoken");
    if (box && token()) box.value = token();
  }, true);
  doc.addEventListener("htmx:configRequest", function (event) {
    if (!token()) return;
    event.detail.headers["X-CSRFToken"] = token();
    delete event.detail.parameters.csrfmiddlewaretoken; // of the form; it would go first
  });

  // ---- A second submit of the same form does nothing (double click, impatient Enter). ----
  // The button is disabled only after the browser has taken its name and value along.
  function hold(form, on) {
    form.dataset.sent = on ? "1" : "";
    all("button:not([type=button]), input[type=submit]", form).forEach(function (button) {
      if (on && button.disabled) return;
      if (!on && !button.dataset.held) return;
      button.disabled = on;
      button.dataset.held = on ? "1" : "";
    });
  }
  doc.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-again")) return;
    // A file is answered: the page stays, and may be asked again.
    if (event.submitter && event.submitter.hasAttribute("data-again")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (event.defaultPrevented) return; // htmx sends it; see below
    form.dataset.sent = "1";
    setTimeout(function () { hold(form, true); }, 0);
    say(doc.body.dataset.saySending);
  });
  // Coming back by the Back button finds the page as it was left, buttons disabled.
  window.addEventListener("pageshow", function () {
    all("form").forEach(function (form) { hold(form, false); });
  });

  // ---- htmx: guard its forms, tell of waiting and of failure. ----
  var waiting;
  doc.addEventListener("htmx:beforeRequest", function (event) {
    var form = event.detail.elt;
    if (form.tagName === "FORM" && form.method === "post") hold(form, true);
    clearTimeout(waiting);
    waiting = setTimeout(function () { say(doc.body.dataset.sayAsking); }, 300);
  });
  doc.addEventListener("htmx:afterRequest", function (event) {
    clearTimeout(waiting);
    if (event.detail.elt.tagName === "FORM") hold(event.detail.elt, false);
    var ended = doc.getElementById("ended");
    if (ended && event.detail.successful) ended.hidden = true;
  });
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach(function (name) {
    doc.addEventListener(name, function (event) {
      var xhr = event.detail.xhr;
      var ended = xhr && xhr.status === 401;
      var place = doc.getElementById(ended ? "ended" : "trouble");
      if (place) place.hidden = false;
      say(ended && place ? place.textContent.trim() : doc.body.dataset.sayFailed);
    });
  });
  // The server may send HX-Trigger: {"announce": "已保存"}.
  doc.addEventListener("announce", function (event) { say(event.detail.value); });

  // ---- A month's cell opens its working below the table; pressed again, it closes. ----
  // On the capture phase, so that htmx never sees the closing click.
  doc.addEventListener("click", function (event) {
    var cell = event.target.closest("[data-toggles]");
    if (!cell || event.ctrlKey || event.metaKey || event.shiftKey) return;
    var open = cell.getAttribute("aria-expanded") === "true";
    var panel = doc.querySelector(cell.dataset.toggles);
    all('[data-toggles="' + cell.dataset.toggles + '"]').forEach(function (other) {
      other.setAttribute("aria-expanded", String(other === cell && !open));
    });
    if (open && panel) {
      event.preventDefault();
      event.stopPropagation();
      panel.textContent = "";
    }
  }, true);

  // ---- Lists: a ticked row is marked and counted. ----
  doc.addEventListener("change", function (event) {
    if (!event.target.matches("table[data-rows] input[type=checkbox]")) return;
    var row = event.target.closest("tr[data-row]");
    if (row) row.classList.toggle("sel", event.target.checked);
    var count = doc.getElementById("selcount");
    if (count) count.textContent = all("table[data-rows] tr[data-row] input:checked").length;
  });

  // ---- A box that belongs to some choices only is seen, and sent, while one is chosen. ----
  function fit(form) {
    all("[data-only-for]", form).forEach(function (box) {
      var codes = box.dataset.onlyFor.split(" ");
      var chosen = all("select, input:checked", form).some(function (other) {
        return other !== box && codes.indexOf(other.value) >= 0;
      });
      var seen = chosen || box.getAttribute("aria-invalid") === "true";
      box.closest(".field").hidden = !seen;
      box.disabled = !seen;
    });
  }
  doc.addEventListener("change", function (event) {
    if (event.target.form) fit(event.target.form);
  });

  // Only a region that really scrolls becomes a tab stop.
  function scrollers() {
    all(".tw, .stepper, .tabs, .anch").forEach(function (box) {
      var wide = box.scrollWidth > box.clientWidth + 1;
      if (!wide && box.scrollHeight <= box.clientHeight + 1) return;
      box.tabIndex = 0;
      var caption = box.querySelector("caption");
      if (box.classList.contains("tw") && caption) {
        box.setAttribute("role", "region");
        box.setAttribute("aria-label", caption.textContent.trim() + doc.body.dataset.sayScrolls);
      }
    });
  }

  // ---- On arrival ----
  var errors = doc.querySelector(".errors, .sight");
  if (errors) errors.focus();
  all("form").forEach(fit);
  scrollers();
  // Of a link that sticks out of a bar that scrolls a sliver may show: browsers leave it at that.
  doc.addEventListener("focusin", function (event) {
    if (event.target.matches(".side :focus-visible, .anch :focus-visible, .tabs :focus-visible")) {
      event.target.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  });
  window.addEventListener("resize", scrollers);
  doc.addEventListener("htmx:afterSettle", scrollers);
})();
