// Text of models, letter by letter: white space as it is, controls made visible, code and tables in columns.

import { make } from "./dom.js";

// C0 and C1 but tab and line feed; what turns the order of letters around; what cannot be seen; line and paragraph separators; interlinear marks; byte order mark.
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

const names = new Map([
  [0x1b, "ESC"], [0x00, "NUL"], [0x07, "BEL"], [0x08, "BS"], [0x0d, "CR"], [0x7f, "DEL"], [0x200b, "ZWSP"], [0x200c, "ZWNJ"], [0x200d, "ZWJ"],
  [0x200e, "LRM"], [0x200f, "RLM"], [0x202a, "LRE"], [0x202b, "RLE"], [0x202c, "PDF"], [0x202d, "LRO"], [0x202e, "RLO"],
  [0x2066, "LRI"], [0x2067, "RLI"], [0x2068, "FSI"], [0x2069, "PDI"], [0xfeff, "BOM"],
]);

/** How a control is shown. @param {string} letter */
export function nameOf(letter) {
  const code = letter.codePointAt(0) ?? 0;
  return names.get(code) ?? `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** @param {Node} parent @param {string} text */
export function appendVisible(parent, text) {
  let end = 0;
  for (const match of text.matchAll(controls)) {
    parent.appendChild(document.createTextNode(text.slice(end, match.index)));
    parent.appendChild(make("span", { class: "control", title: "A control character of the text, made visible" }, nameOf(match[0])));
    end = match.index + match[0].length;
  }

  parent.appendChild(document.createTextNode(text.slice(end)));
}

/** A short text that others wrote, in a line of ours. @param {string} text */
export function visible(text) {
  const span = make("span", { dir: "auto" });
  appendVisible(span, text);
  return span;
}

/**
 * Runs of lines: prose, fenced code, tables. Joined by line feeds they are the text again.
 * @param {string} text @returns {{ kind: "prose" | "code", text: string }[]}
 */
export function blocksOf(text) {
  /** @type {{ kind: "prose" | "code", lines: string[] }[]} */
  const blocks = [];
  let fence = "";
  for (const line of text.split("\n")) {
    const mark = /^\s*(```+|~~~+)/.exec(line)?.[1] ?? "";
    const kind = fence || mark || /^\s*\|.*\|\s*$/.test(line) || /^\t| {4}\S/.test(line) && blocks.at(-1)?.kind === "code" ? "code" : "prose";
    const last = blocks.at(-1);
    if (last && last.kind === kind) {
      last.lines.push(line);
    } else {
      blocks.push({ kind, lines: [line] });
    }

    fence = fence ? (mark.startsWith(fence) ? "" : fence) : mark;
  }

  return blocks.map(block => ({ kind: block.kind, text: block.lines.join("\n") }));
}

/**
 * @param {string} label Whose text it is.
 * @param {string} text Untrusted.
 * @param {{ mono?: boolean }} [options]
 */
export function textBlock(label, text, options = {}) {
  const body = make("div", { class: options.mono ? "text mono" : "text", dir: "auto", role: "group", "aria-label": label });
  if (text === "") {
    body.append(make("span", { class: "quiet" }, "(empty)"));
    return body;
  }

  for (const block of blocksOf(text)) {
    const part = make("div", { class: block.kind, ...(block.kind === "code" ? { tabindex: "0", role: "region", "aria-label": `${label}: code or table` } : {}) });
    appendVisible(part, block.text);
    body.append(part);
  }

  return body;
}
