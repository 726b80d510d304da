/* Choosing files for a form with `data-resumable`: what is chosen is listed with its size, and files
   may be dropped on the form's zone. Sending them is the work of resumable.js. */
(() => {
  "use strict";
  const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

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

  document.addEventListener("change", (event) => {
    const form = event.target.matches("input[type=file]") && event.target.closest("form[data-resumable]");
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
