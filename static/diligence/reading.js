/* Reading on by the keyboard: J next, K previous, A accept, B ask back. The keys work while the
   article has the focus, which it takes when the page opens, and not while one writes. */
(() => {
  "use strict";
  const article = document.querySelector("[data-reading]");
  if (!article) return;

  const ACTS = {
    j: () => article.querySelector("a[rel=next]")?.click(),
    k: () => article.querySelector("a[rel=prev]")?.click(),
    a: () => article.querySelector("[data-accept]")?.click(),
    b: () => {
      const asking = article.querySelector("[data-ask-back]");
      if (!asking) return;
      asking.open = true;
      asking.querySelector("textarea").focus();
    },
  };

  article.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select")) return;
    const act = ACTS[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });
  if (!location.hash) article.focus({ preventScroll: true });
})();
