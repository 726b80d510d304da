/* The template editor: numbers of lines, the way to the wrong one, indents; the preview follows. */
(() => {
  "use strict";

  const editor = document.querySelector("[data-code-editor]");
  const text = editor?.querySelector("textarea");
  const lines = editor?.querySelector("[data-lines]");

  const wrongLine = () => Number(document.getElementById("draft-verdict")?.dataset.wrongLine || 0);

  const number = () => {
    const count = text.value.split("\n").length;
    const wrong = wrongLine();
    lines.replaceChildren();
    for (let line = 1; line <= count; line += 1) {
      const node = document.createElement(line === wrong ? "b" : "span");
      node.textContent = line;
      lines.append(node, "\n");
    }
    lines.scrollTop = text.scrollTop;
  };

  const goTo = (line) => {
    const all = text.value.split("\n");
    const start = all.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    text.focus();
    text.setSelectionRange(start, start + (all[line - 1] || "").length);
    const height = parseFloat(getComputedStyle(text).lineHeight);
    text.scrollTop = Math.max(0, (line - 6) * height);
  };

  // A new line begins where the one before began; Tab leaves the field, as everywhere.
  const indent = (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing) return;
    const before = text.value.slice(0, text.selectionStart);
    const [spaces] = before.slice(before.lastIndexOf("\n") + 1).match(/^ */);
    event.preventDefault();
    document.execCommand("insertText", false, `\n${spaces}`);
  };

  if (text) {
    text.addEventListener("input", number);
    text.addEventListener("scroll", () => {
      lines.scrollTop = text.scrollTop;
    });
    text.addEventListener("keydown", indent);
    document.addEventListener("click", (event) => {
      const way = event.target.closest("[data-go-to-line]");
      if (way) goTo(Number(way.dataset.goToLine));
      if (event.target.closest("[data-save-mine]")) {
        document.getElementById("draft-revision").value = event.target.value;
      }
    });
    // What the check brought in replaces elements by id; that is when lines and preview follow.
    new MutationObserver((changes) => {
      const added = changes.flatMap((change) => [...change.addedNodes]);
      if (added.some((node) => node.id === "draft-verdict")) number();
      if (added.some((node) => node.dataset?.previewStale)) {
        window.htmx.trigger("#template-preview", "preview-stale");
      }
    }).observe(document.querySelector("main"), { childList: true, subtree: true });
    number();
  }

  // The preview is drawn anew after each answer; who is in it stays where they were.
  let held = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const active = document.activeElement;
    held = event.target.id === "template-preview" && event.target.contains(active) ? active : null;
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!held?.name) return;
    const same = document.getElementsByName(held.name);
    const found = [...same].find((each) => each.type !== "radio" || each.value === held.value);
    held = null;
    found?.focus({ preventScroll: true });
  });
})();
