/* Uploads with progress, over a form that works without. The form is posted as it is; with
   `data-upload-each` once per file. A redirect is followed; an answer that holds a form with the
   same id (its errors shown) takes the form's place. */
(() => {
  "use strict";
  const { CONNECTION, announce, carryToasts, sentence, toast } = window.Proofroom;
  const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

  // A field named "action" hides the form's own property.
  const actionOf = (form) => new URL(form.getAttribute("action") || "", location.href).href;

  const readable = (size) => {
    let unit = 0;
    let rest = size;
    while (rest >= 1000 && unit < UNITS.length - 1) {
      rest /= 1000;
      unit += 1;
    }
    return `${unit && rest < 10 ? rest.toFixed(1) : Math.round(rest)} ${UNITS[unit]}`;
  };

  const make = (tag, className, text = "") => {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text;
    return element;
  };

  const listOf = (form) => {
    let list = form.querySelector(".upload-list");
    if (!list) {
      list = make("ul", "upload-list");
      (form.querySelector("[data-drop-zone]") || form.querySelector("input[type=file]")).after(list);
    }
    return list;
  };

  const show = (form) => {
    const list = listOf(form);
    list.replaceChildren();
    for (const input of form.querySelectorAll("input[type=file]")) {
      for (const file of input.files) {
        const row = make("li", "upload-list__file");
        row.append(make("span", "truncate", file.name));
        row.append(make("span", "upload-list__size num", readable(file.size)));
        list.append(row);
      }
    }
  };

  const progressIn = (row, label) => {
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", label);
    row.append(bar);
    return bar;
  };

  const post = (form, body, bar) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", actionOf(form));
      request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) bar.value = event.loaded / event.total;
      });
      // All is sent; what is left is the server's work, of unknown length.
      request.upload.addEventListener("load", () => bar.removeAttribute("value"));
      request.addEventListener("load", () => resolve(request));
      request.addEventListener("error", () => reject(new Error(CONNECTION)));
      request.send(body);
    });

  /* True where the answer was dealt with here and the next file should not be sent. */
  const refuse = (form, request) => {
    const answer = new DOMParser().parseFromString(request.responseText, "text/html");
    const again = form.id && answer.getElementById(form.id);
    const same = new URL(request.responseURL).pathname === new URL(actionOf(form)).pathname;
    if (again && (same || request.status >= 400)) {
      const fresh = document.importNode(again, true);
      form.replaceWith(fresh);
      if (window.htmx) window.htmx.process(fresh);
      fresh.querySelector("[aria-invalid=true], [role=alert]")?.scrollIntoView({ block: "center" });
      announce("The upload was not accepted. The form says why.");
      return true;
    }
    if (request.status >= 400) throw new Error(sentence(request.responseText, request.status));
    return false;
  };

  const whole = async (form) => {
    const row = make("li", "upload-list__file");
    listOf(form).append(row);
    const request = await post(form, new FormData(form), progressIn(row, "Upload"));
    if (refuse(form, request)) return null;
    carryToasts(request.responseText);
    return request.responseURL;
  };

  const oneByOne = async (form) => {
    const input = form.querySelector("input[type=file]");
    const rows = [...listOf(form).children];
    let last = null;
    for (const [index, file] of [...input.files].entries()) {
      const body = new FormData(form);
      body.delete(input.name);
      body.append(input.name, file, file.name);
      const bar = progressIn(rows[index], file.name);
      const request = await post(form, body, bar);
      if (refuse(form, request)) return null;
      bar.value = 1;
      carryToasts(request.responseText);
      last = request.responseURL;
    }
    return last;
  };

  const enable = (form, on) => {
    for (const button of form.querySelectorAll("button")) button.disabled = !on;
    form.toggleAttribute("aria-busy", !on);
  };

  const leave = (event) => event.preventDefault();

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-upload]");
    const files = form && [...form.querySelectorAll("input[type=file]")].some((i) => i.files.length);
    if (!files) return;
    event.preventDefault();
    const each = form.hasAttribute("data-upload-each");
    const sending = each ? oneByOne(form) : whole(form);
    enable(form, false);
    window.addEventListener("beforeunload", leave);
    announce("Uploading.");
    try {
      const next = await sending;
      window.removeEventListener("beforeunload", leave);
      if (next) location.assign(next);
    } catch (error) {
      toast(error.message, "error");
      show(form);
      enable(form, true);
    } finally {
      window.removeEventListener("beforeunload", leave);
    }
  });

  document.addEventListener("change", (event) => {
    const form = event.target.matches("input[type=file]") && event.target.closest("form[data-upload], form[data-resumable]");
    if (form) show(form);
  });

  const carriesFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");

  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    const zone = event.target.closest?.("[data-drop-zone]");
    document.querySelectorAll("[data-drop-zone].is-over").forEach((other) => {
      if (other !== zone) other.classList.remove("is-over");
    });
    // A file dropped beside the zone would otherwise replace the page.
    event.preventDefault();
    event.dataTransfer.dropEffect = zone ? "copy" : "none";
    zone?.classList.add("is-over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) {
      document.querySelectorAll("[data-drop-zone].is-over").forEach((z) => z.classList.remove("is-over"));
    }
  });
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    const zone = event.target.closest?.("[data-drop-zone]");
    const input = zone?.querySelector("input[type=file]");
    if (!input) return;
    zone.classList.remove("is-over");
    const taken = new DataTransfer();
    const files = [...event.dataTransfer.files];
    for (const file of input.multiple ? [...input.files, ...files] : files.slice(0, 1)) {
      taken.items.add(file);
    }
    input.files = taken.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
