/* Cards between columns: dragged, or with the keyboard (Space lifts, arrows choose the column,
   Space drops, Escape puts back). Either way the card's own form is posted, so the server decides;
   where it says no, the card goes back and the reason is shown. */
(() => {
  "use strict";
  const { CONNECTION, announce, isSignIn, replaceById, sentence, toast, toastsIn } = window.Proofroom;

  let dragged = null;
  let lifted = null;

  const columnOf = (element) => element.closest("[data-stage]");
  const columnsOf = (card) => [...card.closest("[data-board]").querySelectorAll("[data-stage]")];
  const nameOf = (column) => column.dataset.stageName;
  const placeOf = (card) => ({ list: card.parentElement, next: card.nextElementSibling });

  const recount = (board) => {
    for (const column of board.querySelectorAll("[data-stage]")) {
      const count = column.querySelector("[data-count]");
      const cards = column.querySelectorAll("[data-card]").length;
      if (count) count.textContent = cards + Number(column.dataset.beyond);
    }
  };

  const put = (card, list, next = null) => {
    list.insertBefore(card, next && next.parentElement === list ? next : null);
    recount(list.closest("[data-board]"));
  };

  const send = async (card, column) => {
    const form = card.querySelector("form[data-move]");
    const body = new FormData(form);
    body.set("stage", column.dataset.stage);
    const answer = await fetch(form.getAttribute("action"), {
      method: "POST",
      body,
      headers: { "HX-Request": "true", Accept: "text/html" },
    });
    if (isSignIn(answer.url)) {
      location.reload();
      return;
    }
    const text = await answer.text();
    if (!answer.ok) throw new Error(sentence(text, answer.status));
    if (answer.redirected) toastsIn(text).forEach((notice) => toast(notice.text, notice.tag));
    else replaceById(text);
    const field = form.elements.namedItem("stage");
    if (field) field.value = column.dataset.stage;
  };

  const move = async (card, column, home) => {
    const board = card.closest("[data-board]");
    put(card, column.querySelector("[data-cards]"));
    card.classList.add("is-moving");
    try {
      await send(card, column);
      announce(`${card.dataset.name} is now in ${nameOf(column)}.`);
    } catch (error) {
      put(card, home.list, home.next);
      toast(error instanceof TypeError ? CONNECTION : error.message, "error");
    } finally {
      card.classList.remove("is-moving");
      recount(board);
    }
  };

  // --- Dragging ---
  const clearOver = () => {
    document.querySelectorAll("[data-stage].is-over").forEach((c) => c.classList.remove("is-over"));
  };

  document.addEventListener("dragstart", (event) => {
    const card = event.target.closest?.("[data-card]");
    if (!card) return;
    dragged = card;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.dataset.name || "");
    // After this turn, or the browser's picture of the card is faded too.
    setTimeout(() => card.classList.add("is-dragging"));
  });
  document.addEventListener("dragover", (event) => {
    const column = dragged && event.target.closest?.("[data-stage]");
    if (!column || column.closest("[data-board]") !== dragged.closest("[data-board]")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    if (!column.classList.contains("is-over")) {
      clearOver();
      column.classList.add("is-over");
    }
  });
  document.addEventListener("drop", (event) => {
    const column = dragged && event.target.closest?.("[data-stage]");
    if (!column) return;
    event.preventDefault();
    if (column !== columnOf(dragged)) move(dragged, column, placeOf(dragged));
  });
  document.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragging");
    dragged = null;
    clearOver();
  });

  // --- Keyboard ---
  const lift = (card) => {
    lifted = { card, home: placeOf(card), start: columnOf(card) };
    card.classList.add("is-lifted");
    announce(
      `${card.dataset.name} lifted from ${nameOf(lifted.start)}. ` +
        "Left and right arrows choose a stage, Space drops, Escape puts it back.",
    );
  };

  const carry = (step) => {
    const columns = columnsOf(lifted.card);
    const column = columns[columns.indexOf(columnOf(lifted.card)) + step];
    if (!column) return;
    put(lifted.card, column.querySelector("[data-cards]"));
    lifted.card.focus();
    column.scrollIntoView({ block: "nearest", inline: "nearest" });
    announce(`Over ${nameOf(column)}.`);
  };

  const lower = (keep) => {
    const { card, home, start } = lifted;
    lifted = null;
    card.classList.remove("is-lifted");
    const column = columnOf(card);
    if (keep && column !== start) {
      move(card, column, home);
    } else {
      put(card, home.list, home.next);
      announce(`${card.dataset.name} stays in ${nameOf(start)}.`);
    }
    card.focus();
  };

  const neighbour = (card, key) => {
    const columns = columnsOf(card);
    const at = columns.indexOf(columnOf(card));
    if (key === "ArrowUp") return card.previousElementSibling;
    if (key === "ArrowDown") return card.nextElementSibling;
    const way = key === "ArrowLeft" ? columns.slice(0, at).reverse() : columns.slice(at + 1);
    return way.map((column) => column.querySelector("[data-card]")).find(Boolean);
  };

  const whileLifted = (event) => {
    if (event.key === "ArrowLeft") carry(-1);
    else if (event.key === "ArrowRight") carry(1);
    else if (event.key === " " || event.key === "Enter") lower(true);
    else if (event.key === "Escape" || event.key === "Tab") lower(false);
    else return;
    event.preventDefault();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const card = event.target.matches?.("[data-card]") ? event.target : null;
    if (!card) return;
    if (lifted) {
      whileLifted(event);
    } else if (event.key === " ") {
      event.preventDefault();
      lift(card);
    } else if (event.key === "Enter") {
      card.querySelector("a[href]")?.click();
    } else if (event.key.startsWith("Arrow")) {
      event.preventDefault();
      neighbour(card, event.key)?.focus();
    }
  });
  document.addEventListener("focusout", (event) => {
    // Moving a card in the page takes the focus away for a moment; only a real leave counts.
    if (!lifted || event.target !== lifted.card) return;
    setTimeout(() => {
      if (lifted && document.activeElement !== lifted.card) lower(false);
    }, 100);
  });
})();
