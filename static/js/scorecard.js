/* Scoring by keyboard: j and k walk the criteria, 0 to 4 choose a level, u says "cannot assess",
   ? shows the keys. Keys typed into a field are left alone. */
(() => {
  "use strict";

  const typing = (element) =>
    element.isContentEditable ||
    (element.matches("input, select, textarea") && !["radio", "checkbox"].includes(element.type));

  const criteria = () => [...document.querySelectorAll("[data-criterion]")];

  const current = () => {
    const all = criteria();
    const focused = document.activeElement?.closest?.("[data-criterion]");
    if (focused) return focused;
    // The first whose end lies below the top bar is what the reader is looking at.
    return all.find((c) => c.getBoundingClientRect().bottom > 120) || all[0];
  };

  const go = (step) => {
    const link = document.querySelector(step > 0 ? "a[data-next]" : "a[data-prev]");
    const all = criteria();
    const held = document.activeElement?.closest?.("[data-criterion]");
    const target = held || step < 0 ? all[all.indexOf(current()) + step] : current();
    if (target && all.length > 1) {
      target.tabIndex = -1;
      target.focus({ preventScroll: true });
      target.scrollIntoView({ block: "start" });
    } else if (link) {
      link.click();
    }
  };

  const choose = (level) => {
    const option = current()?.querySelector(`input[data-level="${level}"]:not(:disabled)`);
    if (!option) return;
    option.focus();
    option.click();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (key === "j") go(1);
    else if (key === "k") go(-1);
    else if (/^[0-4]$/.test(key)) choose(key);
    else if (key === "u") choose("unknown");
    else if (key === "?") document.getElementById("shortcuts")?.showModal();
    else return;
    event.preventDefault();
  });
})();
