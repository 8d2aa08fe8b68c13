// What the answers mean, in our own words; the questions and grades are those of the paper (Table 2, section 4.4).

import { make } from "./dom.js";

/** @type {Record<string, [string, string][]>} */
const texts = {
  quality: [
    ["1 · Valid task", "Someone could be asked this, and a good answer could be told from a bad one. Clumsy wording is fine; a sentence that asks for nothing, contradicts itself or cannot be done by writing is not."],
    ["2 · Appropriate input", "The input is what the instruction speaks of, and enough to work with. No input is right where the instruction says everything. An input that already holds the answer, or belongs to another task, is not."],
    ["3 · Correct output", "The output does what is asked, and you would accept it. Check facts, sums and labels. Small slips of style are fine; a wrong, cut-off or beside-the-point answer is not."],
    ["Each by itself", "Answer a question as if the ones before had been yes: a correct output to an odd instruction is still correct."],
  ],
  rating: [
    ["A · Good", "Does what is asked, correctly and completely. You would use it as it is."],
    ["B · Acceptable", "Does what is asked; something small is wrong or missing: a slip, a clumsy sentence, a detail."],
    ["C · On the subject", "Takes up the request, but with an error that matters, or only in part, or good at first and then runs on into something else."],
    ["D · Useless", "Nothing to do with the request, empty, only a repetition, or no language at all."],
    ["How", "Read the request first, then judge every response for itself. Length is no merit. The reference is one good answer, not the only one. The order is drawn anew for each question and person; who wrote what is hidden."],
  ],
  pairwise: [
    ["Which is better", "The response you would rather get for this request: first correctness, then completeness, then how it reads. Length is no merit."],
    ["Tie", "Equally good or equally bad, as far as the request goes. Not a way to avoid a hard choice: take it when a second look would not help."],
  ],
  edit: [
    ["Keep", "The row is fine as it stands. Saying so is recorded, too."],
    ["Mend", "Change as little as makes it right: the instruction clear, the input what it speaks of, the output correct. The model's text stays on record; the export uses yours."],
    ["Reject", "Nothing worth keeping, or what should not be learnt: private data, harm, nonsense."],
  ],
};

/** @param {string} task */
export function guidelinesOf(task) {
  const list = make("dl");
  for (const [name, meaning] of texts[task] ?? []) {
    list.append(make("dt", {}, name), make("dd", {}, meaning));
  }

  return [
    make("h2", {}, "Guidelines"),
    list,
    make("p", { class: "quiet" }, "Skip what you cannot judge, and say why: a guess is worse than a gap. You can go back and change an answer at any time; every version stays in the log, the last one counts."),
  ];
}
