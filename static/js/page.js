/* What every page can do: announce, toasts, menus, dialogs, copying, the theme, htmx's edges.
   Other scripts use `window.Proofroom`; markup uses data- attributes only. */
(() => {
  "use strict";

  const TOAST_MS = 6000;
  const SENT_MS = 5000;
  const NAMES = { light: "Theme: light", dark: "Theme: dark", "": "Theme: as the system" };
  const NEXT = { "": "light", light: "dark", dark: "" };
  const CONNECTION = "The server cannot be reached. Check the connection and try again.";

  const announce = (text) => {
    const live = document.getElementById("live");
    if (!live) return;
    live.textContent = "";
    // Two steps, or the same sentence twice is read out once.
    setTimeout(() => (live.textContent = text), 50);
  };

  const dismissLater = (toast) => {
    if (toast.classList.contains("toast--error")) return;
    let timer = setTimeout(() => toast.remove(), TOAST_MS);
    toast.addEventListener("pointerenter", () => clearTimeout(timer));
    toast.addEventListener("focusin", () => clearTimeout(timer));
    toast.addEventListener("pointerleave", () => {
      timer = setTimeout(() => toast.remove(), TOAST_MS);
    });
  };

  const toast = (text, tag = "info") => {
    const template = document.getElementById("toast-template");
    const place = document.getElementById("toasts");
    if (!template || !place) return;
    const element = template.content.querySelector("[data-toast]").cloneNode(true);
    element.className = `toast toast--${tag}`;
    element.setAttribute("role", tag === "error" ? "alert" : "status");
    element.querySelector("[data-toast-text]").textContent = text;
    if (tag !== "info") {
      const use = element.querySelector("use");
      const icon = tag === "success" ? "check" : "alert";
      use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${icon}`));
    }
    place.append(element);
    dismissLater(element);
  };

  /* Elements of an answer that carry an id take the place of those on the page, unless someone is
     typing there. */
  const replaceById = (html) => {
    if (!html.trim()) return;
    const answer = new DOMParser().parseFromString(html, "text/html");
    for (const fresh of [...answer.body.children]) {
      const old = fresh.id && document.getElementById(fresh.id);
      if (!old || old.contains(document.activeElement)) continue;
      const element = document.importNode(fresh, true);
      old.replaceWith(element);
      if (window.htmx) window.htmx.process(element);
    }
  };

  /* One sentence from an answer that says no: its text, without markup, not a whole page. */
  const sentence = (html, status) => {
    const answer = new DOMParser().parseFromString(html, "text/html");
    const text = answer.body.textContent.replace(/\s+/g, " ").trim();
    if (text && text.length < 400 && status < 500) return text;
    if (status === 404) return "This is no longer here. Reload the page to see what is.";
    if (status === 403) return "You may not do this. Reload the page, or sign in again.";
    if (status === 413) return "The file is larger than this server takes. Ask the firm how to send it.";
    return `The server could not do this (${status}). Reload the page and try again.`;
  };

  /* Notices in an answer that is not shown as a page: Django gives each of them out once. */
  const toastsIn = (html) => {
    const answer = new DOMParser().parseFromString(html, "text/html");
    return [...answer.querySelectorAll("#toasts [data-toast]")].map((element) => ({
      text: element.querySelector("[data-toast-text]").textContent,
      tag: element.className.match(/toast--(\w+)/)?.[1],
    }));
  };

  const isSignIn = (address) => new URL(address, location.href).pathname.startsWith("/account/login");

  window.Proofroom = {
    CONNECTION,
    announce,
    isSignIn,
    replaceById,
    sentence,
    toast,
    toastsIn,
  };

  // --- Theme ---
  const nameTheme = () => {
    const now = document.documentElement.dataset.theme || "";
    for (const label of document.querySelectorAll("[data-theme-name]")) {
      label.textContent = NAMES[now];
    }
  };

  const turnTheme = () => {
    const root = document.documentElement;
    const next = NEXT[root.dataset.theme || ""];
    if (next) root.dataset.theme = next;
    else delete root.dataset.theme;
    try {
      localStorage.setItem("proofroom:theme", next);
    } catch {
      // Without storage the choice lasts for this page.
    }
    nameTheme();
    announce(NAMES[next]);
  };

  // --- Copying ---
  const copy = async (button) => {
    const source = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
    const text = source ? (source.value ?? source.textContent).trim() : button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
      toast("Copied.", "success");
    } catch {
      // Without https a browser refuses; the text is then selected for the keyboard.
      window.prompt("Copy this text:", text);
    }
  };

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest(selector);
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    if (at("[data-toast-close]")) at("[data-toast]").remove();
    if (at("[data-theme-toggle]")) turnTheme();
    if (at("[data-copy], [data-copy-from]")) copy(at("[data-copy], [data-copy-from]"));
    if (at("[data-dialog-open]")) {
      document.getElementById(at("[data-dialog-open]").dataset.dialogOpen)?.showModal();
    }
    if (at("[data-dialog-close]")) at("dialog").close();
    // A click on the backdrop reaches the dialog itself, never a child.
    if (event.target.matches?.("dialog.dialog[open]")) {
      const box = event.target.getBoundingClientRect();
      const inside =
        event.clientX >= box.left && event.clientX <= box.right &&
        event.clientY >= box.top && event.clientY <= box.bottom;
      if (!inside && event.detail) event.target.close();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.activeElement?.closest("details.menu[open]") ||
      document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-auto-submit]");
    if (form) form.requestSubmit();
  });

  // --- Asking before what cannot be taken back ---
  const ask = (form, button) => {
    const dialog = document.getElementById("confirm");
    const go = dialog.querySelector("[data-confirmed]");
    dialog.querySelector("p").textContent = form.dataset.confirm;
    go.textContent = button.textContent.trim();
    go.onclick = () => {
      dialog.close();
      form.dataset.asked = "1";
      form.requestSubmit(button);
      delete form.dataset.asked;
    };
    dialog.showModal();
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.confirm && !form.dataset.asked && event.submitter) {
      event.preventDefault();
      ask(form, event.submitter);
      return;
    }
    // What was kept for a bad connection must not stay for the next person at this machine.
    if (form.matches("[data-sign-out]")) {
      try {
        for (const key of Object.keys(localStorage)) {
          if (key.startsWith("proofroom:unsaved:")) localStorage.removeItem(key);
        }
      } catch {
        // Nothing was stored where storing is forbidden.
      }
    }
    // A second press while the first is on its way must not send twice.
    if (form.dataset.sent) {
      event.preventDefault();
    } else if (form.getAttribute("method")?.toLowerCase() === "post") {
      setTimeout(() => {
        if (event.defaultPrevented) return;
        form.dataset.sent = "1";
        // An answer may be a download, after which the page is still here.
        setTimeout(() => delete form.dataset.sent, SENT_MS);
      });
    }
  });

  // --- htmx ---
  let underWay = 0;
  const loading = (step) => {
    underWay = Math.max(0, underWay + step);
    document.documentElement.classList.toggle("is-loading", underWay > 0);
  };
  document.addEventListener("htmx:beforeRequest", () => loading(1));
  document.addEventListener("htmx:afterRequest", () => loading(-1));
  document.addEventListener("htmx:sendError", () => toast(CONNECTION, "error"));
  document.addEventListener("htmx:responseError", (event) => {
    const { responseText, status } = event.detail.xhr;
    toast(sentence(responseText, status), "error");
    event.detail.elt.removeAttribute?.("aria-busy");
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const address = event.detail.xhr.responseURL;
    if (address && isSignIn(address) && !isSignIn(location.href)) {
      // The session ended: a whole page to sign in, not a form inside a panel.
      event.detail.shouldSwap = false;
      location.reload();
    }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const root = event.detail.elt;
    const said = root.matches?.("[data-announce]") ? root : root.querySelector?.("[data-announce]");
    if (said) announce(said.dataset.announce);
  });
  document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.tag));
  document.addEventListener("announce", (event) => announce(event.detail.value ?? ""));

  const start = () => {
    nameTheme();
    document.querySelectorAll("[data-toast]").forEach(dismissLater);
    // A form that came back begins where it has to be corrected.
    document.querySelector("main [aria-invalid='true']")?.focus();
    // On a narrow screen the tab of this page may lie outside the row.
    const tab = document.querySelector(".tabs [aria-current]");
    if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 16;
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
  // Coming back with the browser's button must find working forms.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });
})();
