/* Uploads that go on after anything: over forms with `data-resumable` (the address that takes them),
   which work without this script as plain forms, and over parts of a larger form with it, which send
   as soon as files are chosen. Speaks tus 1.0. What the server holds of an upload is all that is
   remembered; nothing is kept in the browser. */
(() => {
  "use strict";
  const { CONNECTION, announce, isSignIn, sentence } = window.Proofroom;
  const KB = 1024;
  const SMALLEST = 256 * KB;
  const LARGEST = 64 * KB * KB;
  const FIRST = 4 * KB * KB;
  const LEAF = 8 * KB * KB; // as the server's, or fingerprints would not agree
  const PIECE_SECONDS = 4; // a piece should take about this long, whatever the link
  const AT_ONCE = 2;
  const PATIENCE = [1, 2, 4, 8, 15, 30]; // seconds before another try, the last for ever
  const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

  class Refusal extends Error {}
  class Interruption extends Error {}

  const readable = (size) => {
    let unit = 0;
    let rest = size;
    while (rest >= 1000 && unit < UNITS.length - 1) {
      rest /= 1000;
      unit += 1;
    }
    return `${unit && rest < 10 ? rest.toFixed(1) : Math.round(rest)} ${UNITS[unit]}`;
  };

  const duration = (seconds) => {
    if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
    if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
    return `${(seconds / 3600).toFixed(1)} h`;
  };

  const later = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const tokenOf = (form) =>
    (form.closest("form") ?? form).querySelector("[name=csrfmiddlewaretoken]").value;
  const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

  // --- Talking to the server ---

  /* One request that may carry a body with progress. Only a lost connection rejects. */
  const ask = (method, url, { headers = {}, body = null, progress = null, hold = null } = {}) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open(method, url);
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      if (progress) request.upload.addEventListener("progress", (e) => progress(e.loaded));
      request.addEventListener("load", () => resolve(request));
      request.addEventListener("error", () => reject(new Interruption(CONNECTION)));
      request.addEventListener("abort", () => reject(new Interruption("")));
      if (hold) hold(request);
      request.send(body);
    });

  const checked = (request, ...good) => {
    if (isSignIn(request.responseURL)) {
      throw new Refusal("You were signed out. Sign in again in another tab, then go on here.");
    }
    if (good.includes(request.status)) return request;
    if (request.status === 502 || request.status === 503 || request.status === 504) {
      throw new Interruption("The server is not there at the moment.");
    }
    if (request.status === 500) throw new Interruption("The server stumbled.");
    throw new Refusal(sentence(request.responseText, request.status));
  };

  // --- One file ---

  class Sending {
    constructor(file, form, row) {
      this.file = file;
      this.form = form;
      this.row = row;
      this.state = "waiting";
      this.sent = 0;
      this.piece = FIRST;
      this.most = LARGEST;
      this.tries = 0;
      this.url = row.known?.url || "";
      row.follow(this);
    }

    headers(more = {}) {
      return { "Tus-Resumable": "1.0.0", "X-CSRFToken": tokenOf(this.form), ...more };
    }

    become(state, note = "") {
      this.state = state;
      this.row.show(this, note);
    }

    get isOver() {
      return this.state === "kept" || this.state === "failed" || this.state === "cancelled";
    }

    /* Resolves when it is over, however it ended; a pause only makes it wait. */
    async run() {
      this.startFingerprint();
      while (!this.isOver) {
        try {
          await this.whileRunning();
          await this.step();
          this.tries = 0;
        } catch (error) {
          await this.takeIn(error);
        }
      }
      return this.evidence;
    }

    async step() {
      if (!this.url) return this.announceIt();
      if (this.offset === undefined) return this.findOut();
      if (this.offset < this.file.size) return this.sendPiece();
      return this.awaitKept();
    }

    async takeIn(error) {
      if (this.state === "cancelled" || this.state === "paused") return;
      this.offset = undefined;
      if (error instanceof Refusal) {
        this.become("failed", error.message);
        return;
      }
      if (!(error instanceof Interruption)) {
        // A file that was changed or moved while it was being sent can no longer be read.
        this.become("failed", "The file can no longer be read. Choose it again.");
        return;
      }
      const wait = PATIENCE[Math.min(this.tries, PATIENCE.length - 1)];
      this.tries += 1;
      this.become("broken", `${error.message || CONNECTION} Trying again in ${wait} s.`);
      await Promise.race([later(wait), this.nudged()]);
      if (this.state === "broken") this.become("sending");
    }

    /* Resolves when the network is back or somebody presses the button. */
    nudged() {
      return new Promise((resolve) => {
        this.nudge = resolve;
        window.addEventListener("online", resolve, { once: true });
      });
    }

    whileRunning() {
      if (this.state === "waiting") this.become("sending");
      if (this.state !== "paused") return undefined;
      return new Promise((resolve) => (this.goOn = resolve));
    }

    pause() {
      this.become("paused");
      this.request?.abort();
    }

    resume() {
      this.offset = undefined;
      this.become("sending");
      this.goOn?.();
      this.nudge?.();
    }

    async cancel() {
      this.become("cancelled");
      this.request?.abort();
      this.goOn?.();
      this.nudge?.();
      if (this.url) await ask("DELETE", this.url, { headers: this.headers() }).catch(() => null);
    }

    async announceIt() {
      const said = {
        filename: this.file.name,
        modified: String(this.file.lastModified),
        ...this.row.said,
      };
      const pairs = Object.entries(said).filter(([, value]) => value);
      const request = await ask("POST", this.form.dataset.resumable, {
        headers: this.headers({
          "Upload-Length": String(this.file.size),
          "Upload-Metadata": pairs.map(([name, value]) => `${name} ${base64(value)}`).join(","),
        }),
      });
      this.url = checked(request, 201).getResponseHeader("Location");
      this.offset = 0;
    }

    async findOut() {
      const request = checked(await ask("HEAD", this.url, { headers: this.headers() }), 200, 404);
      if (request.status === 404) {
        this.url = ""; // it expired: begin anew
        return;
      }
      this.offset = Number(request.getResponseHeader("Upload-Offset"));
      this.progress(this.offset);
    }

    async sendPiece() {
      const blob = this.file.slice(this.offset, this.offset + this.piece);
      const headers = { "Content-Type": "application/offset+octet-stream" };
      headers["Upload-Offset"] = String(this.offset);
      if (window.crypto?.subtle) {
        const bytes = await blob.arrayBuffer();
        const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
        headers["Upload-Checksum"] = `sha256 ${btoa(String.fromCharCode(...digest))}`;
      }
      if (this.offset + blob.size === this.file.size) {
        if (this.fingerprint) headers["Proofroom-Tree-SHA256"] = await this.fingerprint;
        if (this.state !== "sending") return;
      }
      const began = performance.now();
      const request = await ask("PATCH", this.url, {
        headers: this.headers(headers),
        body: blob,
        progress: (loaded) => this.progress(this.offset + loaded),
        hold: (held) => (this.request = held),
      });
      this.fit(request.status, (performance.now() - began) / 1000);
      if (request.status === 409 || request.status === 460 || request.status === 413) {
        this.offset = undefined;
        return;
      }
      this.offset = Number(checked(request, 204).getResponseHeader("Upload-Offset"));
      this.progress(this.offset);
    }

    /* Pieces grow and shrink with the link, and shrink for good where a proxy finds them too large. */
    fit(status, seconds) {
      if (status === 413) {
        if (this.piece <= SMALLEST) throw new Refusal("A proxy on the way takes no piece of it.");
        this.most = Math.max(SMALLEST, this.piece / 2);
      }
      const wanted = (this.piece * PIECE_SECONDS) / Math.max(seconds, 0.05);
      const grown = Math.min(wanted, this.piece * 2, this.most);
      this.piece = Math.max(SMALLEST, Math.floor(grown / KB) * KB);
    }

    async awaitKept() {
      const request = checked(await ask("GET", this.url), 200);
      const upload = JSON.parse(request.responseText);
      if (upload.state === "kept") {
        this.evidence = upload.evidence;
        this.become("kept", upload.failure);
      } else if (upload.state === "failed") {
        throw new Refusal(upload.failure);
      } else if (upload.state === "receiving") {
        this.offset = undefined;
      } else {
        this.become("checking");
        await later(0.7);
      }
    }

    /* The fingerprint on our side: SHA-256 of each leaf, then of all their digests, because a browser
       can only hash what lies in memory at once. It runs ahead of the sending; where the connection
       is not HTTPS browsers refuse to hash, and the server's fingerprint stands alone. */
    async takeFingerprint() {
      const digests = new Uint8Array(32 * Math.ceil(this.file.size / LEAF));
      for (let at = 0, n = 0; at < this.file.size && !this.isOver; at += LEAF, n += 1) {
        const bytes = await this.file.slice(at, at + LEAF).arrayBuffer();
        digests.set(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), 32 * n);
      }
      const root = new Uint8Array(await crypto.subtle.digest("SHA-256", digests));
      return Array.from(root, (byte) => byte.toString(16).padStart(2, "0")).join("");
    }

    startFingerprint() {
      if (!window.crypto?.subtle) return;
      this.fingerprint ??= this.takeFingerprint();
      this.fingerprint.catch(() => null); // told where it is needed
    }

    progress(sent) {
      const now = performance.now();
      if (!this.since) this.since = { at: now, sent };
      this.sent = sent;
      const seconds = (now - this.since.at) / 1000;
      this.rate = seconds > 1 ? (sent - this.since.sent) / seconds : 0;
      this.row.show(this);
    }
  }

  // --- What one sees of it ---

  const make = (tag, className, text = "") => {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text;
    return element;
  };

  const STATES = {
    waiting: "Waiting",
    sending: "",
    paused: "Paused",
    broken: "",
    checking: "All of it is here; the server takes its fingerprint",
    kept: "In",
    failed: "",
  };

  class Row {
    constructor(name, size, said, known = null) {
      this.said = said;
      this.known = known;
      this.size = size;
      this.element = make("li", "upload-row");
      this.name = make("span", "upload-row__name", name);
      this.amount = make("span", "upload-row__amount num", readable(size));
      this.bar = document.createElement("progress");
      this.bar.max = 1;
      this.bar.value = 0;
      this.bar.setAttribute("aria-label", name);
      this.note = make("span", "upload-row__note");
      this.buttons = make("span", "upload-row__buttons");
      this.element.append(this.name, this.amount, this.bar, this.note, this.buttons);
    }

    button(label, action) {
      const button = make("button", "button button--small button--quiet");
      button.type = "button";
      button.append(make("span", "", label), make("span", "visually-hidden", ` ${this.name.textContent}`));
      button.addEventListener("click", action);
      return button;
    }

    follow(sending) {
      this.sending = sending;
      this.turn = this.button("", () => {
        if (sending.state === "sending") sending.pause();
        else sending.resume();
      });
      this.stop = this.button("Cancel", async () => {
        await sending.cancel();
        this.element.remove();
      });
      this.buttons.replaceChildren(this.turn, this.stop);
    }

    show(sending, note = "") {
      this.element.dataset.state = sending.state;
      this.bar.value = sending.file.size ? sending.sent / sending.file.size : 0;
      this.amount.textContent = `${readable(sending.sent)} of ${readable(this.size)}`;
      if (sending.state === "kept") this.amount.textContent = readable(this.size);
      if (sending.state === "checking") this.bar.removeAttribute("value");
      const text = note || STATES[sending.state] || this.pace(sending);
      if (this.note.textContent !== text) this.note.textContent = text;
      this.label(sending.state);
      if (["failed", "broken", "paused"].includes(sending.state) && this.last !== sending.state) {
        announce(`${this.name.textContent}: ${text}`);
      }
      this.last = sending.state;
    }

    pace({ rate, sent }) {
      if (!rate) return "";
      return `${readable(rate)}/s, ${duration((this.size - sent) / rate)} left`;
    }

    label(state) {
      const running = state === "sending" || state === "waiting";
      const label = running ? "Pause" : state === "paused" ? "Go on" : "Try now";
      this.turn.firstChild.textContent = label;
      this.turn.hidden = !["sending", "paused", "broken"].includes(state);
      this.stop.hidden = ["kept", "checking"].includes(state);
      this.stop.firstChild.textContent = state === "failed" ? "Remove" : "Cancel";
      this.bar.hidden = ["kept", "failed"].includes(state);
    }
  }

  // --- A form ---

  const rowsOf = (form) => (form.uploadRows ??= []);

  const listOf = (form) => {
    let list = form.querySelector(".upload-rows");
    if (!list) {
      list = make("ul", "upload-rows");
      form.querySelector("[data-drop-zone]").after(list);
    }
    return list;
  };

  /* What the form's other fields say holds for each file that is sent now. */
  const saidIn = (form) => {
    const said = {};
    for (const name of ["kind", "dated_on", "expires_on", "origin"]) {
      said[name] = form.querySelector(`[name=${name}]`)?.value || "";
    }
    for (const name of ["item", "questionnaire", "question"]) said[name] = form.dataset[name] || "";
    return said;
  };

  const sameAs = (file, upload) =>
    upload.filename === file.name &&
    upload.size === file.size &&
    upload.modified === String(file.lastModified) &&
    upload.state === "receiving";

  /* The row that waits for this very file, or a new one. */
  const rowFor = (form, file) => {
    const waiting = rowsOf(form).find((row) => row.known && !row.sending && sameAs(file, row.known));
    if (waiting) return waiting;
    const row = new Row(file.name, file.size, saidIn(form));
    rowsOf(form).push(row);
    listOf(form).append(row.element);
    return row;
  };

  const sendAll = async (form, files) => {
    const queue = files.map((file) => new Sending(file, form, rowFor(form, file)));
    const next = async () => {
      while (queue.length) await queue.shift().run();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
  };

  const leave = (event) => event.preventDefault();

  const begin = async (form) => {
    const input = form.querySelector("input[type=file]");
    const files = [...input.files];
    input.value = "";
    input.dispatchEvent(new Event("change", { bubbles: true }));
    form.underWay = (form.underWay || 0) + 1;
    window.addEventListener("beforeunload", leave);
    announce(files.length === 1 ? "Uploading 1 file." : `Uploading ${files.length} files.`);
    await form.listed; // or what was begun earlier would begin anew, and stand there twice
    await sendAll(form, files);
    form.underWay -= 1;
    if (form.underWay) return;
    window.removeEventListener("beforeunload", leave);
    await finish(form);
  };

  /* Where the form wants more than the files (an answer to a request), they go with it by their ids;
     else the page around it is brought up to date. */
  const finish = async (form) => {
    const kept = rowsOf(form).filter((row) => row.sending?.state === "kept");
    const open = rowsOf(form).some((row) => row.sending?.state === "failed");
    if (form.dataset.then === "submit") {
      for (const row of kept) {
        const field = document.createElement("input");
        Object.assign(field, { type: "hidden", name: "evidence", value: row.sending.evidence });
        form.append(field);
        row.sending.state = "handed over";
      }
      if (!open) form.submit();
      return;
    }
    if (kept.length) announce(kept.length === 1 ? "1 file is in." : `${kept.length} files are in.`);
    if (form.dataset.refresh) {
      await refresh(form, kept);
      return;
    }
    const request = await ask("GET", location.href).catch(() => null);
    if (!request || request.status !== 200 || isSignIn(request.responseURL)) return;
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    for (const part of document.querySelectorAll("[data-after-upload]")) {
      const fresh = page.getElementById(part.id);
      if (fresh) part.replaceWith(document.importNode(fresh, true));
    }
  };

  /* A part of a larger form: what the answer holds now is shown anew, and its rows have done their
     duty, but for those that say why a file is in and not attached. */
  const refresh = async (form, kept) => {
    const { refresh: url, refreshTarget: target } = form.dataset;
    await window.htmx.ajax("POST", url, { source: form, target, swap: "outerHTML" });
    for (const row of kept.filter((each) => !each.note.textContent.startsWith("It is in, but"))) {
      row.element.remove();
      rowsOf(form).splice(rowsOf(form).indexOf(row), 1);
    }
  };

  document.addEventListener("change", (event) => {
    const part = event.target.closest("[data-resumable]:not(form)");
    if (part && event.target.type === "file" && event.target.files.length) begin(part);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-resumable]");
    const input = form?.querySelector("input[type=file]");
    if (!input) return;
    if (input.files.length) {
      event.preventDefault();
      begin(form);
    } else if (form.underWay) {
      event.preventDefault();
    }
  });

  // --- What was begun earlier ---

  /* Asked for once, however many answers of a page could have been left in the middle. */
  const unfinished = new Map();
  const unfinishedAt = (url) => {
    if (!unfinished.has(url)) {
      const found = ask("GET", url).then((request) =>
        request.status === 200 && !isSignIn(request.responseURL)
          ? JSON.parse(request.responseText).uploads
          : [],
      );
      unfinished.set(url, found.catch(() => []));
    }
    return unfinished.get(url);
  };

  const belongsTo = (form, upload) =>
    !form.dataset.question ||
    (upload.question === form.dataset.question &&
      upload.questionnaire === form.dataset.questionnaire);

  const showUnfinished = async (form) => {
    const uploads = await unfinishedAt(form.dataset.resumable);
    for (const upload of uploads.filter((each) => belongsTo(form, each))) {
      form.closest("details")?.setAttribute("open", "");
      const row = new Row(upload.filename, upload.size, {}, upload);
      row.element.dataset.state = upload.state === "receiving" ? "unfinished" : upload.state;
      row.bar.value = upload.received / upload.size;
      row.bar.hidden = upload.state !== "receiving";
      row.amount.textContent = `${readable(upload.received)} of ${readable(upload.size)}`;
      row.note.textContent =
        upload.state === "receiving" ? "Unfinished. Choose the same file again to go on."
        : upload.state === "whole" ? STATES.checking
        : upload.failure;
      const headers = { "Tus-Resumable": "1.0.0", "X-CSRFToken": tokenOf(form) };
      const stop = row.button(upload.state === "failed" ? "Remove" : "Cancel", async () => {
        await ask("DELETE", upload.url, { headers }).catch(() => null);
        row.element.remove();
        rowsOf(form).splice(rowsOf(form).indexOf(row), 1);
      });
      if (upload.state !== "whole") row.buttons.replaceChildren(stop);
      rowsOf(form).push(row);
      listOf(form).append(row.element);
    }
  };

  for (const form of document.querySelectorAll("[data-resumable][data-unfinished]")) {
    form.listed = showUnfinished(form);
  }
})();
