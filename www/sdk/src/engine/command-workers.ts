/**
 * Threads for commands that compute for long: a command of a sandbox then holds one of them instead of the engine.
 *
 * Each runs a second instance of the engine's wasm, which does nothing but run one command at a time. The engine asks
 * for one through its host functions; where none starts (a policy of the site, a bundler that moved the file), commands
 * run in the engine's own thread.
 */

/** How a platform starts a thread. It says `ready` once; every other message is the engine's. */
export type StartThread = (
  wasm: WebAssembly.Module,
  hear: (message: Uint8Array | typeof READY) => void,
  end: () => void,
) => Thread;

/** A thread as its platform gives it. */
export interface Thread {
  post(message: Uint8Array): void;
  terminate(): void;
}

/** A thread that the engine has for one command. The engine calls these by name. */
export interface CommandWorker {
  postMessage(message: Uint8Array): void;
  /** Told each message, and `undefined` when the thread has died. */
  onmessage: ((message: Uint8Array | undefined) => void) | undefined;
  /** The command is done: another may have the thread. */
  release(): void;
  /** Ends the thread, whatever it does. */
  terminate(): void;
}

/** The first message of a thread. */
export const READY = "ready";

/** As many commands compute at once; more wait. */
const MOST = 4;

/** How long a thread waits for its next command. */
const IDLE_MS = 10_000;

export class CommandWorkers {
  readonly #start: StartThread;
  readonly #wasm: WebAssembly.Module;
  readonly #setTimeout: (callback: () => void, ms: number) => unknown;
  readonly #idle: PooledThread[] = [];
  readonly #waiting: (() => void)[] = [];
  #lent = 0;
  #unavailable = false;

  constructor(
    start: StartThread,
    wasm: WebAssembly.Module,
    setTimeout: (callback: () => void, ms: number) => unknown,
  ) {
    this.#start = start;
    this.#wasm = wasm;
    this.#setTimeout = setTimeout;
  }

  /** A thread, as soon as one is free; undefined where none starts. */
  readonly free = (): Promise<CommandWorker | undefined> | undefined =>
    this.#unavailable ? undefined : this.#free();

  async #free(): Promise<CommandWorker | undefined> {
    while (this.#lent >= MOST) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#lent++;
    let thread = this.#idle.pop();
    if (thread === undefined) {
      thread = new PooledThread(this.#start, this.#wasm);
      if (!(await thread.started)) {
        this.#unavailable = true;
        this.#giveBack();
        return undefined;
      }
    }
    return this.#lend(thread);
  }

  #lend(thread: PooledThread): CommandWorker {
    const worker: CommandWorker = {
      postMessage: (message) => thread.post(message),
      onmessage: undefined,
      release: () => {
        thread.listener = undefined;
        if (!thread.ended) {
          this.#rest(thread);
        }
        this.#giveBack();
      },
      terminate: () => {
        thread.listener = undefined;
        thread.terminate();
        this.#giveBack();
      },
    };
    thread.listener = (message) => worker.onmessage?.(message);
    return worker;
  }

  #rest(thread: PooledThread): void {
    this.#idle.push(thread);
    const rests = ++thread.rests;
    this.#setTimeout(() => {
      const at = this.#idle.indexOf(thread);
      if (at >= 0 && thread.rests === rests) {
        this.#idle.splice(at, 1);
        thread.terminate();
      }
    }, IDLE_MS);
  }

  #giveBack(): void {
    this.#lent--;
    this.#waiting.shift()?.();
  }
}

class PooledThread {
  /** Whether it is there. */
  readonly started: Promise<boolean>;
  listener: ((message: Uint8Array | undefined) => void) | undefined;
  ended = false;
  /** How often it has waited for a command. */
  rests = 0;
  #thread: Thread | undefined;

  constructor(start: StartThread, wasm: WebAssembly.Module) {
    this.started = new Promise((resolve) => {
      const hear = (message: Uint8Array | typeof READY): void =>
        message === READY ? resolve(true) : this.listener?.(message);
      const end = (): void => {
        this.ended = true;
        resolve(false);
        this.listener?.(undefined);
      };
      try {
        this.#thread = start(wasm, hear, end);
      } catch {
        end();
      }
    });
  }

  post(message: Uint8Array): void {
    if (!this.ended) {
      this.#thread?.post(message);
    }
  }

  terminate(): void {
    this.ended = true;
    this.#thread?.terminate();
  }
}
