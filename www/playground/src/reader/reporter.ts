/** Tells the page what the run does: in order, in batches, and never more than a page can show. */

import type { Report } from "../runner/protocol";

/** Calls and printed lines that are told; the rest is counted. */
const MAX_REPORTS = 2_000;
/** Characters of one value, output or message. */
const MAX_TEXT = 20_000;

export class Reporter {
  readonly #port: MessagePort;
  #batch: Report[] = [];
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

  tell(report: Report): void {
    // Code that never lets go of the thread would keep a batch for ever: the first of each goes out at once.
    this.#batch.push(report);
    if (this.#batch.length === 1) queueMicrotask(() => this.flush());
    if (this.#batch.length >= 50) this.flush();
  }

  flush(): void {
    if (this.#batch.length === 0) return;
    this.#port.postMessage(this.#batch);
    this.#batch = [];
  }

  done(ok: boolean): void {
    if (this.#dropped > 0) this.tell({ kind: "dropped", count: this.#dropped });
    this.tell({ kind: "done", ok });
    this.flush();
  }
}

/** A text of bearable length. */
export function bounded(text: string, limit = MAX_TEXT): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}… (${text.length - limit} more characters)`;
}
