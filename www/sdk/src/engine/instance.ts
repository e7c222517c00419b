/**
 * One instance of the wasm engine, holding any number of clouds, and what happens when it traps.
 *
 * After a trap the instance must never be called again. So every callback it gave to its host is guarded: the first
 * trap, wherever it comes up, fails all requests under way and closes the instance for good.
 */
import { SandboxApiError, errorFromAnswer } from "../errors.js";
import type { EngineAnswer, MessageLine } from "../transport.js";
import {
  type Engine,
  type EngineModule,
  type EngineOptions,
  type HostFunctions,
  type OpenEngine,
  takeAnswer,
  takeLine,
} from "./contract.js";
import { isTrap } from "./trap.js";

/** Runs the glue of wasm-bindgen with these functions in place of the global ones. */
export type Instantiate = (host: HostFunctions) => EngineModule;

export class EngineInstance {
  readonly #module: EngineModule;
  readonly #underWay = new Set<(reason: unknown) => void>();
  readonly #onCrash: ((error: SandboxApiError) => void) | undefined;
  #crash: SandboxApiError | undefined;

  /** Starts the engine, synchronously. */
  constructor(
    instantiate: Instantiate,
    wasm: WebAssembly.Module,
    host: HostFunctions,
    onCrash?: (error: SandboxApiError) => void,
  ) {
    this.#onCrash = onCrash;
    this.#module = instantiate(this.#guarded(host));
    this.#module.initSync({ module: wasm });
  }

  /** Whether the instance has trapped. */
  get crashed(): boolean {
    return this.#crash !== undefined;
  }

  /** Opens a cloud in memory. */
  openMemory(options: EngineOptions): OpenEngine {
    return this.#called(() => this.#opened(this.#module.Engine.openMemory(options)));
  }

  /** Opens a cloud that is kept in a folder; `fs` is Node's. */
  openFolder(options: EngineOptions, folder: string, fs: unknown): OpenEngine {
    return this.#called(() => this.#opened(this.#module.Engine.openFolder(options, folder, fs)));
  }

  /** Opens a cloud, from its storage where it has one. */
  async open(options: EngineOptions): Promise<OpenEngine> {
    return this.#opened(await this.#watched(() => this.#module.Engine.open(options)));
  }

  /** Ends the instance when `error` is a trap; anything else is none of its business. */
  noticeTrap(error: unknown): boolean {
    if (!isTrap(error)) {
      return false;
    }
    if (this.#crash === undefined) {
      const message = `The engine crashed (${error.message}); what ran in it has ended`;
      this.#crash = new SandboxApiError({ status: 0, message, reason: "engine_crashed", cause: error });
      for (const reject of this.#underWay) {
        reject(this.#crash);
      }
      this.#underWay.clear();
      this.#onCrash?.(this.#crash);
    }
    return true;
  }

  #opened(engine: Engine): OpenEngine {
    return {
      handle: (method, path, headers, body): Promise<EngineAnswer> =>
        this.#watched(async () => {
          const answer = takeAnswer(await engine.handle(method, path, headers, body));
          const { stream } = answer;
          if (stream !== undefined) {
            const next = () => this.#watched(() => stream.next());
            answer.stream = { next, cancel: () => stream.cancel() };
          }
          return answer;
        }),
      connect: (path): Promise<MessageLine> =>
        this.#watched(async () => {
          const socket = await engine.connect(path);
          if ("status" in socket) {
            throw refusal(takeAnswer(socket));
          }
          const line = takeLine(socket, (work) => this.#called(work));
          const next = () => this.#watched(() => line.next());
          return { ...line, next };
        }),
      close: () => (this.#crash === undefined ? this.#watched(() => engine.close()) : Promise.resolve()),
    };
  }

  /** Calls the engine, unless it has crashed, and notices when it does. */
  #called<T>(work: () => T): T {
    if (this.#crash !== undefined) {
      throw this.#crash;
    }
    try {
      return work();
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** `work`, which is called unless the instance has crashed, and rejects when it does meanwhile. */
  #watched<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#crash !== undefined) {
        reject(this.#crash);
        return;
      }
      this.#underWay.add(reject);
      let result: Promise<T>;
      try {
        result = work();
      } catch (error) {
        result = Promise.reject(error);
      }
      result.then(
        (value) => {
          this.#underWay.delete(reject);
          resolve(value);
        },
        (error) => {
          this.#underWay.delete(reject);
          reject(this.#failure(error));
        },
      );
    });
  }

  #failure(error: unknown): unknown {
    return this.noticeTrap(error) ? this.#crash : errorOfEngine(error);
  }

  #guarded(host: HostFunctions): HostFunctions {
    const guard = (callback: () => void) => () => {
      if (this.#crash !== undefined) {
        return;
      }
      try {
        callback();
      } catch (error) {
        if (!this.noticeTrap(error)) {
          throw error;
        }
      }
    };
    const { setImmediate } = host;
    return {
      ...(setImmediate && { setImmediate: (callback: () => void) => setImmediate(guard(callback)) }),
      setTimeout: (callback, ms) => host.setTimeout(guard(callback), ms),
      clearTimeout: host.clearTimeout,
      queueMicrotask: (callback) => host.queueMicrotask(guard(callback)),
    };
  }
}

/** The error of an answer in place of a socket. */
function refusal({ status, body }: EngineAnswer): SandboxApiError {
  return errorFromAnswer(status, JSON.parse(new TextDecoder().decode(body)));
}

/** The engine rejects with errors that have a stable reason; callers get them as ours. */
function errorOfEngine(error: unknown): unknown {
  if (typeof error !== "object" || error === null || error instanceof SandboxApiError) {
    return error;
  }
  const { reason, message } = error as { reason?: unknown; message?: unknown };
  if (typeof reason !== "string") {
    return error;
  }
  return new SandboxApiError({ status: 0, message: String(message ?? reason), reason });
}
