// Going through items: what every task has in common. An answer always belongs to the item that was on the screen when the
// key was pressed.

import { announce, find, isTyping, keyButton, make, showHints } from "./dom.js";
import { Clock, Pace } from "./pace.js";
import { ItemQueue } from "./queue.js";
import { textBlock, visible } from "./text.js";

/** @typedef {import("./types.js").Item} Item */
/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Hint} Hint */

const skipReasons = ["Cannot be understood", "I lack the knowledge", "Harmful or private", "Something else"];

export class ItemView {
  /** @type {Item | null} */
  item = null;
  filter = "pending";
  mono = false;
  diff = false;
  clock = new Clock();
  #queue = new ItemQueue([], false);
  #place = 0;
  #answers = /** @type {Map<string, Answer[]>} */ (new Map());
  /** Comments that are typed but not saved, by item and part. */
  #drafts = /** @type {Map<string, string>} */ (new Map());
  #pace = new Pace();
  /** @type {Item | null} */
  #rendered = null;
  #skipping = false;
  #shown = false;

  /** @param {import("./types.js").Session} session @param {import("./outbox.js").Outbox} outbox */
  constructor(session, outbox) {
    this.session = session;
    this.outbox = outbox;
  }

  /** Whether it settles what others disagree on. */
  get adjudicates() {
    return this.filter === "disagreements";
  }

  get filters() {
    return this.session.lead && this.session.task !== "edit" ? ["pending", "mine", "skipped", "all", "disagreements"] : ["pending", "mine", "skipped", "all"];
  }

  /** @returns {Answer[]} */
  get mine() {
    return this.item ? this.#answers.get(this.#answerKey(this.item)) ?? this.item.mine : [];
  }

  // What tasks fill in.

  /** A new item is on. */
  begin() {}

  /** @param {HTMLElement} article */
  renderAnswer(article) {
    article.append("");
  }

  /** @param {string} key @returns {boolean} */
  act(key) {
    return key === "";
  }

  /** @returns {Hint[]} */
  get ownHints() {
    return [];
  }

  /** The server did not take it: what this page thinks of the item may be out of date. @param {import("./types.js").Unsaved} entry */
  onRefused(entry) {
    this.#queue.forget(entry.body["item"]);
    this.#answers.delete(String(entry.body["item"]));
  }

  // The view.

  async show() {
    this.#shown = true;
    await this.reload();
  }

  hide() {
    this.#shown = false;
  }

  /** The list anew, from the first of it. */
  async reload() {
    this.item = null;
    find("main").replaceChildren(make("p", { class: "quiet" }, "Loading…"));
    const filter = this.filter;
    const queue = await ItemQueue.open(filter);
    if (filter === this.filter && this.#shown) {
      this.#queue = queue;
      await this.goTo(0);
    }
  }

  /** @param {number} to Place among those of the filter. */
  async goTo(to) {
    this.#skipping = false;
    const queue = this.#queue;
    const place = Math.max(0, Math.min(to, queue.length));
    this.#place = place;
    if (place === queue.length) {
      this.item = null;
      await this.#renderEnd();
      return;
    }

    const ready = queue.peek(place);
    if (ready) {
      this.#present(ready);
    } else {
      // Until the item is on the screen, keys judge nothing.
      this.item = null;
      find("main").replaceChildren(make("p", { class: "quiet" }, "Loading…"));
      const item = await queue.take(place);
      if (this.#isAt(queue, place) && this.item === null) {
        this.#present(item);
      }
    }

    queue.fetchAfter(place);
  }

  next() {
    this.keepComment();
    return this.goTo(this.#place + 1);
  }

  back() {
    this.keepComment();
    return this.goTo(this.#place - 1);
  }

  /** The item is answered in full. */
  finish() {
    this.#pace.finish();
    announce(`Answered. Item ${Math.min(this.#place + 2, this.#queue.length)} of ${this.#queue.length}.`);
    void this.next();
  }

  /**
   * Hands an answer over for saving, and remembers it for going back.
   * @param {Record<string, unknown>} body @param {Answer} answer @param {(other: Answer) => boolean} replaces
   */
  save(body, answer, replaces) {
    const item = this.item;
    if (!item) {
      return;
    }

    const comment = this.comment;
    this.#drafts.delete(this.#draftKey(item));
    const full = { ...answer, ...(comment ? { comment } : {}) };
    this.#answers.set(this.#answerKey(item), [...this.mine.filter(other => !replaces(other) && !other.skipped), full]);
    this.outbox.add("/api/ratings", item.id, { item: item.item, seconds: this.clock.seconds, adjudicate: this.adjudicates, ...body, ...(comment ? { comment } : {}) });
    this.clock.restart();
  }

  /** What is being answered now, of several: a response; else nothing. */
  get part() {
    return "";
  }

  /** The answer that the comment goes with. @returns {Answer | undefined} */
  get current() {
    return this.mine.find(answer => !answer.skipped && (answer.response ?? "") === this.part);
  }

  /** Of the current answer: as typed, else as saved. */
  get comment() {
    return ((this.item ? this.#drafts.get(this.#draftKey(this.item)) : undefined) ?? this.current?.comment ?? "").trim();
  }

  /** @param {KeyboardEvent} event @returns {boolean} */
  onKey(event) {
    if (isTyping(event.target)) {
      if (event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey))) {
        /** @type {HTMLElement} */ (event.target).blur();
        find("main").focus();
        return true;
      }

      return false;
    }

    return !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat && this.press(event.key);
  }

  /** @param {string} key @returns {boolean} */
  press(key) {
    if (this.#skipping) {
      return this.#pressSkip(key);
    }

    if (key === "ArrowRight") {
      void this.next();
    } else if (key === "ArrowLeft") {
      void this.back();
    } else if (key === "f") {
      void this.setFilter(this.filters[(this.filters.indexOf(this.filter) + 1) % this.filters.length] ?? "pending");
    } else if (!this.item) {
      return false;
    } else if (key === "s") {
      this.#skipping = true;
      this.render();
      document.querySelector(".skipping button")?.scrollIntoView({ block: "nearest" });
    } else if (key === "m") {
      this.mono = !this.mono;
      this.render();
    } else if (key === "/") {
      document.getElementById("comment")?.focus();
    } else {
      return this.act(key);
    }

    return true;
  }

  toggleDiff() {
    this.diff = !this.diff;
    this.render();
  }

  /** @param {string} filter */
  async setFilter(filter) {
    this.filter = filter;
    await this.reload();
  }

  render() {
    const item = this.item;
    if (!item) {
      return;
    }

    const state = this.mine.some(answer => answer.skipped) ? "skipped" : this.isAnswered ? "answered" : "";
    const article = make("article", { "aria-label": `Item ${this.#place + 1} of ${this.#queue.length}` },
      make("div", { class: "item-head" },
        make("h2", {}, `${this.#place + 1} / ${this.#queue.length}`),
        make("span", { class: "quiet id" }, visible(item.id)),
        state ? make("span", { class: `badge ${state}` }, state) : null,
        make("span", { class: "quiet pace" }, this.#pace.say(this.#queue.length - this.#place)),
        this.#filterField()));
    this.renderQuestion(article, item);
    this.renderAnswer(article);
    if (this.session.task !== "edit") {
      article.append(this.#commentField());
    }

    if (this.#skipping) {
      article.append(this.#skipPanel());
    }

    this.#replace(article, item);
    showHints(this.#skipping ? [{ key: "1–4", does: "reason" }, { key: "Esc", does: "not skip" }] : [...this.ownHints,
      { key: "←", does: "back" }, { key: "→", does: "next" }, { key: "s", does: "skip" }, { key: "/", does: "comment" }, { key: "f", does: "filter" }, { key: "m", does: "monospace" }, { key: "g", does: "guidelines" }]);
  }

  /** Instruction, input, reference. @param {HTMLElement} article @param {Item} item */
  renderQuestion(article, item) {
    article.append(make("h3", {}, "Instruction"), textBlock("Instruction", item.instruction, { mono: this.mono }));
    if (item.input !== "" || this.session.task === "quality") {
      article.append(make("h3", {}, "Input"), textBlock("Input", item.input, { mono: this.mono }));
    }

    if (item.reference !== undefined && item.reference !== "") {
      article.append(make("details", { open: this.referenceIsOpen, ontoggle: event => {
        this.referenceIsOpen = /** @type {HTMLDetailsElement} */ (event.target).open;
      } }, make("summary", {}, "Reference: one good answer"), textBlock("Reference", item.reference, { mono: this.mono })));
    }
  }

  referenceIsOpen = true;

  get isAnswered() {
    return this.mine.length > 0;
  }

  /** @param {Item} item */
  #present(item) {
    this.item = item;
    this.clock.restart();
    this.begin();
    this.render();
    scrollTo(0, 0);
  }

  /** Nothing follows; of those pending, the server may know more once everything is saved. */
  async #renderEnd() {
    const queue = this.#queue;
    if (this.filter === "pending" && queue.length > 0) {
      find("main").replaceChildren(make("p", { class: "quiet" }, "Saving the last answers…"));
      while (this.outbox.count > this.outbox.refused.length) {
        await new Promise(resolve => setTimeout(resolve, 50));
      }

      if (this.#isAt(queue, queue.length)) {
        await this.reload();
      }

      return;
    }

    const words = { pending: "Everything is answered.", mine: "Nothing is answered yet.", skipped: "Nothing is skipped.", all: "There are no items.", disagreements: "No disagreement is open." };
    find("main").replaceChildren(make("article", { class: "end" },
      make("h2", {}, this.#queue.length > 0 ? "That was the last one." : words[/** @type {keyof typeof words} */ (this.filter)]),
      make("p", {}, `${this.session.progress.done} of ${this.session.progress.items} done, ${this.session.progress.skipped} skipped.`),
      this.#filterField()));
    announce("End of the list.");
    showHints([{ key: "←", does: "back" }, { key: "f", does: "filter" }, { key: "g", does: "guidelines" }]);
  }

  #filterField() {
    const names = { pending: "pending", mine: "mine", skipped: "skipped", all: "all", disagreements: "disagreements" };
    const select = make("select", { onchange: event => {
      const field = /** @type {HTMLSelectElement} */ (event.target);
      field.blur();
      void this.setFilter(field.value);
    } });
    for (const filter of this.filters) {
      select.append(make("option", { value: filter, selected: filter === this.filter }, names[/** @type {keyof typeof names} */ (filter)]));
    }

    return make("label", { class: "filter" }, "Show ", select);
  }

  #commentField() {
    const item = this.item;
    const field = make("textarea", { id: "comment", rows: "2", maxlength: "4000", placeholder: "Saved with the answer", oninput: () => item && this.#drafts.set(this.#draftKey(item), field.value) });
    field.value = (item && this.#drafts.get(this.#draftKey(item))) ?? this.current?.comment ?? "";
    return make("label", { class: "comment" }, "Comment ", field);
  }

  #skipPanel() {
    const panel = make("div", { class: "skipping", role: "group", "aria-label": "Why skip?" }, make("p", {}, "Why skip?"));
    skipReasons.forEach((reason, i) => panel.append(keyButton(String(i + 1), reason, () => this.#pressSkip(String(i + 1)))));
    panel.append(keyButton("Esc", "Not skip", () => this.#pressSkip("Escape")));
    return panel;
  }

  /** @param {string} key */
  #pressSkip(key) {
    const reason = skipReasons[Number(key) - 1];
    if (reason && this.item) {
      this.save({ skipped: reason }, { skipped: reason }, () => true);
      this.#skipping = false;
      this.finish();
      return true;
    }

    if (key === "Escape") {
      this.#skipping = false;
      this.render();
      return true;
    }

    return false;
  }

  /** A comment typed to an answer that was given before is saved when its item is left. */
  keepComment() {
    const answer = this.current;
    if (answer && this.item && this.session.task !== "edit" && this.comment !== (answer.comment ?? "")) {
      const { rater: _, comment: __, ...body } = answer;
      this.save(body, body, other => other === answer);
    }
  }

  /** What had the focus keeps it, in the same item; in another the focus goes to its beginning. @param {HTMLElement} article @param {Item} item */
  #replace(article, item) {
    const main = find("main");
    const all = () => [...main.querySelectorAll("button, select, textarea, summary")];
    const place = document.activeElement ? all().indexOf(document.activeElement) : -1;
    main.replaceChildren(article);
    if (place >= 0) {
      const next = this.#rendered === item ? all()[place] : main;
      (next instanceof HTMLElement ? next : main).focus({ preventScroll: true });
    }

    this.#rendered = item;
  }

  /** Nobody has gone elsewhere meanwhile. @param {ItemQueue} queue @param {number} place */
  #isAt(queue, place) {
    return this.#shown && this.#queue === queue && this.#place === place;
  }

  /** @param {Item} item */
  #draftKey(item) {
    return `${this.#answerKey(item)} ${this.part}`;
  }

  /** @param {Item} item */
  #answerKey(item) {
    return `${this.adjudicates ? "adjudicated " : ""}${item.item}`;
  }
}
