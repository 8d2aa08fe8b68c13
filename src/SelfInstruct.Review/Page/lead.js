// For who leads the review: who is how far, how far they agree, what came out.

import { get } from "./api.js";
import { find, make, showHints } from "./dom.js";
import { visible } from "./text.js";

/** @typedef {import("./types.js").LeadFigures} LeadFigures */

const interval = 4000;

/** @param {number | undefined} value @param {number} [digits] */
const number = (value, digits = 2) => value === undefined ? "–" : value.toFixed(digits);

/** @param {number} part @param {number} whole */
const share = (part, whole) => whole === 0 ? "–" : `${(100 * part / whole).toFixed(1)} %`;

export class LeadView {
  #timer = 0;

  /** @param {() => void} settle Goes to the disagreements. */
  constructor(settle) {
    this.settle = settle;
  }

  async show() {
    clearInterval(this.#timer);
    await this.#refresh();
    this.#timer = setInterval(() => void this.#refresh().catch(() => undefined), interval);
  }

  hide() {
    clearInterval(this.#timer);
  }

  async #refresh() {
    /** @type {LeadFigures} */
    const figures = await get("/api/lead");
    const edits = figures.task === "edit";
    const parts = [
      make("h2", {}, "Annotators"),
      table("How far everybody is", ["annotator", "done", "skipped", "pending", ...(edits ? ["kept or changed", "rejected"] : []), "seconds, median", "comments"],
        figures.annotators.map(one => [one.name + (one.is_lead ? " (lead)" : ""), one.done, one.skipped, one.pending, ...(edits ? [one.changed ?? 0, one.rejected ?? 0] : []), number(one.seconds, 1), one.comments])),
      ...this.#results(figures),
      ...(edits ? [] : this.#agreement(figures)),
      make("h2", {}, "Export"),
      make("p", {}, make("a", { href: "/api/export.jsonl", download: true }, "JSON lines"), " · ", make("a", { href: "/api/export.csv", download: true }, "CSV"), make("span", { class: "quiet" }, " What stands, with annotator, time spent and version. The log keeps every answer ever given.")),
    ];
    find("main").replaceChildren(make("article", { class: "figures", "aria-label": "Figures" }, ...parts));
    showHints([{ key: "l", does: "back to the items" }, { key: "g", does: "guidelines" }]);
  }

  /** @param {LeadFigures} figures */
  #results(figures) {
    if (figures.task === "quality") {
      const rows = /** @type {const} */ ([["valid task", "valid_task"], ["input appropriate", "input_appropriate"], ["output correct and acceptable", "output_correct"], ["all fields valid", "all_valid"]]);
      return [make("h2", {}, "Quality, beside the paper's Table 2"), table("Share of yes by question and annotator", ["question", ...figures.quality.map(one => `${one.rater} (${one.n})`), "paper (200)"],
        rows.map(([name, field], i) => [name, ...figures.quality.map(one => share(one[field], one.n)), `${figures.paper[i] ?? "–"} %`]))];
    }

    if (figures.task === "rating") {
      return [make("h2", {}, "Grades, as in the paper's Figure 6"), ...figures.grades.length === 0 ? [make("p", { class: "quiet" }, "Nothing is rated yet.")] : [...figures.grades.map(one => bar(one)),
        table("Grades by annotator and model", ["annotator", "model", "A", "B", "C", "D", "A or B"], figures.grades.map(one => [one.rater, one.model, ...one.counts, share((one.counts[0] ?? 0) + (one.counts[1] ?? 0), one.counts.reduce((sum, count) => sum + count, 0))]))]];
    }

    return figures.task === "pairwise"
      ? [make("h2", {}, "Preferences"), table("Wins of the first model; a tie is half", ["first", "second", "questions", "wins", "ties", "losses", "win rate", "95 %"],
          figures.pairs.map(one => [one.first, one.second, one.questions, one.wins, one.ties, one.losses, number(one.win_rate), `${number(one.low)} – ${number(one.high)}`]))]
      : [];
  }

  /** @param {LeadFigures} figures */
  #agreement(figures) {
    return [
      make("h2", {}, "Agreement"),
      figures.agreement.length === 0
        ? make("p", { class: "quiet" }, "No two annotators have answered the same item yet.")
        : table("Of two annotators on what both answered", ["question", "annotators", "n", "equal", "kappa", "linear", "quadratic", "Spearman"],
            figures.agreement.map(one => [one.scale, `${one.first}, ${one.second}`, one.n, share(one.equal, 1), number(one.kappa), number(one.linear_kappa), number(one.quadratic_kappa), number(one.spearman)])),
      table("Krippendorff's alpha of all annotators", ["question", "level", "alpha"], figures.alpha.map(one => [one.scale, one.level, number(one.alpha)])),
      make("p", {}, `${figures.disagreements} disagreements are open, ${figures.settled} settled. `, make("button", { type: "button", onclick: this.settle }, "Settle them")),
    ];
  }
}

/** @param {string} caption @param {string[]} columns @param {(string | number)[][]} rows */
function table(caption, columns, rows) {
  const head = make("tr");
  for (const column of columns) {
    head.append(make("th", { scope: "col" }, visible(column)));
  }

  const body = make("tbody");
  for (const row of rows) {
    const line = make("tr");
    row.forEach((cell, i) => line.append(i === 0 ? make("th", { scope: "row" }, visible(String(cell))) : make("td", { class: typeof cell === "number" || /^[\d–-]/.test(cell) ? "number" : "" }, visible(String(cell)))));
    body.append(line);
  }

  return make("div", { class: "table", tabindex: "0", role: "region", "aria-label": caption }, make("table", {}, make("caption", {}, caption), make("thead", {}, head), body));
}

/** @param {import("./types.js").GradeFigures} figures */
function bar(figures) {
  const all = figures.counts.reduce((sum, count) => sum + count, 0);
  const parts = make("div", { class: "bar", role: "img", "aria-label": `${figures.model} by ${figures.rater}: ${figures.counts.map((count, i) => `${count} ${"ABCD"[i] ?? ""}`).join(", ")}` });
  figures.counts.forEach((count, i) => {
    if (count > 0) {
      const part = make("span", { class: `grade-${"ABCD"[i] ?? ""}` }, String(count));
      part.style.flexGrow = String(count / all);
      parts.append(part);
    }
  });
  return make("div", { class: "bar-row" }, visible(`${figures.model} · ${figures.rater}`), parts);
}
