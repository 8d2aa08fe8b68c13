// Requests to the server this page came from.

/** A status that is no success. */
export class Refusal extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

let csrf = "";

/**
 * @template T
 * @param {string} path
 * @returns {Promise<T>}
 */
export async function get(path) {
  return read(await fetch(path, { headers: { Accept: "application/json" } }));
}

/**
 * @template T
 * @param {string} path
 * @param {unknown} body
 * @returns {Promise<T>}
 */
export async function post(path, body) {
  return read(await fetch(path, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF": csrf }, body: JSON.stringify(body) }));
}

/** @returns {Promise<import("./types.js").Session>} */
export async function openSession() {
  /** @type {import("./types.js").Session} */
  const session = await get("/api/session");
  csrf = session.csrf;
  return session;
}

/** @param {Response} response */
async function read(response) {
  if (response.ok) {
    return response.json();
  }

  let message = `The server answered ${response.status}.`;
  try {
    message = (await response.json()).error ?? message;
  } catch {
    // Not JSON: the status says enough.
  }

  throw new Refusal(response.status, message);
}
