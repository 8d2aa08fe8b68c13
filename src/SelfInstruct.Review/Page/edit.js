// Mending rows. What is saved is a new entry; the model's text stays.

import { find, keyButton, make } from "./dom.js";
import { diffBlock } from "./diff.js";
import { ItemView } from "./items.js";

/** @typedef {import("./types.js").Hint} Hint */

const fields = /** @type {const} */ (["instruction", "input", "output"]);

export class EditView extends ItemView {
  /** Keys of edits made here, by item: what the next edit of it follows. @type {Map<string, string>} */
  #last = new Map();
  /** @type {Map<string, string>} */
  #comments = new Map();
  /** @type {Map<string, Record<string, string>>} */
  #texts = new Map();

  /** @returns {Hint[]} */
  get ownHints() {
    return [{ key: "k", does: "keep" }, { key: "i n o", does: "instruction, input, output" }, { key: "Ctrl Enter", does: "save" }, { key: "r", does: "reject" }, { key: "x", does: "differences" }, { key: "Esc", does: "leave a field" }];
  }

  get isAnswered() {
    return this.item !== null && (this.item.edit !== undefined || this.#last.has(this.item.item));
  }

  /** Somebody else was first: the next save follows their edit; what was typed stays in the fields. @param {import("./types.js").Unsaved} entry */
  onRefused(entry) {
    super.onRefused(entry);
    this.#last.delete(String(entry.body["item"]));
  }

  /** The fields are the question. */
  renderQuestion() {}

  /** @param {HTMLElement} article */
  renderAnswer(article) {
    const item = this.item;
    if (!item) {
      return;
    }

    if (item.edit) {
      article.append(make("p", { class: "quiet" }, `${item.edit.rejected ? "Rejected" : "Edited"} by ${item.edit.author}, ${new Date(item.edit.at).toLocaleString()}.`));
    }

    const now = this.#now();
    const original = this.#original();
    for (const name of fields) {
      const field = make("textarea", { id: `edit-${name}`, rows: String(Math.min(14, Math.max(2, (now[name] ?? "").split("\n").length + Math.floor((now[name] ?? "").length / 90)))), class: this.mono ? "mono" : "", spellcheck: "true", oninput: () => this.#remember() });
      field.value = now[name] ?? "";
      const title = name.charAt(0).toUpperCase() + name.slice(1);
      article.append(make("label", { class: "edit-field" }, make("span", { class: "label" }, title), field));
      if (this.diff && now[name] !== original[name]) {
        article.append(make("div", { class: "pair" },
          make("section", { class: "response" }, make("h4", {}, "The model's"), diffBlock(`${title} of the model`, original[name] ?? "", now[name] ?? "", "first")),
          make("section", { class: "response" }, make("h4", {}, "Now"), diffBlock(`${title} now`, original[name] ?? "", now[name] ?? "", "second"))));
      }
    }

    const comment = make("textarea", { id: "comment", rows: "2", maxlength: "4000", oninput: () => this.#comments.set(item.item, comment.value) });
    comment.value = this.#comments.get(item.item) ?? "";
    article.append(make("label", { class: "comment" }, "Comment ", comment),
      make("div", { class: "buttons verdict", role: "group", "aria-label": "This row" },
        keyButton("k", "Keep as the model wrote it", () => this.#save(original, false)),
        keyButton("Ctrl Enter", "Save the changes", () => this.#save(this.#now(), false), { kind: "yes" }),
        keyButton("r", "Reject", () => this.#save(original, true), { kind: "no" })));
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && this.item) {
      this.#save(this.#now(), false);
      return true;
    }

    return super.onKey(event);
  }

  /** @param {string} key */
  act(key) {
    const field = { i: "edit-instruction", n: "edit-input", o: "edit-output" }[key];
    if (field) {
      find(field).focus();
    } else if (key === "k") {
      this.#save(this.#original(), false);
    } else if (key === "r") {
      this.#save(this.#original(), true);
    } else if (key === "x") {
      this.toggleDiff();
    } else {
      return false;
    }

    return true;
  }

  /** @returns {Record<string, string>} */
  #original() {
    return { instruction: this.item?.instruction ?? "", input: this.item?.input ?? "", output: this.item?.texts[0]?.text ?? "" };
  }

  /** As it stands in the fields, or as the last edit left it. @returns {Record<string, string>} */
  #now() {
    const item = this.item;
    if (!item) {
      return {};
    }

    return this.#texts.get(item.item) ?? (item.edit && !item.edit.rejected ? { instruction: item.edit.instruction, input: item.edit.input, output: item.edit.output } : this.#original());
  }

  #remember() {
    const item = this.item;
    if (item) {
      this.#texts.set(item.item, Object.fromEntries(fields.map(name => [name, /** @type {HTMLTextAreaElement} */ (find(`edit-${name}`)).value])));
    }
  }

  /** @param {Record<string, string>} texts @param {boolean} rejected */
  #save(texts, rejected) {
    const item = this.item;
    if (!item) {
      return;
    }

    const before = this.#last.get(item.item) ?? item.edit?.key ?? null;
    const comment = this.#comments.get(item.item)?.trim();
    const key = this.outbox.add("/api/edits", item.id, { item: item.item, before, rejected, ...texts, seconds: this.clock.seconds, ...(comment ? { comment } : {}) });
    this.#last.set(item.item, key);
    this.#texts.set(item.item, texts);
    this.finish();
  }
}
