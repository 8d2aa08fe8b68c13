// Answers on their way to the server: kept in order, sent one at a time, tried again until each is on its disk. Every answer
// has a key of its own, so that one sent twice is saved once. They outlive a reload of the page, too.

import { Refusal, openSession, post } from "./api.js";

const firstPause = 250;
const longestPause = 5000;

/** @typedef {import("./types.js").Unsaved} Unsaved */
/** @typedef {import("./types.js").Progress} Progress */

export class Outbox {
  /** @type {Unsaved[]} */
  #waiting = [];
  /** @type {{ entry: Unsaved, reason: string }[]} */
  #refused = [];
  #storage;
  #prefix;
  /** Keys for which the antiforgery token was fetched anew. @type {Set<string>} */
  #renewed = new Set();
  #sending = false;
  #trouble = "";

  /**
   * @param {string} owner Annotator and review: another's answers are not ours to send.
   * @param {() => void} onChange
   * @param {(entry: Unsaved, progress: Progress) => void} onSaved
   * @param {(entry: Unsaved) => void} onRefused
   */
  constructor(owner, onChange, onSaved, onRefused) {
    this.onChange = onChange;
    this.onRefused = onRefused;
    this.onSaved = onSaved;
    this.#prefix = `selfinstruct-review/${owner}/`;
    this.#storage = `${this.#prefix}${crypto.randomUUID()}`;
    addEventListener("beforeunload", event => {
      if (this.count > 0) {
        event.preventDefault();
      }
    });
  }

  /** Answers that are not saved yet, or never will be. */
  get count() {
    return this.#waiting.length + this.#refused.length;
  }

  /** What keeps the next from being saved; empty: nothing. */
  get trouble() {
    return this.#trouble;
  }

  /** Answers that the server does not take, with its reasons. */
  get refused() {
    return this.#refused;
  }

  /** @param {string} path @param {string} label For who reads it. @param {Record<string, unknown>} body */
  add(path, label, body) {
    const key = crypto.randomUUID();
    this.#waiting.push({ key, path, label, body: { ...body, key } });
    this.#changed();
    void this.send();
    return key;
  }

  /** The reader has read why. */
  dropRefused() {
    this.#refused = [];
    this.#changed();
  }

  async send() {
    if (this.#sending) {
      return;
    }

    this.#sending = true;
    let pause = firstPause;
    for (let entry = this.#waiting[0]; entry; entry = this.#waiting[0]) {
      try {
        /** @type {{ saved: string, progress: Progress }} */
        const answer = await post(entry.path, entry.body);
        this.#waiting.shift();
        this.#trouble = "";
        pause = firstPause;
        this.onSaved(entry, answer.progress);
      } catch (error) {
        if (!(await this.#mayTryAgain(entry, error))) {
          continue;
        }

        this.#changed();
        await new Promise(resolve => setTimeout(resolve, pause));
        pause = Math.min(pause * 2, longestPause);
      }

      this.#changed();
    }

    this.#sending = false;
  }

  /** False where the entry was given up. @param {Unsaved} entry @param {unknown} error */
  async #mayTryAgain(entry, error) {
    if (!(error instanceof Refusal) || error.status >= 500) {
      this.#trouble = error instanceof Refusal ? error.message : "The server does not answer; trying again.";
      return true;
    }

    if (error.status === 401) {
      this.#trouble = "Your link is not known here any more: open it again in another tab. Nothing is lost.";
      return true;
    }

    if (error.status === 403 && !this.#renewed.has(entry.key)) {
      this.#renewed.add(entry.key);
      await openSession().catch(() => undefined);
      return true;
    }

    this.#waiting.shift();
    this.#refused.push({ entry, reason: error.message });
    this.onRefused(entry);
    this.#changed();
    return false;
  }

  #changed() {
    try {
      if (this.#waiting.length > 0) {
        localStorage.setItem(this.#storage, JSON.stringify(this.#waiting));
      } else {
        localStorage.removeItem(this.#storage);
      }
    } catch {
      // Storage is full or forbidden: answers are then kept only as long as this page is open, and leaving warns.
    }

    this.onChange();
  }

  /** Sends what a page that was closed had not sent. Another that is still open sends the same, under the same keys. */
  resume() {
    try {
      for (const name of Object.keys(localStorage).filter(one => one.startsWith(this.#prefix))) {
        this.#waiting.push(...JSON.parse(localStorage.getItem(name) ?? "[]"));
        localStorage.removeItem(name);
      }
    } catch {
      // As above.
    }

    if (this.#waiting.length > 0) {
      this.#changed();
      void this.send();
    }
  }
}
