/**
 * Watching the SDK: each call that the reader's own code makes is told with its place, what came of it, and
 * whether anything ever waited for it.
 */

import { inspect } from "../inspect/inspect";
import type { At, ErrorReport, ExecReport } from "../runner/protocol";
import { startsInBackground } from "./background";
import type { Places } from "./places";
import { bounded, type Reporter } from "./reporter";

/** How the SDK's objects say what they print as; no call of the reader's. */
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

export type Method = (this: unknown, ...args: unknown[]) => unknown;

interface TracedCall extends At {
  readonly id: number;
  readonly label: string;
}

/** An error that a call which was told has thrown, or rejected with. */
interface Failure {
  readonly id: number;
  readonly error: unknown;
  /** What rejected; absent where the call threw. */
  readonly promise?: WatchedPromise<unknown>;
  /** Whether it is still to be told what became of it. */
  open: boolean;
}

/** A promise that knows whether anything has waited for it. `await` on a subclass goes through `then`. */
class WatchedPromise<T> extends Promise<T> {
  watched = false;

  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  override then<A = T, B = never>(
    onValue?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.watched = true;
    return super.then(onValue, onError);
  }
}
Object.defineProperty(WatchedPromise, "name", { value: "Promise" });

export class Tracer {
  readonly #places: Places;
  readonly #reporter: Reporter;
  readonly #calls: { call: TracedCall; promise: WatchedPromise<unknown> }[] = [];
  readonly #failures: Failure[] = [];
  #lastId = 0;
  #running = 0;
  #inside: TracedCall | undefined;
  #ended = false;

  constructor(places: Places, reporter: Reporter) {
    this.#places = places;
    this.#reporter = reporter;
  }

  /** Calls whose promises have not settled yet. */
  get running(): number {
    return this.#running;
  }

  /** The call whose function runs at this very moment. */
  get current(): number | undefined {
    return this.#inside?.id;
  }

  /** Watches a class's methods, told as `label.method`. */
  watch(prototype: object, label: string): void {
    for (const key of Reflect.ownKeys(prototype)) {
      const value = Object.getOwnPropertyDescriptor(prototype, key)?.value as unknown;
      if (key === "constructor" || key === INSPECT || typeof value !== "function") continue;
      const called = typeof key === "symbol" ? `${label}[${String(key.description)}]` : `${label}.${key}`;
      const wrapped = this.watchFunction(value as Method, called);
      Object.defineProperty(prototype, key, { value: wrapped, configurable: true, writable: true });
    }
  }

  /** Notes that nothing caught this error; gives the call that it came from. */
  uncaught(error: unknown): number | undefined {
    const failure = this.#failures.findLast((failure) => failure.error === error);
    if (failure) failure.open = false;
    return failure?.id;
  }

  /** An error has ended the run: what becomes of those that come now is not known any more. */
  end(): void {
    this.#ended = true;
  }

  /** The run is over: tells of each error so far that the code caught it, unless nothing waited for its call. */
  tellCaught(): void {
    for (const failure of this.#failures) {
      if (failure.promise?.watched !== false) this.#tellCaught(failure);
    }
  }

  /** Tells the calls whose promises nothing ever waited for. */
  tellForgotten(): void {
    for (const { call, promise } of this.#calls) {
      if (!promise.watched) this.#reporter.tell({ kind: "forgotten", id: call.id });
    }
  }

  /** The same function, watched. */
  watchFunction(original: Method, label: string): Method {
    const tracer = this;
    const wrapped = function (this: unknown, ...args: unknown[]): unknown {
      const stack = tracer.#inside ? "" : String(new Error().stack);
      if (tracer.#inside || !tracer.#places.callerIsReader(stack, 1)) return original.apply(this, args);
      const told = tracer.#reporter.room();
      const call: TracedCall = { id: ++tracer.#lastId, label, ...tracer.#places.of(stack) };
      const background = label === "sandbox.exec" && startsInBackground(args);
      if (told) tracer.#reporter.tell({ kind: "call", args: argumentsText(args), background, ...call });
      return tracer.#follow(call, told, () => original.apply(this, args));
    };
    return Object.defineProperty(wrapped, "name", { value: original.name });
  }

  #follow(call: TracedCall, told: boolean, act: () => unknown): unknown {
    const started = performance.now();
    const tell = (report: Parameters<Reporter["tell"]>[0]): void =>
      void (told && this.#reporter.tell(report));
    const took = (): number => performance.now() - started;
    this.#inside = call;
    let value: unknown;
    try {
      value = act();
    } catch (error) {
      tell({ kind: "failed", id: call.id, error: errorReport(error), ms: took() });
      if (told) this.#watchForCatch({ id: call.id, error, open: true });
      throw error;
    } finally {
      this.#inside = undefined;
    }
    if (!(value instanceof Promise)) {
      tell({ kind: "returned", id: call.id, value: bounded(inspect(value)), ms: took() });
      return value;
    }
    this.#running += 1;
    const promise = new WatchedPromise<unknown>((resolve, reject) => {
      (value as Promise<unknown>).then(
        (result) => {
          this.#running -= 1;
          const report = resultText(result);
          if (!told && report.exec && report.exec.exitCode !== 0) this.#reporter.failedUntold();
          tell({ kind: "returned", id: call.id, ...report, ms: took() });
          resolve(result);
        },
        (error: unknown) => {
          this.#running -= 1;
          tell({ kind: "failed", id: call.id, error: errorReport(error), ms: took() });
          if (told) this.#watchForCatch({ id: call.id, error, promise, open: true });
          reject(error);
        },
      );
    });
    Object.defineProperty(promise, "watched", { value: false, writable: true, enumerable: false });
    this.#calls.push({ call, promise });
    return promise;
  }

  /** An error that reaches the top does so within microtasks; one that has not by the next task was caught. */
  #watchForCatch(failure: Failure): void {
    if (this.#ended) return;
    this.#failures.push(failure);
    setTimeout(() => this.#tellCaught(failure), 0);
  }

  #tellCaught(failure: Failure): void {
    if (!failure.open) return;
    failure.open = false;
    this.#reporter.tell({ kind: "caught", id: failure.id });
  }
}

/** An error's parts, as far as they are there. */
export function errorReport(error: unknown): ErrorReport {
  if (!(error instanceof Error)) return { name: "Uncaught", message: bounded(inspect(error)) };
  const { reason, status } = error as { reason?: unknown; status?: unknown };
  return {
    name: error.name,
    message: bounded(error.message),
    reason: typeof reason === "string" ? reason : undefined,
    status: typeof status === "number" ? status : undefined,
  };
}

function resultText(result: unknown): { value: string; exec?: ExecReport } {
  const value = result === undefined ? "" : bounded(inspect(result));
  const exec = result as Partial<ExecReport> | undefined;
  if (
    typeof exec?.exitCode !== "number" ||
    typeof exec.stdout !== "string" ||
    typeof exec.stderr !== "string"
  ) {
    return { value };
  }
  const { stdout, stderr, exitCode } = exec as ExecReport;
  return { value, exec: { stdout: bounded(stdout), stderr: bounded(stderr), exitCode } };
}

/** Characters of a call's arguments. */
const MAX_ARGUMENTS = 300;

/**
 * Arguments as they might have been typed, short enough for a heading. What is missing is not counted: `inspect`
 * has shortened long values already.
 */
function argumentsText(args: unknown[]): string {
  const text = args.map((arg) => inspect(arg).replace(/\s*\n\s*/g, " ")).join(", ");
  return text.length <= MAX_ARGUMENTS ? text : `${text.slice(0, MAX_ARGUMENTS)}… (cut)`;
}
