/* Beside autosaving: rows of table questions, the count of long texts, words for "other". */

(() => {
  const form = document.querySelector("[data-answers]");
  if (!form) return;

  let rows = 1000; // far above what the server numbered

  const addRow = (button) => {
    const unit = button.closest("[data-autosave-unit]");
    const table = unit.querySelector("[data-rows]");
    if (table.tBodies[0].rows.length >= Number(table.dataset.most)) return;
    const row = unit.querySelector("template[data-pattern]").content.firstElementChild.cloneNode(true);
    const number = rows++;
    for (const field of row.querySelectorAll("[name]")) {
      field.name = field.name.replace("__row__", number);
      field.setAttribute("aria-label", field.getAttribute("aria-label").replace("new", table.tBodies[0].rows.length + 1));
    }
    table.tBodies[0].append(row);
    row.querySelector("input, select").focus();
  };

  const removeRow = (button) => {
    const row = button.closest("tr");
    const body = row.parentElement;
    row.remove();
    const next = body.querySelector("input, select");
    const event = new Event("input", { bubbles: true });
    if (next) {
      next.focus();
      next.dispatchEvent(event);
    } else {
      body.dispatchEvent(event);
    }
  };

  // What could not be saved waits in this browser; whoever keeps the other version drops it.
  const forgetMine = (link) => {
    const address = link.closest("[data-autosave-unit]").dataset.autosaveUrl;
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith("proofroom:unsaved:") && key.includes(address)) localStorage.removeItem(key);
    }
  };

  form.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add-row]");
    const remove = event.target.closest("[data-remove-row]");
    if (add) addRow(add);
    if (remove) removeRow(remove);
    if (event.target.closest("[data-keep-theirs]")) forgetMine(event.target);
  });

  // A choice that needs words is not sent before there are any: the field for them comes first.
  const wordsFor = (choice) => {
    if (!choice.checked) return null;
    if (choice.name.endsWith(".cannot")) return choice.closest(".cannot").querySelector("textarea");
    if (choice.value !== "other") return null;
    return choice.closest(".question__control").querySelector(".other-words");
  };

  form.addEventListener("input", (event) => {
    const words = wordsFor(event.target);
    if (words && !words.value.trim()) {
      event.stopPropagation();
      words.focus();
    }
    const counter = document.getElementById(event.target.dataset.counter ?? "");
    if (counter) counter.textContent = [...event.target.value].length;
  });
})();
