// Words that two texts have in common, by the longest common subsequence.

import { make } from "./dom.js";
import { appendVisible } from "./text.js";

/** Beyond this a table of all pairs is too large for a page that must not stall. */
export const mostWords = 3000;

/**
 * @typedef {{ kind: "same" | "first" | "second", text: string }} Piece
 */

/** Words, with the white space between them as pieces of their own. @param {string} text */
export function split(text) {
  return text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];
}

/**
 * @param {string} first @param {string} second
 * @returns {Piece[] | null} Same and first in order give the first text, same and second the second; null: too long.
 */
export function compare(first, second) {
  const a = split(first);
  const b = split(second);
  if (a.length > mostWords || b.length > mostWords) {
    return null;
  }

  const width = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * width);
  const at = (/** @type {number} */ i, /** @type {number} */ j) => longest[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }

  /** @type {Piece[]} */
  const pieces = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      push(pieces, "same", a[i] ?? "");
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) {
      push(pieces, "first", a[i++] ?? "");
    } else {
      push(pieces, "second", b[j++] ?? "");
    }
  }

  return pieces;
}

/** @param {Piece[]} pieces @param {Piece["kind"]} kind @param {string} text */
function push(pieces, kind, text) {
  const last = pieces.at(-1);
  if (last && last.kind === kind) {
    last.text += text;
  } else {
    pieces.push({ kind, text });
  }
}

/**
 * One of the two texts, with the words that the other has not set off.
 * @param {string} label @param {string} first @param {string} second @param {"first" | "second"} side @param {{ mono?: boolean }} [options]
 */
export function diffBlock(label, first, second, side, options = {}) {
  const body = make("div", { class: options.mono ? "text mono" : "text", dir: "auto", role: "group", "aria-label": label });
  const pieces = compare(first, second);
  if (pieces === null) {
    body.append(make("p", { class: "quiet" }, `Not compared: longer than ${mostWords.toLocaleString("en")} words.`));
    appendVisible(body, side === "first" ? first : second);
    return body;
  }

  for (const piece of pieces) {
    if (piece.kind === "same") {
      appendVisible(body, piece.text);
    } else if (piece.kind === side) {
      const mark = make(side === "first" ? "del" : "ins");
      appendVisible(mark, piece.text);
      body.append(mark);
    }
  }

  return body;
}
