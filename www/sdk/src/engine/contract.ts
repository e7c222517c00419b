/**
 * What the wasm engine looks like from JavaScript: the glue that wasm-bindgen writes for `crates/wasm`, as far as it is
 * used here, and what the package makes of it.
 */
import type { BackendOptions } from "../backend.js";
import type { ByteStream, EngineAnswer, MessageLine } from "../transport.js";

/** The options an engine is opened with; `crates/backend` gives them their meaning. */
export type EngineOptions = Omit<
  BackendOptions,
  "wasmUrl" | "workerUrl" | "onProgress" | "folder" | "storage"
> & {
  storage?: "memory" | "indexeddb";
};

/** One cloud inside the wasm instance. */
export interface Engine {
  handle(
    method: string,
    url: string,
    headers: string[],
    body: Uint8Array | undefined,
  ): Promise<EngineResponse>;
  /** A socket, or the answer that refuses it. */
  connect(url: string): Promise<EngineSocket | EngineResponse>;
  close(): Promise<void>;
}

/** One end of a terminal's socket, in the wasm memory until it is freed. */
export interface EngineSocket {
  sendText(message: string): void;
  sendBinary(message: Uint8Array): void;
  next(): Promise<string | undefined>;
  /** Whether nothing more comes until something is sent. */
  readonly idle: boolean;
  readonly code: number;
  readonly reason: string;
  close(): void;
  free(): void;
}

/** An answer that lives in the wasm memory until it is freed. */
export interface EngineResponse {
  readonly status: number;
  readonly headers: string[];
  readonly streaming: boolean;
  body(): Uint8Array;
  next(): Promise<Uint8Array | undefined>;
  cancel(): void;
  free(): void;
}

/** The glue of one wasm instance. */
export interface EngineModule {
  initSync(input: { module: BufferSource | WebAssembly.Module }): unknown;
  Engine: {
    open(options: EngineOptions): Promise<Engine>;
    openMemory(options: EngineOptions): Engine;
    openFolder(options: EngineOptions, folder: string, fs: unknown): Engine;
  };
}

/** The host functions that a glue calls by name; each host gives its own. */
export interface HostFunctions {
  setTimeout: (callback: () => void, ms?: number) => unknown;
  clearTimeout: (timer: never) => void;
  queueMicrotask: (callback: () => void) => void;
  /** In place of the platform's `setImmediate`, where the engine finds one at all. */
  setImmediate?: (callback: () => void) => unknown;
}

/** An open cloud, wherever its engine runs. */
export interface OpenEngine {
  /** One request through the door. Rejects only when the engine is gone. */
  handle(
    method: string,
    path: string,
    headers: string[],
    body: Uint8Array | undefined,
  ): Promise<EngineAnswer>;
  /** Connects to a terminal. Rejects where there is none, or the engine is gone. */
  connect(path: string): Promise<MessageLine>;
  /** Ends the cloud's sandboxes and gives up its storage. */
  close(): Promise<void>;
}

/** Takes an answer out of the wasm memory. */
export function takeAnswer(response: EngineResponse): EngineAnswer {
  const { status, headers } = response;
  if (!response.streaming) {
    const body = response.body();
    response.free();
    return { status, headers, body };
  }
  return { status, headers, stream: new ResponseStream(response) };
}

/** Takes a socket out of the wasm memory. `call` makes each call of the engine. */
export function takeLine(socket: EngineSocket, call: <T>(work: () => T) => T): MessageLine {
  let isOpen = true;
  return {
    async next() {
      const message = isOpen ? await call(() => socket.next()) : undefined;
      if (message !== undefined) {
        return message;
      }
      const { code, reason } = isOpen ? socket : { code: 1005, reason: "" };
      this.close();
      return { code, reason };
    },
    send(message) {
      if (isOpen) {
        call(() => (typeof message === "string" ? socket.sendText(message) : socket.sendBinary(message)));
      }
    },
    isIdle: () => !isOpen || call(() => socket.idle),
    close() {
      if (isOpen) {
        isOpen = false;
        call(() => {
          socket.close();
          socket.free();
        });
      }
    },
  };
}

/** The pieces of a streamed answer. The answer is freed at the end, but never while the engine works on a piece. */
class ResponseStream implements ByteStream {
  readonly #response: EngineResponse;
  #ended = false;
  #pending: ((end: undefined) => void) | undefined;

  constructor(response: EngineResponse) {
    this.#response = response;
  }

  async next(): Promise<Uint8Array | undefined> {
    if (this.#ended) {
      return undefined;
    }
    const cancelled = new Promise<undefined>((resolve) => (this.#pending = resolve));
    const piece = this.#response.next();
    const first = await Promise.race([piece, cancelled]);
    this.#pending = undefined;
    if (this.#ended) {
      // Cancelled meanwhile: the engine may still be at work on the piece.
      piece.catch(() => undefined).finally(() => this.#response.free());
    } else if (first === undefined) {
      this.#ended = true;
      this.#response.free();
    }
    return this.#ended ? undefined : first;
  }

  cancel(): void {
    if (this.#ended) {
      return;
    }
    this.#ended = true;
    this.#response.cancel();
    if (this.#pending === undefined) {
      this.#response.free();
    } else {
      this.#pending(undefined);
    }
  }
}
