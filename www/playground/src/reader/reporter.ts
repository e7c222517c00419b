/** Tells the page what the run does: in order, at once, and never more than a page can show. */

import type { Report } from "../runner/protocol";

/** Calls and printed lines that are told; the rest is counted. */
const MAX_REPORTS = 2_000;
/** Characters of one value, output or message. */
const MAX_TEXT = 20_000;

export class Reporter {
  readonly #port: MessagePort;
  #told = 0;
  #dropped = 0;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  /** Whether one more call or line would be told; counts it as dropped where not. */
  room(): boolean {
    if (this.#told < MAX_REPORTS) {
      this.#told += 1;
      return true;
    }
    this.#dropped += 1;
    return false;
  }

  /** Posts the report now: code that never lets go of the thread would keep whatever waits for a later turn. */
  tell(report: Report): void {
    this.#port.postMessage(report);
  }

  done(ok: boolean): void {
    if (this.#dropped > 0) this.tell({ kind: "dropped", count: this.#dropped });
    this.tell({ kind: "done", ok });
  }
}

/** A text of bearable length. */
export function bounded(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  return `${text.slice(0, MAX_TEXT)}… (${text.length - MAX_TEXT} more characters)`;
}
