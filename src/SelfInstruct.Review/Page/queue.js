// The items of one filter, in this annotator's order. The next ones are fetched ahead, so that showing one waits for nothing.

import { Refusal, get } from "./api.js";

/** @typedef {import("./types.js").Item} Item */

const ahead = 6;
const retryPause = 300;

export class ItemQueue {
  #positions;
  #query;
  #ready = /** @type {Map<number, Item>} */ (new Map());
  #coming = /** @type {Map<number, Promise<Item>>} */ (new Map());

  /** @param {number[]} positions @param {boolean} adjudicates Shows models and what the others said. */
  constructor(positions, adjudicates) {
    this.#positions = positions;
    this.#query = adjudicates ? "?adjudicate" : "";
  }

  /** @param {string} filter */
  static async open(filter) {
    /** @type {{ positions: number[] }} */
    const { positions } = await untilAnswered(() => get(`/api/items?filter=${filter}`));
    return new ItemQueue(positions, filter === "disagreements");
  }

  get length() {
    return this.#positions.length;
  }

  /** Without waiting. @param {number} place @returns {Item | undefined} */
  peek(place) {
    return this.#ready.get(this.#positions[place] ?? -1);
  }

  /** As soon as the server gives it, however often that takes to ask. @param {number} place @returns {Promise<Item>} */
  take(place) {
    return untilAnswered(() => this.#load(this.#positions[place] ?? -1));
  }

  /** @param {number} place */
  fetchAfter(place) {
    for (const position of this.#positions.slice(place + 1, place + 1 + ahead)) {
      void this.#load(position).catch(() => undefined);
    }
  }

  /** What is known of this item may be out of date. @param {unknown} handle */
  forget(handle) {
    for (const [position, item] of this.#ready) {
      if (item.item === handle) {
        this.#ready.delete(position);
        this.#coming.delete(position);
      }
    }
  }

  /** @param {number} position @returns {Promise<Item>} */
  #load(position) {
    const coming = this.#coming.get(position);
    if (coming) {
      return coming;
    }

    /** @type {Promise<Item>} */
    const loading = get(`/api/items/${position}${this.#query}`);
    this.#coming.set(position, loading);
    loading.then(item => this.#ready.set(position, item), () => this.#coming.delete(position));
    return loading;
  }
}

/**
 * Asks again while the server is away.
 * @template T
 * @param {() => Promise<T>} ask
 * @returns {Promise<T>}
 */
async function untilAnswered(ask) {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof Refusal && error.status < 500) {
        throw error;
      }

      await new Promise(resolve => setTimeout(resolve, retryPause));
    }
  }
}
