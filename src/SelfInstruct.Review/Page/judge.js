// The three tasks that judge: rows by questions, responses by grades, pairs by preference.

import { keyButton, make } from "./dom.js";
import { diffBlock } from "./diff.js";
import { ItemView } from "./items.js";
import { textBlock, visible } from "./text.js";

/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Hint} Hint */

/** @param {HTMLElement} article @param {import("./types.js").Item} item @param {(answer: Answer) => string} say */
function renderOthers(article, item, say) {
  if (item.others && item.others.length > 0) {
    const list = make("ul", { class: "others", "aria-label": "What the others say" });
    for (const answer of item.others) {
      list.append(make("li", {}, make("strong", {}, visible(answer.rater ?? "")), " ", visible(answer.skipped ? `skipped: ${answer.skipped}` : say(answer)), answer.comment ? make("q", {}, visible(answer.comment)) : null));
    }

    article.append(make("h3", {}, "The others"), list);
  }
}

/** @typedef {"valid_task" | "input_appropriate" | "output_correct"} Question */

/** @type {{ field: Question, ask: string }[]} */
const questions = [
  { field: "valid_task", ask: "Does the instruction describe a valid task?" },
  { field: "input_appropriate", ask: "Is the input appropriate for it?" },
  { field: "output_correct", ask: "Is the output correct and acceptable?" },
];

export class QualityView extends ItemView {
  #cursor = 0;
  /** @type {Partial<Record<Question, boolean>>} */
  #draft = {};

  begin() {
    const answer = this.mine.find(one => !one.skipped);
    this.#draft = answer ? { valid_task: answer.valid_task, input_appropriate: answer.input_appropriate, output_correct: answer.output_correct } : {};
    this.#cursor = 0;
  }

  /** @returns {Hint[]} */
  get ownHints() {
    return [{ key: "y", does: "yes" }, { key: "n", does: "no" }, { key: "a", does: "three times yes" }, { key: "1–3", does: "question" }, { key: "⌫", does: "question before" }];
  }

  /** @param {HTMLElement} article */
  renderAnswer(article) {
    const item = this.item;
    if (!item) {
      return;
    }

    article.append(make("h3", {}, "Output"), textBlock("Output", item.texts[0]?.text ?? "", { mono: this.mono }));
    renderOthers(article, item, answer => questions.map(one => answer[one.field] ? "yes" : "no").join(", "));
    const list = make("ol", { class: "questions" });
    questions.forEach((question, i) => {
      const given = this.#draft[question.field];
      list.append(make("li", { class: i === this.#cursor ? "active" : "", "aria-current": i === this.#cursor ? "step" : undefined },
        make("span", { id: `question-${i}` }, question.ask),
        make("span", { class: "buttons", role: "group", "aria-labelledby": `question-${i}` },
          keyButton("y", "Yes", () => this.#answer(i, true), { pressed: given === true, kind: "yes" }),
          keyButton("n", "No", () => this.#answer(i, false), { pressed: given === false, kind: "no" }))));
    });
    article.append(list);
  }

  /** @param {string} key */
  act(key) {
    if (key === "y" || key === "n") {
      this.#answer(this.#cursor, key === "y");
    } else if (key === "a") {
      this.#draft = { valid_task: true, input_appropriate: true, output_correct: true };
      this.#submit();
    } else if (key === "1" || key === "2" || key === "3") {
      this.#cursor = Number(key) - 1;
      this.render();
    } else if (key === "Backspace") {
      this.#cursor = Math.max(0, this.#cursor - 1);
      this.render();
    } else {
      return false;
    }

    return true;
  }

  /** @param {number} place @param {boolean} yes */
  #answer(place, yes) {
    const question = questions[place];
    if (!question) {
      return;
    }

    this.#draft[question.field] = yes;
    this.#cursor = place + 1;
    if (this.#cursor >= questions.length && questions.every(one => this.#draft[one.field] !== undefined)) {
      this.#submit();
    } else {
      this.#cursor = Math.min(this.#cursor, questions.length - 1);
      this.render();
    }
  }

  #submit() {
    this.save(this.#draft, this.#draft, () => true);
    this.finish();
  }
}

const grades = [
  { grade: "A", says: "good" },
  { grade: "B", says: "acceptable" },
  { grade: "C", says: "on the subject" },
  { grade: "D", says: "useless" },
];

export class RatingView extends ItemView {
  #cursor = 0;

  begin() {
    const open = this.item?.texts.findIndex(text => !this.#gradeOf(text.response)) ?? -1;
    this.#cursor = Math.max(0, open);
  }

  get part() {
    return this.item?.texts[this.#cursor]?.response ?? "";
  }

  get isAnswered() {
    return this.item !== null && this.item.texts.every(text => this.#gradeOf(text.response));
  }

  /** @returns {Hint[]} */
  get ownHints() {
    return [{ key: "a–d", does: "grade" }, { key: "↑ ↓", does: "response" }, { key: "⌫", does: "response before" }, { key: "x", does: "differences" }];
  }

  /** @param {HTMLElement} article */
  renderAnswer(article) {
    const item = this.item;
    if (!item) {
      return;
    }

    renderOthers(article, item, answer => `${answer.rating ?? ""} for response ${item.texts.findIndex(text => text.response === answer.response) + 1}`);
    item.texts.forEach((text, i) => {
      const name = item.texts.length > 1 ? `Response ${i + 1}` : "Response";
      const given = this.#gradeOf(text.response);
      const before = item.texts[i - 1];
      const buttons = make("div", { class: "buttons", role: "group", "aria-label": `Grade of ${name.toLowerCase()}` });
      for (const { grade, says } of grades) {
        buttons.append(keyButton(grade.toLowerCase(), `${grade} ${says}`, () => {
          this.#cursor = i;
          this.#rate(grade);
        }, { pressed: given === grade, kind: `grade-${grade}` }));
      }

      article.append(make("section", { class: i === this.#cursor ? "response active" : "response", "aria-label": name, "aria-current": i === this.#cursor ? "true" : undefined },
        make("h3", {}, name, text.model ? make("span", { class: "quiet" }, " ", visible(text.model)) : null),
        this.diff && before && i === this.#cursor ? diffBlock(name, before.text, text.text, "second", { mono: this.mono }) : textBlock(name, text.text, { mono: this.mono }),
        buttons));
    });
  }

  render() {
    super.render();
    if (this.#cursor > 0) {
      document.querySelector(".response.active")?.scrollIntoView({ block: "nearest" });
    }
  }

  /** @param {string} key */
  act(key) {
    const last = (this.item?.texts.length ?? 1) - 1;
    if (grades.some(one => one.grade.toLowerCase() === key.toLowerCase())) {
      this.#rate(key.toUpperCase());
    } else if (key === "ArrowDown" || key === "ArrowUp" || key === "Backspace") {
      this.keepComment();
      this.#cursor = Math.max(0, Math.min(last, this.#cursor + (key === "ArrowDown" ? 1 : -1)));
      this.render();
    } else if (key === "x") {
      this.toggleDiff();
    } else {
      return false;
    }

    return true;
  }

  /** @param {string} grade */
  #rate(grade) {
    const text = this.item?.texts[this.#cursor];
    if (!text) {
      return;
    }

    this.save({ response: text.response, rating: grade }, { response: text.response, rating: grade }, other => other.response === text.response);
    if (this.#cursor + 1 < (this.item?.texts.length ?? 0)) {
      this.#cursor++;
      this.render();
    } else {
      this.finish();
    }
  }

  /** @param {string} response */
  #gradeOf(response) {
    return this.mine.find(answer => answer.response === response)?.rating;
  }
}

export class PairwiseView extends ItemView {
  /** @returns {Hint[]} */
  get ownHints() {
    return [{ key: "1", does: "first better" }, { key: "2", does: "second better" }, { key: "t", does: "tie" }, { key: "x", does: "differences" }];
  }

  /** @param {HTMLElement} article */
  renderAnswer(article) {
    const item = this.item;
    const [first, second] = item?.texts ?? [];
    if (!item || !first || !second) {
      return;
    }

    const given = this.mine.find(answer => answer.better)?.better;
    renderOthers(article, item, answer => answer.better === "tie" ? "tie" : `response ${item.texts.findIndex(text => text.response === answer.better) + 1}`);
    const pair = make("div", { class: "pair" });
    for (const [name, text, side] of /** @type {const} */ ([["Response 1", first, "first"], ["Response 2", second, "second"]])) {
      pair.append(make("section", { class: given === text.response ? "response chosen" : "response", "aria-label": name },
        make("h3", {}, name, text.model ? make("span", { class: "quiet" }, " ", visible(text.model)) : null),
        this.diff ? diffBlock(name, first.text, second.text, side, { mono: this.mono }) : textBlock(name, text.text, { mono: this.mono })));
    }

    article.append(pair, make("div", { class: "buttons verdict", role: "group", "aria-label": "Which is better?" },
      keyButton("1", "First is better", () => this.#prefer(first.response), { pressed: given === first.response }),
      keyButton("t", "Tie", () => this.#prefer("tie"), { pressed: given === "tie" }),
      keyButton("2", "Second is better", () => this.#prefer(second.response), { pressed: given === second.response })));
  }

  /** @param {string} key */
  act(key) {
    const [first, second] = this.item?.texts ?? [];
    if (key === "1" && first) {
      this.#prefer(first.response);
    } else if (key === "2" && second) {
      this.#prefer(second.response);
    } else if (key === "t" || key === "0") {
      this.#prefer("tie");
    } else if (key === "x") {
      this.toggleDiff();
    } else {
      return false;
    }

    return true;
  }

  /** @param {string} better */
  #prefer(better) {
    this.save({ better }, { better }, () => true);
    this.finish();
  }
}
