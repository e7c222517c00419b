/** Messages of one turn, sent together: a message costs more than most of what is said in one. */

/** Collects what is said in one turn, and sends it at the turn's end. */
export class Outbox<T> {
  readonly #send: (all: T[], transfer: Transferable[]) => void;
  #waiting: T[] = [];
  #transfer: Transferable[] = [];

  constructor(send: (all: T[], transfer: Transferable[]) => void) {
    this.#send = send;
  }

  /** Sends with the others of this turn. */
  put(said: T, transfer: Transferable[] = []): void {
    if (this.#waiting.push(said) === 1) {
      queueMicrotask(() => this.flush());
    }
    this.#transfer.push(...transfer);
  }

  /** Sends at once what waits. */
  flush(): void {
    const [all, transfer] = [this.#waiting, this.#transfer];
    [this.#waiting, this.#transfer] = [[], []];
    if (all.length > 0) {
      this.#send(all, transfer);
    }
  }
}
