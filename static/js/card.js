// card.js: F2 reads an ID card. A reader that types like a keyboard, a reader's own service and
// typing by hand are equals: the page is complete without any reader.
(function () {
  "use strict";
  var doc = document;
  var service = doc.body.dataset.reader; // of the bureau's settings; empty: none
  var live = doc.getElementById("live");
  var ID = /(?:^|\D)(\d{17}[\dXx])(?!\d)/;

  function say(words) { if (live) live.textContent = words; }
  function ids() {
    return Array.prototype.filter.call(doc.querySelectorAll("[data-id-number]"), function (box) {
      return box.getClientRects().length > 0 && !box.disabled;
    });
  }
  function near(box, name) {
    var row = box.closest("[data-member]") || box.form;
    return Array.prototype.filter.call(row.querySelectorAll("input"), function (one) {
      return one !== box && one.name.replace(/^.*-/, "") === name;
    })[0];
  }
  // What the card says goes into empty boxes only; what differs is said, never written over.
  function fill(box, card) {
    var differs = [];
    [[box, card.id_number, "身份证号"], [near(box, "name") || near(box, "guardian"), card.name, "姓名"],
     [near(box, "address"), card.address, "住址"]].forEach(function (one) {
      var at = one[0], text = (one[1] || "").trim();
      if (!at || !text) return;
      if (at.value.trim() && at.value.trim() !== text) differs.push(one[2] + "“" + text + "”");
      else put(at, text);
    });
    say(differs.length ? "卡上的" + differs.join("、") + "与已填的不同，没有改动，请核对。"
      : "已读卡，请核对后再提交。");
    note(box, differs);
  }
  function put(box, text) {
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }
  function note(box, differs) {
    var old = box.parentNode.querySelector(".card-note");
    if (old) old.remove();
    if (!differs.length) return;
    var words = doc.createElement("div");
    words.className = "hint tx-warn card-note";
    words.textContent = "卡上是" + differs.join("、") + "，与已填的不同，没有改动。";
    box.after(words);
  }

  // ---- A reader that types: one line of fields, with the number among them. ----
  function parsed(text) {
    var found = ID.exec(text);
    var parts = text.split(/[|,;，；\t]/).map(function (one) { return one.trim(); });
    if (!found || parts.length < 2) return null;
    // The number says the rest; on a card the name stands before sex and nation.
    var name = parts.filter(function (one) {
      return /^[\u3400-\u9fff\ud840-\ud8ff\udc00-\udfff·]{2,30}$/.test(one) && !/^.*族$/.test(one);
    })[0];
    var address = parts.filter(function (one) {
      return one !== name && one.length > 6 && /[省市县区乡镇村路街号]/.test(one);
    })[0];
    return { id_number: found[1].toUpperCase(), name: name, address: address };
  }
  // It types letter by letter, and ends with Enter or with nothing: the line is read when it rests.
  var REST = 120; // ms
  var timer, typing;
  function take() {
    clearTimeout(timer);
    var box = typing, card = box && parsed(box.value);
    typing = null;
    if (!card) return false;
    box.value = "";
    fill(box, card);
    return true;
  }
  doc.addEventListener("input", function (event) {
    var box = event.target;
    if (!box.matches || !box.matches("[data-id-number]") || event.isComposing) return;
    if (!/[|,;，；\t]/.test(box.value)) return;
    event.stopImmediatePropagation();
    typing = box;
    clearTimeout(timer);
    timer = setTimeout(take, REST);
  }, true);
  doc.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || !typing || event.isComposing) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    take();
  }, true);

  // ---- A reader's own service on this machine. ----
  function read(box) {
    say("正在读卡…");
    fetch(service, { mode: "cors", credentials: "omit", cache: "no-store" }).then(function (answer) {
      return answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)));
    }).then(function (card) { fill(box, card); }).catch(function () {
      say("没有读到卡，请放好身份证再按 F2，或直接输入号码。");
      box.focus();
    });
  }
  doc.addEventListener("keydown", function (event) {
    if (event.key !== "F2" || event.isComposing) return;
    var open = ids();
    var box = open.indexOf(doc.activeElement) >= 0 ? doc.activeElement
      : open.filter(function (one) { return !one.value; })[0] || open[0];
    if (!box) return;
    event.preventDefault();
    box.focus();
    if (service) read(box); else say("请刷身份证，或输入号码。");
  });
})();
