// A run as it proceeds, by server-sent events.

import { find, make, showHints } from "./dom.js";
import { textBlock, visible } from "./text.js";

/** @typedef {import("./types.js").RunSnapshot} RunSnapshot */

/** @param {number} value */
const count = value => value.toLocaleString("en");

export class LiveView {
  /** @type {EventSource | null} */
  #events = null;

  show() {
    find("main").replaceChildren(make("p", { class: "quiet" }, "Looking at the run…"));
    showHints([{ key: "v", does: "back to the items" }]);
    this.#events = new EventSource("/api/live");
    this.#events.onmessage = event => render(JSON.parse(String(event.data)));

    // The browser tries again by itself; the next event replaces this.
    this.#events.onerror = () => {
      const trouble = make("p", { class: "trouble", role: "status" }, "The server does not answer; trying again.");
      find("main").querySelector(".trouble")?.remove();
      find("main").prepend(trouble);
    };
  }

  hide() {
    this.#events?.close();
    this.#events = null;
  }
}

/** @param {RunSnapshot} run */
function render(run) {
  const numbers = make("dl", { class: "numbers" });
  add("accepted", run.target === undefined ? count(run.accepted) : `${count(run.accepted)} of ${count(run.target)}`);
  add("rounds", count(run.rounds));
  add("a minute", run.per_minute === undefined ? "–" : count(Math.round(run.per_minute)));
  add("acceptance", run.acceptance === undefined ? "–" : `${(100 * run.acceptance).toFixed(1)} %`);
  add("instances", count(run.instances));
  add("completions", count(run.calls));
  add("tokens in, out", `${count(run.prompt_tokens)}, ${count(run.completion_tokens)}`);
  add("cost", run.cost_usd === undefined ? "no price is known" : `$${run.cost_usd.toFixed(2)}`);

  const rules = make("ul", { class: "rules" });
  for (const [rule, times] of Object.entries(run.rules)) {
    rules.append(make("li", {}, visible(rule), ` ${count(times)}`));
  }

  const accepted = make("ol", { class: "newest" });
  for (const line of run.newest) {
    accepted.append(make("li", {}, textBlock("Accepted instruction", line.text), make("p", { class: "quiet" }, `round ${line.round}${line.nearest === undefined ? "" : `, nearest ${line.nearest.toFixed(2)}`}`)));
  }

  const left = make("ol", { class: "newest" });
  for (const line of run.left) {
    left.append(make("li", {}, textBlock("Rejected text", line.text), make("p", { class: "quiet" }, make("strong", {}, visible(line.rule)), ` (${line.stage})${line.score === undefined ? "" : ` ${line.score.toFixed(2)}`}`),
      line.neighbour ? make("details", {}, make("summary", {}, "its neighbour"), textBlock("Neighbour", line.neighbour)) : null));
  }

  find("main").replaceChildren(make("article", { class: "live", "aria-label": "The run" },
    make("h2", {}, visible(run.folder), " ", make("span", { class: `badge ${run.state}` }, run.state), run.model ? make("span", { class: "quiet" }, " ", visible(run.model)) : null),
    run.trouble ? make("p", { class: "trouble" }, visible(run.trouble)) : null,
    numbers,
    run.finished ? make("p", {}, `Rows of the experiment that are finished: ${run.finished.length === 0 ? "none yet" : run.finished.join(", ")}.`) : null,
    make("div", { class: "pair" },
      make("section", {}, make("h3", {}, "Newest accepted"), run.newest.length > 0 ? accepted : make("p", { class: "quiet" }, "None yet.")),
      make("section", {}, make("h3", {}, `Newest left out (${count(run.rejected)})`), rules, run.left.length > 0 ? left : make("p", { class: "quiet" }, "None yet.")))));

  /** @param {string} name @param {string} value */
  function add(name, value) {
    numbers.append(make("div", {}, make("dt", {}, name), make("dd", {}, value)));
  }
}
