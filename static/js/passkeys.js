/* Says in one sentence why a passkey could not be made or used; the ceremony itself is allauth's. */
(() => {
  "use strict";

  const REASONS = {
    NotAllowedError: "That was cancelled or took too long. Try again, or use another way.",
    InvalidStateError: "This device has a passkey for your account already.",
    SecurityError:
      "Browsers give passkeys to names with https only, not to numbers such as 127.0.0.1. On this machine, open the page under http://localhost instead.",
    NotSupportedError: "This device cannot make such a passkey. Use another device, or an app.",
  };

  document.addEventListener("allauth.error", (event) => {
    const place = document.getElementById("passkey-fault");
    if (!place) return;
    event.preventDefault();
    const name = event.detail.exception?.name;
    place.textContent = REASONS[name] ?? "The passkey could not be used here. Use another way.";
    place.hidden = false;
  });

  const button = document.getElementById("passkey");
  if (button && !window.PublicKeyCredential) {
    button.disabled = true;
    button.textContent = "This browser has no passkeys here";
  }
})();
