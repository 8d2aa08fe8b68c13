// The only way this page makes elements. Text is always textContent: nothing that a model wrote can become markup.

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | boolean | EventListener | undefined>} [attributes] true: present without a value; on...: a listener.
 * @param {...(Node | string | null | undefined)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      element.addEventListener(name.slice(2), value);
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (typeof value === "string") {
      element.setAttribute(name, value);
    }
  }

  for (const child of children) {
    if (child !== null && child !== undefined) {
      element.append(child);
    }
  }

  return element;
}

/** @param {string} id @returns {HTMLElement} */
export function find(id) {
  const element = document.getElementById(id);
  if (!element) {
    throw new Error(`The page has no #${id}.`);
  }

  return element;
}

/** Said by screen readers. @param {string} text */
export function announce(text) {
  find("announce").textContent = text;
}

/**
 * A key with what it does, as a button: for fingers, and for who does not know the key yet.
 * @param {string} key @param {string} does @param {() => void} act @param {{ pressed?: boolean, kind?: string }} [options]
 */
export function keyButton(key, does, act, options = {}) {
  const pressed = options.pressed === undefined ? undefined : String(options.pressed);
  return make("button", { type: "button", class: options.kind ?? "", "aria-keyshortcuts": key, "aria-pressed": pressed, onclick: act }, make("kbd", { "aria-hidden": "true" }, key), " ", does);
}

/** @param {readonly { key: string, does: string }[]} hints */
export function showHints(hints) {
  const list = make("ul");
  for (const hint of hints) {
    list.append(make("li", {}, make("kbd", {}, hint.key), " ", hint.does));
  }

  find("hints").replaceChildren(list);
}

/** Whether keys go into a field. @param {EventTarget | null} target */
export function isTyping(target) {
  return target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
}
