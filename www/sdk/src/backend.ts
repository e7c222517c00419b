/**
 * A backend: one cloud, behind one door shaped like `fetch`.
 *
 * Where its engine runs is not known here: an entry of the package gives an {@link OpenEngine}, or how to open one.
 */
import { onAbort, unlessAborted } from "./abort.js";
import "./async-dispose.js";
import { type CallSite, callSite, errorAt } from "./caller.js";
import { aFunction, aText, anAddress, checkFields, checkObject, oneOf } from "./checks.js";
import { Connection } from "./connection.js";
import type { CloudEvent } from "./data.js";
import { SandboxApiError } from "./errors.js";
import type { EngineOptions, OpenEngine } from "./engine/contract.js";
import { inspectAs } from "./inspect.js";
import { checkJsonable } from "./jsonable.js";
import { serverSentEvents } from "./server-sent.js";
import { TerminalSocket } from "./socket.js";
import { type ByteStream, type Door, type EngineAnswer, doorTransport } from "./transport.js";

/** How far the engine's download is, in bytes. */
export interface EngineProgress {
  /** Bytes loaded so far. */
  loaded: number;
  /** All bytes there are; undefined where the server does not tell. */
  total: number | undefined;
}

/** What a cloud of one's own is made of. Everything has a default. */
export interface BackendOptions {
  /**
   * Where its data is kept: `memory` (default; lost with the page or process), `indexeddb` (browsers only; kept under
   * {@link BackendOptions.name}) or `folder` (Node only; kept in {@link BackendOptions.folder}).
   */
  storage?: "memory" | "indexeddb" | "folder";
  /** Node: the folder that a cloud with the storage `folder` is kept in. One process at a time has it. */
  folder?: string;
  /** The name its data is kept under, one cloud each. Default `simplesandbox-mock`. */
  name?: string;
  /** Seeds every id and all randomness: with the same seed and clock, the same calls give the same answers. */
  seed?: number;
  /** `system` (default), or the epoch milliseconds a virtual clock starts at, which moves only when something waits. */
  clock?: "system" | number;
  /** Requests without this Bearer token are refused with 401. Default: every request is let in. */
  apiKey?: string;
  /** What an image gets that is not known here: the `plain` one and a notice (default), or `reject` with a 404. */
  unknownImages?: "plain" | "reject";
  /** Whether a sandbox that reaches its `stopAt` gives its volume free. Default true. */
  releaseOnStop?: boolean;
  /** Applies the limits of a plan. Default: no limits. */
  plan?: "free" | "hobby" | "pro";
  /** Limits of one's own; they win over the plan's. */
  limits?: {
    /** How many sandboxes may run at once; one more is a 403. */
    concurrentSandboxes?: number;
    /** How many credits there are; once used up, a 402. */
    credits?: number;
  };
  /** How it uses memory and storage. The defaults suit a browser's tab. */
  storageLimits?: {
    /** Up to how many bytes of files stay in memory that are in its storage too. Default 64 MiB. */
    loadedBytes?: number;
    /** A journal shorter than this is not compacted, in bytes. Default 16 MiB. */
    compactAtBytes?: number;
  };
  /** Where the engine's wasm file is, if not in the package; in Node, where a bundler has moved this module. */
  wasmUrl?: string | URL;
  /** Browsers: where the package's `worker.js` is, for sites that forbid workers from blobs. */
  workerUrl?: string | URL;
  /** Browsers: called while the engine is downloaded. */
  onProgress?: (progress: EngineProgress) => void;
}

/** What a backend says of itself. */
export interface BackendInfo {
  /** Where its data is kept now; `memory` also after a fallback. */
  storage: "memory" | "indexeddb" | "folder";
  /** Whether the data outlives the page or process. */
  durable: boolean;
  /** The version of the engine. */
  version: string;
  /** How many engines have opened this storage, this one included. */
  epoch: number;
  /** What its clock is. */
  clock: string;
  /** What time it is there, ISO 8601. */
  now: string;
  /** Whether sandboxes were alive when this engine took over: their files are there, their processes are not. */
  processesLost: boolean;
}

/** Anything with a door shaped like `fetch`, as `Sandbox({ backend })` takes it. */
export interface BackendDoor {
  /** Answers one request to the REST API. */
  fetch(request: string, init?: RequestInit): Promise<Response>;
}

/**
 * How a backend is made, by the entry that knows its environment.
 *
 * @internal
 */
export interface BackendMaking {
  options: BackendOptions;
  /** The engine, or how to open it; what fails is tried again at the next call. */
  engine: OpenEngine | (() => Promise<OpenEngine>);
}

/** The short way in, for clients of this package: the same routes without `Request` and `Response` objects. */
const DOOR = Symbol.for("simplesandbox-mock.door");

/** A cloud of one's own. Made by `createBackend`. */
export class Backend implements BackendDoor {
  /**
   * Resolves when the engine is open; rejects with a {@link SandboxApiError} when it cannot be. Calls wait for it, and a
   * call after a failure tries again: another tab may have been closed meanwhile.
   */
  readonly ready: Promise<void>;
  readonly #options: BackendOptions;
  readonly #start: () => Promise<OpenEngine>;
  #opening: Promise<OpenEngine> | undefined;
  #open: OpenEngine | undefined;
  #closed = false;

  /** @internal */
  constructor(making: BackendMaking) {
    const { options, engine } = making;
    this.#options = options;
    if (typeof engine === "function") {
      this.#start = engine;
    } else {
      this.#start = async () => engine;
      this.#open = engine;
    }
    this.ready = this.#opened().then(() => undefined);
    // Whoever calls gets the failure; nobody has to look at `ready`.
    this.ready.catch(() => undefined);
  }

  /**
   * Answers one request, as `fetch` would. The host of its address does not matter: `/api/v1/sandboxes` will do.
   *
   * @throws {@link SandboxApiError} only where no engine can answer: `held_by_another_tab`, `backend_closed`, …
   */
  async fetch(input: Request | string | URL, init?: RequestInit): Promise<Response> {
    const site = callSite(this.fetch);
    const request = new Request(
      isRequest(input) ? input : new URL(input, "http://simplesandbox.local"),
      init,
    );
    const url = new URL(request.url);
    const headers = [...request.headers].flat();
    const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
    try {
      const ask = () => this.#through(request.method, url.pathname + url.search, headers, body);
      return responseOf(await unlessAborted(request.signal, ask), request.signal);
    } catch (error) {
      throw errorAt(site, error);
    }
  }

  /**
   * Connects to a terminal of this cloud, as `new WebSocket(wsUrl)` does to one of a server. The host of the address does
   * not matter, and no key is needed. Where there is no such terminal, the socket fires `error` and `close`.
   *
   * @param url - The `wsUrl` that `sandbox.terminals.create()` gave.
   * @returns An object with the platform's WebSocket interface.
   * @throws A DOMException `SyntaxError` for what is no address.
   */
  connect(url: string | URL): WebSocket {
    const socket = new TerminalSocket(url, async (path) => {
      if (this.#closed) {
        throw closedBackend();
      }
      return (this.#open ?? (await this.#opened())).connect(path);
    });
    return socket as unknown as WebSocket;
  }

  /** Where the data is kept, the engine's version, and its clock. */
  async info(): Promise<BackendInfo> {
    const site = callSite(this.info);
    return this.#connection().json(site, { method: "GET", path: "/_mock/info" });
  }

  /**
   * What happens in the cloud, from now on. Ends when the backend closes or `signal` is aborted; leaving the loop ends
   * it too.
   */
  async *events(options: { signal?: AbortSignal } = {}): AsyncGenerator<CloudEvent, void, undefined> {
    const site = callSite(this.events);
    const call = { method: "GET", path: "/events", accept: "text/event-stream" } as const;
    const answer = await this.#connection().send(site, { ...call, signal: options.signal });
    const stream = answer.stream();
    const unwatch = onAbort(options.signal, () => stream.cancel());
    try {
      for await (const { data } of serverSentEvents(stream)) {
        yield JSON.parse(data) as CloudEvent;
      }
    } finally {
      unwatch();
    }
  }

  /** Ends everything that runs in this cloud. In memory its data is gone, in IndexedDB it can be opened again. */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      const engine = this.#open ?? (await this.#opening?.catch(() => undefined));
      await engine?.close();
    }
  }

  /** Closes the backend at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** @internal */
  get [DOOR](): Door {
    return this.#through;
  }

  readonly #through: Door = async (method, path, headers, body) => {
    if (this.#closed) {
      throw closedBackend();
    }
    const engine = this.#open ?? (await this.#opened());
    return engine.handle(method, path, headers, body);
  };

  #opened(): Promise<OpenEngine> {
    this.#opening ??= this.#start().then(
      (engine) => (this.#open = engine),
      (error) => {
        this.#opening = undefined;
        throw error;
      },
    );
    return this.#opening;
  }

  #connection(): Connection {
    return new Connection(doorTransport(this.#through, this.#options.apiKey));
  }

  static {
    inspectAs(this.prototype, (backend) => {
      const state = backend.#closed ? "closed" : backend.#open === undefined ? "opening" : "open";
      return `Backend (${backend.#options.storage ?? "memory"}, ${state})`;
    });
  }
}

/**
 * A backend's short way in, where it has one.
 *
 * @internal
 */
export function doorOf(backend: BackendDoor): Door | undefined {
  return (backend as { [DOOR]?: Door })[DOOR];
}

/** The options that the package itself uses; the engine checks the others. */
const PACKAGE_OPTIONS = {
  storage: oneOf("memory", "indexeddb", "folder"),
  folder: aText("a path"),
  wasmUrl: anAddress,
  workerUrl: anAddress,
  onProgress: aFunction,
};

/**
 * Throws where the options of the call at `site` are no object, or have a wrong value for what the engine does not see.
 *
 * @internal
 */
export function checkBackendOptions(site: CallSite, options: BackendOptions): void {
  checkObject(site, "options", options);
  checkFields(site, "", options, PACKAGE_OPTIONS);
  checkJsonable(site, engineOptions(options));
}

/**
 * The options that the engine itself understands.
 *
 * @internal
 */
export function engineOptions(options: BackendOptions): EngineOptions {
  const { wasmUrl, workerUrl, onProgress, folder, storage, ...forEngine } = options;
  return storage === undefined || storage === "folder" ? forEngine : { ...forEngine, storage };
}

function closedBackend(): SandboxApiError {
  return new SandboxApiError({ status: 0, message: "This backend was closed", reason: "backend_closed" });
}

function isRequest(input: unknown): input is Request {
  return typeof input === "object" && input !== null && "method" in input;
}

function responseOf(answer: EngineAnswer, signal: AbortSignal): Response {
  const headers = new Headers();
  for (let i = 0; i < answer.headers.length; i += 2) {
    headers.append(answer.headers[i]!, answer.headers[i + 1]!);
  }
  const { status } = answer;
  const mayHaveBody = status !== 204 && status !== 205 && status !== 304;
  const body = answer.stream === undefined ? answer.body : readable(answer.stream, signal);
  return new Response(mayHaveBody ? (body as BodyInit | undefined) : null, { status, headers });
}

/** The stream as the platform's own. It asks for a piece only when one is wanted. */
function readable(stream: ByteStream, signal: AbortSignal): ReadableStream<Uint8Array> {
  let unwatch: () => void;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        unwatch = onAbort(signal, () => {
          controller.error(signal.reason);
          stream.cancel();
        });
      },
      async pull(controller) {
        let piece: Uint8Array | undefined;
        try {
          piece = await stream.next();
        } finally {
          if (piece === undefined) {
            unwatch();
          }
        }
        if (piece !== undefined) {
          controller.enqueue(piece);
        } else if (!signal.aborted) {
          controller.close();
        }
      },
      cancel() {
        unwatch();
        stream.cancel();
      },
    },
    { highWaterMark: 0 },
  );
}
