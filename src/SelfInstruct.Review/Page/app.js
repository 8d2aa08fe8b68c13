// Starts the page: session, views, keys.

import { Refusal, openSession } from "./api.js";
import { find, isTyping, keyButton, make } from "./dom.js";
import { EditView } from "./edit.js";
import { guidelinesOf } from "./guidelines.js";
import { PairwiseView, QualityView, RatingView } from "./judge.js";
import { LeadView } from "./lead.js";
import { LiveView } from "./live.js";
import { Outbox } from "./outbox.js";

/** @typedef {import("./types.js").View} View */

const titles = { quality: "Quality of the data", rating: "Ratings of responses", pairwise: "Which response is better", edit: "Mending rows" };

/** @type {import("./types.js").Session} */
let session;
/** @type {Outbox} */
let outbox;
/** @type {import("./items.js").ItemView | undefined} */
let itemView;
/** @type {Map<string, View>} */
const views = new Map();
let current = "";

async function start() {
  session = await openSession();
  outbox = new Outbox(`${session.folder}/${session.task ?? ""}/${session.name}`, showSaving, (_, progress) => {
    session.progress = progress;
    showProgress();
  }, entry => itemView?.onRefused(entry));
  find("title").textContent = session.task ? titles[session.task] : "A run";
  document.title = `${find("title").textContent} · ${session.folder}`;
  if (session.task) {
    const items = new { quality: QualityView, rating: RatingView, pairwise: PairwiseView, edit: EditView }[session.task](session, outbox);
    itemView = items;
    views.set("items", items);
    if (session.lead) {
      views.set("lead", new LeadView(() => {
        items.filter = "disagreements";
        void open("items");
      }));
    }

    find("guidelines").replaceChildren(...guidelinesOf(session.task));
    find("guidelines").hidden = !matchMedia("(min-width: 70rem)").matches;
  }

  if (session.live) {
    views.set("live", new LiveView());
  }

  showProgress();
  showSaving();
  outbox.resume();
  addEventListener("keydown", onKey);
  await open(session.live ? "live" : "items");
}

/** @param {string} name */
async function open(name) {
  views.get(current)?.hide();
  current = name;
  scrollTo(0, 0);
  find("guidelines").classList.toggle("away", name === "live");
  showViews();
  try {
    await views.get(name)?.show();
  } catch (error) {
    showTrouble(error);
  }
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const plain = !isTyping(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey;
  let handled = true;
  if (plain && event.key === "g" && session.task) {
    toggleGuidelines();
  } else if (plain && event.key === "l" && views.has("lead")) {
    void open(current === "lead" ? "items" : "lead");
  } else if (plain && event.key === "v" && views.has("live") && views.has("items")) {
    void open(current === "live" ? "items" : "live");
  } else {
    handled = views.get(current)?.onKey?.(event) ?? false;
  }

  if (handled) {
    event.preventDefault();
  }
}

function toggleGuidelines() {
  find("guidelines").hidden = !find("guidelines").hidden;
  showViews();
}

function showViews() {
  const names = { items: "Items", lead: "Figures", live: "Run" };
  const keys = { items: "", lead: "l", live: "v" };
  const buttons = [];
  for (const name of /** @type {(keyof typeof names)[]} */ ([...views.keys()])) {
    buttons.push(keyButton(keys[name], names[name], () => void open(name), { pressed: current === name }));
  }

  if (session.task) {
    buttons.push(keyButton("g", "Guidelines", toggleGuidelines, { pressed: !find("guidelines").hidden }));
  }

  find("views").replaceChildren(...buttons, make("span", { class: "who" }, session.name));
}

function showProgress() {
  const { items, done, skipped } = session.progress;
  const bar = find("progress");
  bar.hidden = items === 0;
  bar.setAttribute("aria-valuemax", String(items));
  bar.setAttribute("aria-valuenow", String(done));
  bar.setAttribute("aria-valuetext", `${done} of ${items} done, ${skipped} skipped`);
  const fill = bar.querySelector("span");
  if (fill instanceof HTMLElement) {
    fill.style.width = items === 0 ? "0" : `${100 * done / items}%`;
  }

  showSaving();
}

function showSaving() {
  const place = find("saving");
  const { items, done } = session.progress;
  const progress = items > 0 ? `${done} / ${items}` : "";
  const waiting = outbox.count - outbox.refused.length;
  place.className = outbox.trouble || outbox.refused.length > 0 ? "trouble" : "";
  place.replaceChildren(waiting > 0 ? `${progress} · ${waiting} unsaved${outbox.trouble ? `: ${outbox.trouble}` : ""}` : items > 0 ? `${progress} · saved` : "");
  place.dataset.unsaved = String(outbox.count);
  if (outbox.refused.length > 0) {
    place.append(` · ${outbox.refused.length} not taken: ${outbox.refused.map(one => `${one.entry.label}: ${one.reason}`).join(" ")} `,
      make("button", { type: "button", onclick: () => outbox.dropRefused() }, "Understood"));
  }
}

/** @param {unknown} error */
function showTrouble(error) {
  const words = error instanceof Refusal ? error.message : "The server does not answer.";
  find("main").replaceChildren(make("article", { class: "end" }, make("h2", {}, words), make("button", { type: "button", onclick: () => location.reload() }, "Load the page again")));
}

start().catch(showTrouble);
