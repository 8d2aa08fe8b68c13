// Time spent on an item, and items per hour.

const longestLook = 600;
const over = 30;

/** Time spent looking: stops while the page is hidden, and after ten minutes. */
export class Clock {
  #seconds = 0;
  #since = performance.now();

  constructor() {
    document.addEventListener("visibilitychange", () => {
      this.#count(document.visibilityState === "hidden");
    });
  }

  restart() {
    this.#seconds = 0;
    this.#since = performance.now();
  }

  get seconds() {
    this.#count(true);
    return Math.round(this.#seconds * 10) / 10;
  }

  /** @param {boolean} looked Whether the time since counts. */
  #count(looked) {
    const now = performance.now();
    this.#seconds += looked ? Math.min((now - this.#since) / 1000, longestLook) : 0;
    this.#since = now;
  }
}

/** Of the last items. */
export class Pace {
  #finished = /** @type {number[]} */ ([]);

  finish() {
    this.#finished.push(performance.now());
  }

  /** Items per hour, and how long the rest takes; nothing before the third. @param {number} left */
  say(left) {
    const last = this.#finished.slice(-over);
    const [first] = last;
    const end = last.at(-1);
    if (first === undefined || end === undefined || last.length < 3) {
      return "";
    }

    const perHour = (last.length - 1) / ((end - first) / 3_600_000);
    return `${Math.round(perHour).toLocaleString("en")} an hour, ${formatMinutes(left / perHour * 60)} left`;
  }
}

/** @param {number} minutes */
function formatMinutes(minutes) {
  return minutes < 1 ? "under a minute" : minutes < 90 ? `${Math.round(minutes)} min` : `${(minutes / 60).toFixed(1)} h`;
}
