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
  #droppedFailures = 0;
  #muted = false;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  /** Whether one more call or line would be told; counts it as dropped where not. */
  room(): boolean {
    if (this.#muted) return false;
    if (this.#told < MAX_REPORTS) {
      this.#told += 1;
      return true;
    }
    this.#dropped += 1;
    return false;
  }

  /** An error has ended the run: what its code still does before it is gone is not told, and not counted. */
  mute(): void {
    this.#muted = true;
  }

  /** A command failed whose call was not told: it counts all the same. */
  failedUntold(): void {
    this.#droppedFailures += 1;
  }

  /** Posts the report now: code that never lets go of the thread would keep whatever waits for a later turn. */
  tell(report: Report): void {
    this.#port.postMessage(report);
  }

  done(ok: boolean, closed = false): void {
    const [count, failed] = [this.#dropped, this.#droppedFailures];
    if (count > 0) this.tell({ kind: "dropped", count, failed });
    this.tell({ kind: "done", ok, closed });
  }
}

/** A text of bearable length. */
export function bounded(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  return `${text.slice(0, MAX_TEXT)}… (${text.length - MAX_TEXT} more characters)`;
}
