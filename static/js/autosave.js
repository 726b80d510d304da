/* Answers save themselves. A unit is a form with `data-autosave-url`, or a part of a form marked
   `data-autosave-unit` (its own url wins). All controls of the unit are posted a moment after
   typing, at once after a choice. What is not known to be there stays in this browser, is tried again,
   and is there after a reload; an answer that changed elsewhere (409) is shown, not overwritten. */
(() => {
  "use strict";
  const { announce, isSignIn, replaceById } = window.Proofroom;

  const TYPING_MS = 900;
  const RETRY_MS = [2000, 5000, 15000, 60000];
  // Browsers send at most 64 KiB for a page that was left; a larger request would fail outright.
  const OUTLIVES_PAGE_BYTES = 60_000;
  const FORM = { "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8" };
  const units = new Map();

  const unitOf = (control) => control.closest?.("[data-autosave-unit], form[data-autosave-url]");
  const urlOf = (unit) =>
    unit.dataset.autosaveUrl || unit.closest("[data-autosave-url]").dataset.autosaveUrl;
  const keyOf = (unit) =>
    `proofroom:unsaved:${document.body.dataset.user}:${urlOf(unit)}:${unit.id || ""}`;

  const storage = (act) => {
    try {
      return act(localStorage);
    } catch {
      return null;
    }
  };

  const controlsOf = (unit) =>
    [...unit.querySelectorAll("input, select, textarea")].filter(
      (c) => c.name && !c.disabled && c.type !== "file" && unitOf(c) === unit,
    );

  const valuesOf = (unit) => {
    const values = [];
    for (const control of controlsOf(unit)) {
      if ((control.type === "checkbox" || control.type === "radio") && !control.checked) continue;
      if (control.name === "csrfmiddlewaretoken") continue;
      if (control.type === "select-multiple") {
        for (const option of control.selectedOptions) values.push([control.name, option.value]);
      } else {
        values.push([control.name, control.value]);
      }
    }
    return values;
  };

  const tell = (unit, state, text) => {
    const place =
      unit.querySelector("[data-autosave-state]") ||
      unit.closest("form")?.querySelector("[data-autosave-state]");
    if (!place) return;
    place.dataset.autosaveState = state;
    place.textContent = text;
    if (state === "unsaved" || state === "conflict") announce(text);
  };

  const slot = (unit, name, html) => {
    const place = unit.querySelector(`[data-autosave-${name}]`);
    if (!place) return;
    place.innerHTML = html;
    if (html && window.htmx) window.htmx.process(place);
  };

  const clock = () =>
    new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" });

  const record = (unit) => {
    if (!units.has(unit)) units.set(unit, { timer: 0, sending: false, again: false, tries: 0 });
    return units.get(unit);
  };

  const keep = (unit) => {
    const text = JSON.stringify({ values: valuesOf(unit) });
    return storage((box) => (box.setItem(keyOf(unit), text), true));
  };
  const forget = (unit) => storage((box) => box.removeItem(keyOf(unit)));

  const later = (unit, delay) => {
    const state = record(unit);
    clearTimeout(state.timer);
    state.timer = setTimeout(() => save(unit), delay);
  };

  const failed = (unit, retry, reason = "Not saved") => {
    const state = record(unit);
    const kept = keep(unit) ? " – kept in this browser" : "";
    tell(unit, "unsaved", `${reason}${kept}`);
    if (!retry) return;
    later(unit, RETRY_MS[Math.min(state.tries, RETRY_MS.length - 1)]);
    state.tries += 1;
  };

  const accepted = (unit, html) => {
    record(unit).tries = 0;
    forget(unit);
    slot(unit, "errors", "");
    slot(unit, "conflict", "");
    replaceById(html);
    tell(unit, "saved", `Saved at ${clock()}`);
  };

  const judge = async (unit, answer) => {
    const html = await answer.text();
    if (isSignIn(answer.url)) {
      failed(unit, false, "Not saved – sign in again");
    } else if (answer.ok) {
      accepted(unit, html);
    } else if (answer.status === 409) {
      keep(unit);
      slot(unit, "conflict", html);
      tell(unit, "conflict", "Changed by someone else – choose which to keep");
    } else if (answer.status === 422 || answer.status === 400) {
      keep(unit);
      slot(unit, "errors", html);
      tell(unit, "unsaved", "Not saved – see what is marked");
    } else {
      failed(unit, answer.status >= 500 || answer.status === 429);
    }
  };

  const save = (unit) => {
    const state = record(unit);
    if (state.sending) {
      state.again = true;
      return;
    }
    clearTimeout(state.timer);
    Object.assign(state, { timer: 0, sending: true, again: false });
    state.settled = send(unit, state);
  };

  const send = async (unit, state) => {
    tell(unit, "saving", "Saving…");
    keep(unit); // the browser may end before the answer is there
    const form = unit.closest("form");
    const token = (form || document).querySelector("[name=csrfmiddlewaretoken]")?.value;
    try {
      const body = new URLSearchParams(valuesOf(unit)).toString();
      const answer = await fetch(urlOf(unit), {
        method: "POST",
        body,
        headers: { "X-CSRFToken": token || "", "X-Autosave": "1", Accept: "text/html", ...FORM },
        keepalive: body.length < OUTLIVES_PAGE_BYTES,
      });
      await judge(unit, answer);
    } catch {
      failed(unit, true);
    } finally {
      state.sending = false;
      if (state.again) later(unit, 0);
    }
  };

  document.addEventListener("input", (event) => {
    const unit = unitOf(event.target);
    if (!unit || event.target.type === "file") return;
    const choice = /^(checkbox|radio|select-one|select-multiple|date)$/.test(event.target.type);
    later(unit, choice ? 0 : TYPING_MS);
  });
  document.addEventListener("focusout", (event) => {
    const unit = unitOf(event.target);
    if (unit && units.get(unit)?.timer && !units.get(unit).tries) save(unit);
  });
  document.addEventListener("submit", (event) => {
    // The form itself now carries everything to the server.
    const inside = [...units].filter(([unit]) => event.target.contains(unit));
    for (const [, state] of inside) {
      clearTimeout(state.timer);
      Object.assign(state, { timer: 0, again: false });
    }
    const sending = inside.filter(([, state]) => state.sending);
    if (!sending.length || event.defaultPrevented) return;
    // The answer under way brings the revision that the form has to name, or it would be refused
    // as the change of somebody else.
    event.preventDefault();
    Promise.all(sending.map(([, state]) => state.settled)).then(() => {
      event.target.requestSubmit(event.submitter);
    });
  });
  window.addEventListener("online", () => {
    for (const [unit, state] of units) if (state.tries) save(unit);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden") return;
    for (const [unit, state] of units) if (state.timer && !state.sending) save(unit);
  });
  window.addEventListener("beforeunload", (event) => {
    const open = [...units].some(([unit, state]) => (state.timer || state.sending) && !keep(unit));
    if (open) event.preventDefault();
  });

  const fill = (unit, values) => {
    for (const control of controlsOf(unit)) {
      // The revision stays the kept one, so that a change made elsewhere is noticed.
      const own = values.filter(([name]) => name === control.name).map(([, value]) => value);
      if (control.type === "checkbox" || control.type === "radio") {
        control.checked = own.includes(control.value);
      } else if (control.type === "select-multiple") {
        for (const option of control.options) option.selected = own.includes(option.value);
      } else if (own.length && control.name !== "csrfmiddlewaretoken") {
        [control.value] = own;
      }
      const fold = control.closest("details");
      if (fold && (control.checked || (control.tagName === "TEXTAREA" && control.value))) fold.open = true;
    }
  };

  const restore = () => {
    for (const unit of document.querySelectorAll("[data-autosave-unit], form[data-autosave-url]")) {
      const kept = storage((box) => box.getItem(keyOf(unit)));
      if (!kept) continue;
      fill(unit, JSON.parse(kept).values);
      save(unit);
    }
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", restore);
  else restore();
})();
