/**
 * The engine as a page sees it: in a Web Worker, so that no script in a sandbox can freeze the page.
 *
 * One worker, with one wasm instance, holds all clouds of a page. When it crashes it is thrown away; a cloud that is
 * kept in IndexedDB opens again in a new one at its next call, a cloud in memory is lost and says so. A call that was
 * under way is never sent again.
 */
import workerSource from "virtual:worker";
import { type BackendOptions, type EngineProgress, engineOptions } from "../backend.js";
import { SandboxApiError } from "../errors.js";
import type { EngineAnswer, MessageLine } from "../transport.js";
import type { OpenEngine } from "./contract.js";
import { Outbox } from "./outbox.js";
import type { Asked, Failure, FromWorker, Question, Replies, Said } from "./protocol.js";
import { loadWasm } from "./wasm-source.js";

/** From how many bytes on handing memory over costs less than copying it. */
const LARGE_BODY = 1 << 16;

/** Opens a cloud in the page's worker. */
export async function openInWorker(options: BackendOptions): Promise<OpenEngine> {
  const cloud = new CloudInWorker(options);
  await cloud.open();
  return cloud;
}

class CloudInWorker implements OpenEngine {
  readonly #options: BackendOptions;
  #opened: Promise<{ worker: EngineWorker; cloud: number }> | undefined;

  constructor(options: BackendOptions) {
    this.#options = options;
  }

  open(): Promise<{ worker: EngineWorker; cloud: number }> {
    this.#opened ??= this.#openIn(EngineWorker.shared(this.#options)).catch((error) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  async handle(
    method: string,
    path: string,
    headers: string[],
    body: Uint8Array | undefined,
  ): Promise<EngineAnswer> {
    const { worker, cloud } = await this.#current();
    // The caller's bytes stay its own, and may change as soon as it has called.
    const copy = body?.slice();
    const transfer = copy !== undefined && copy.length >= LARGE_BODY ? [copy.buffer] : [];
    const answer = await worker.ask({ kind: "handle", cloud, method, path, headers, body: copy }, transfer);
    const { stream, ...rest } = answer;
    if (stream === undefined) {
      return rest;
    }
    const cancel = () => {
      worker.ask({ kind: "cancel", stream }).catch(() => undefined);
    };
    return { ...rest, stream: { next: () => worker.ask({ kind: "next", stream }), cancel } };
  }

  async connect(path: string): Promise<MessageLine> {
    const { worker, cloud } = await this.#current();
    const { line } = await worker.ask({ kind: "connect", cloud, path });
    // What fails here has failed for `next` too, which tells.
    const tell = (question: Question) => void worker.ask(question).catch(() => undefined);
    return {
      next: () => worker.ask({ kind: "hear", line }),
      send: (message) => tell({ kind: "say", line, message }),
      close: () => tell({ kind: "hangUp", line }),
    };
  }

  async close(): Promise<void> {
    const { worker, cloud } = await this.open();
    if (worker.crash === undefined) {
      await worker.ask({ kind: "close", cloud });
    }
  }

  /** The cloud, opened again where its worker has crashed and its data is kept elsewhere. */
  async #current(): Promise<{ worker: EngineWorker; cloud: number }> {
    const opened = await this.open();
    if (opened.worker.crash === undefined || this.#options.storage !== "indexeddb") {
      return opened;
    }
    if ((await this.#opened)?.worker === opened.worker) {
      this.#opened = undefined;
    }
    return this.open();
  }

  async #openIn(worker: EngineWorker): Promise<{ worker: EngineWorker; cloud: number }> {
    const { onProgress } = this.#options;
    if (onProgress !== undefined) {
      worker.progress.add(onProgress);
    }
    try {
      await worker.started;
      worker.holdsStorage ||= this.#options.storage === "indexeddb";
      const { cloud } = await worker.ask({ kind: "open", options: engineOptions(this.#options) });
      return { worker, cloud };
    } finally {
      if (onProgress !== undefined) {
        worker.progress.delete(onProgress);
      }
    }
  }
}

class EngineWorker {
  static #shared: EngineWorker | undefined;

  /** Who wants to know how far the download is. */
  readonly progress = new Set<(progress: EngineProgress) => void>();
  /** Resolves once the engine can open clouds. */
  readonly started: Promise<void>;
  /** Whether one of its clouds is kept in IndexedDB, so that no other page can have that one. */
  holdsStorage = false;
  /** Why it answers nothing any more. */
  crash: SandboxApiError | undefined;
  readonly #worker: Worker;
  readonly #outbox = new Outbox<Asked>((all, transfer) => this.#post(all, transfer));
  readonly #waiting = new Map<
    number,
    { resolve: (value: never) => void; reject: (error: unknown) => void }
  >();
  #lastId = 0;

  /** The page's worker; a new one when there is none or the last one crashed or never started. */
  static shared(options: BackendOptions): EngineWorker {
    if (EngineWorker.#shared === undefined || EngineWorker.#shared.crash !== undefined) {
      EngineWorker.#shared = new EngineWorker(options);
    }
    return EngineWorker.#shared;
  }

  private constructor(options: BackendOptions) {
    this.#worker = startWorker(options.workerUrl);
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => data.forEach((said) => this.#hear(said));
    this.#worker.onerror = (event) => {
      event.preventDefault();
      // An event without a message is a script that was not allowed to start or could not be loaded.
      this.#fail(
        event.message
          ? { status: 0, reason: "engine_crashed", message: `The engine's worker failed: ${event.message}` }
          : blockedWorker(),
      );
    };
    addEventListener("pagehide", this.#putAside);
    this.started = this.#start(options.wasmUrl);
    this.started.catch(() => undefined);
  }

  /** Asks the worker, and waits for its reply. What is in `transfer` is gone here. */
  ask<Q extends Question>(question: Q, transfer: Transferable[] = []): Promise<Replies[Q["kind"]]> {
    return new Promise((resolve, reject) => {
      if (this.crash !== undefined) {
        reject(this.crash);
        return;
      }
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve, reject });
      this.#outbox.put({ id, ...question }, transfer);
    });
  }

  #post(all: Asked[], transfer: Transferable[]): void {
    if (this.crash !== undefined) {
      return;
    }
    try {
      this.#worker.postMessage(all, transfer);
    } catch (error) {
      const [only, ...others] = all;
      if (only !== undefined && others.length === 0) {
        this.#waiting.get(only.id)?.reject(error);
        this.#waiting.delete(only.id);
        return;
      }
      // One that cannot be sent must not keep the others.
      for (const asked of all) {
        this.#post([asked], []);
      }
    }
  }

  async #start(wasmUrl: string | URL | undefined): Promise<void> {
    try {
      const wasm = await loadWasm(wasmUrl, (progress) => this.progress.forEach((tell) => tell(progress)));
      await this.ask({ kind: "start", wasm });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const reason = error instanceof SandboxApiError ? error.reason : "engine_failed";
      this.#fail({ status: 0, reason, message: `The engine did not start: ${message}` });
      throw this.crash;
    }
  }

  #hear(message: Said): void {
    if ("crashed" in message) {
      this.#fail(message.crashed);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ("failure" in message) {
      waiting?.reject(new SandboxApiError(message.failure));
    } else {
      waiting?.resolve(message.value as never);
    }
  }

  /**
   * A page that is put aside (for the back button) must not keep other pages of the site from the cloud. What is in
   * memory only is left alone.
   */
  readonly #putAside = ({ persisted }: PageTransitionEvent): void => {
    if (persisted && this.holdsStorage) {
      const message = "The page was put aside, and its engine ended";
      this.#fail({ status: 0, reason: "engine_restarted", message });
    }
  };

  #fail(failure: Failure): void {
    this.crash ??= new SandboxApiError(failure);
    removeEventListener("pagehide", this.#putAside);
    for (const { reject } of this.#waiting.values()) {
      reject(this.crash);
    }
    this.#waiting.clear();
    this.#worker.terminate();
  }
}

function startWorker(workerUrl: string | URL | undefined): Worker {
  const name = "simplesandbox";
  if (workerUrl !== undefined) {
    return new Worker(workerUrl, { name });
  }
  // From a blob, because a script of another origin (a CDN) could not be started as a worker. The address stays: the
  // worker starts others from it.
  const url = URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));
  try {
    return new Worker(url, { name });
  } catch {
    throw new SandboxApiError(blockedWorker());
  }
}

function blockedWorker(): Failure {
  const message =
    "The engine's worker could not be started. Where the site's Content-Security-Policy forbids workers from blobs, " +
    "serve the package's worker.js yourself and pass its address as workerUrl";
  return { status: 0, reason: "worker_blocked", message };
}
