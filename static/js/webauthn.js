// webauthn.js: a security key is registered or answers. Without it the code of an app is typed.
(function () {
  "use strict";
  var form = document.querySelector("form[data-webauthn]");
  document.addEventListener("htmx:load", function (event) {
    var found = event.detail.elt.querySelector && event.detail.elt.querySelector("form[data-webauthn]");
    if (found) ready(found);
  });
  if (form) ready(form);

  function ready(form) {
    if (form.dataset.ready || !window.PublicKeyCredential) return;
    form.dataset.ready = "1";
    var go = form.querySelector("[data-webauthn-go]");
    var none = form.querySelector("[data-webauthn-none]");
    var failed = form.querySelector("[data-webauthn-failed]");
    go.hidden = false;
    if (none) none.hidden = true;
    go.addEventListener("click", function () {
      failed.hidden = true;
      go.disabled = true;
      ask(form).then(function (credential) {
        box(form).value = JSON.stringify(packed(credential));
        var code = form.querySelector("[required]");
        if (code) code.required = false;
        form.requestSubmit();
      }).catch(function () {
        failed.hidden = false;
        go.disabled = false;
      });
    });
  }

  function box(form) { return form.querySelector("[name=credential], [name=confirm-key]"); }

  function options(form) {
    var held = form.querySelector("[data-webauthn-options]");
    var text = held ? held.dataset.webauthnOptions : form.querySelector("script[type='application/json']").textContent;
    return JSON.parse(text).publicKey;
  }

  // ---- The server speaks base64url, the browser bytes. ----
  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (sign) { return sign.charCodeAt(0); });
  }
  function letters(buffer) {
    var plain = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function ask(form) {
    var asked = options(form);
    asked.challenge = bytes(asked.challenge);
    (asked.excludeCredentials || []).concat(asked.allowCredentials || []).forEach(function (one) {
      one.id = bytes(one.id);
    });
    if (form.dataset.webauthn === "get") return navigator.credentials.get({ publicKey: asked });
    asked.user.id = bytes(asked.user.id);
    return navigator.credentials.create({ publicKey: asked });
  }

  function packed(credential) {
    var answer = {};
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach(
      function (name) {
        var part = credential.response[name];
        if (part) answer[name] = letters(part);
      });
    return {
      id: credential.id, rawId: letters(credential.rawId), type: credential.type, response: answer,
      clientExtensionResults: credential.getClientExtensionResults()
    };
  }
})();
