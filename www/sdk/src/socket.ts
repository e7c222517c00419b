/**
 * A terminal's socket with the platform's WebSocket interface, over an engine instead of a network: code written for a
 * real one runs unchanged.
 *
 * What a real one does when the handshake fails, this one does where there is no such terminal: `error`, then `close` with
 * the code 1006. Here the event also carries the reason, as `error` and `message`.
 */
import { inspectAs } from "./inspect.js";
import type { MessageLine } from "./transport.js";

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

/** The close came without a code of the client's. */
const NO_STATUS = 1005;
/** The connection was never there, or broke. */
const ABNORMAL = 1006;
/** The longest reason of a close, in bytes. */
const MAX_REASON = 123;

const TYPES = ["open", "message", "error", "close"] as const;
type Type = (typeof TYPES)[number];
type Handler = ((event: never) => unknown) | null;
/** Waiting for these is waiting for the terminal. */
const AWAITED: readonly string[] = ["message", "close"] satisfies Type[];

/** Node 20 has no CloseEvent of its own. */
class OwnCloseEvent extends Event {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;

  constructor(type: string, { code = 0, reason = "", wasClean = false }: CloseEventInit) {
    super(type);
    this.code = code;
    this.reason = reason;
    this.wasClean = wasClean;
  }
}

/** The platform's WebSocket, but for its transport. */
export class TerminalSocket extends EventTarget {
  static readonly CONNECTING = CONNECTING;
  static readonly OPEN = OPEN;
  static readonly CLOSING = CLOSING;
  static readonly CLOSED = CLOSED;
  readonly CONNECTING = CONNECTING;
  readonly OPEN = OPEN;
  readonly CLOSING = CLOSING;
  readonly CLOSED = CLOSED;

  /** The address. */
  readonly url: string;
  /** No subprotocol is spoken. */
  readonly protocol = "";
  /** No extension is in use. */
  readonly extensions = "";
  /** What binary messages come as; terminals send none. */
  binaryType: BinaryType = "blob";
  declare onopen: Handler;
  declare onmessage: Handler;
  declare onerror: Handler;
  declare onclose: Handler;
  #state = CONNECTING;
  #line: MessageLine | undefined;
  /** Blobs are read before they can be sent, and what follows them waits. */
  #sending: Promise<void> | undefined;
  #buffered = 0;
  #isAwaited = false;

  constructor(url: string | URL, open: (path: string) => Promise<MessageLine>) {
    super();
    const address = addressOf(url);
    this.url = address.href;
    this.#connect(open, address);
  }

  get readyState(): number {
    return this.#state;
  }

  /** Bytes that wait to be sent. */
  get bufferedAmount(): number {
    return this.#buffered;
  }

  override addEventListener(...args: Parameters<EventTarget["addEventListener"]>): void {
    super.addEventListener(...args);
    if (AWAITED.includes(args[0])) {
      this.#isAwaited = true;
      this.#listen();
    }
  }

  send(data: string | ArrayBufferLike | ArrayBufferView | Blob): void {
    if (this.#state === CONNECTING) {
      throw new DOMException("The socket is still connecting: wait for `open`", "InvalidStateError");
    }
    const message = messageOf(data);
    const size = message instanceof Blob ? message.size : byteLength(message);
    if (this.#state !== OPEN) {
      this.#buffered += size;
      return;
    }
    if (!(message instanceof Blob) && this.#sending === undefined) {
      this.#line?.send(message);
      return;
    }
    this.#buffered += size;
    this.#sending = this.#sendAfter(this.#sending, message, size);
  }

  close(code?: number, reason?: string): void {
    if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
      throw new DOMException(`The code must be 1000 or from 3000 to 4999, not ${code}`, "InvalidAccessError");
    }
    if (reason !== undefined && byteLength(reason) > MAX_REASON) {
      throw new DOMException(`The reason must have at most ${MAX_REASON} bytes`, "SyntaxError");
    }
    if (this.#state === CONNECTING) {
      this.#state = CLOSING;
    } else if (this.#state === OPEN) {
      this.#state = CLOSING;
      // As the other side of a real one would answer: later, and with the same code.
      const after = this.#sending ?? Promise.resolve();
      void after.then(() => {
        this.#line?.close();
        this.#closed(code ?? NO_STATUS, reason ?? "", true);
      });
    }
  }

  async #connect(open: (path: string) => Promise<MessageLine>, address: URL): Promise<void> {
    try {
      const line = await open(address.pathname + address.search);
      if (this.#state !== CONNECTING) {
        line.close();
        throw new Error("The socket was closed before it was open");
      }
      this.#line = line;
      this.#state = OPEN;
      this.#listen();
      this.dispatchEvent(new Event("open"));
      await this.#hear(line, address.origin);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #hear(line: MessageLine, origin: string): Promise<void> {
    for (;;) {
      const heard = await line.next();
      if (this.#state === CLOSED) {
        return;
      }
      if (typeof heard !== "string") {
        return this.#closed(heard.code, heard.reason, true);
      }
      this.dispatchEvent(new MessageEvent("message", { data: heard, origin }));
    }
  }

  async #sendAfter(before: Promise<void> | undefined, message: string | Uint8Array | Blob, size: number) {
    await before;
    const ready = message instanceof Blob ? new Uint8Array(await message.arrayBuffer()) : message;
    this.#line?.send(ready);
    this.#buffered -= size;
    if (this.#buffered === 0) {
      this.#sending = undefined;
    }
  }

  #fail(error: unknown): void {
    if (this.#state !== CLOSED) {
      this.#state = CLOSING;
      const message = error instanceof Error ? error.message : String(error);
      this.dispatchEvent(Object.assign(new Event("error"), { error, message }));
      this.#closed(ABNORMAL, "", false);
    }
  }

  #closed(code: number, reason: string, wasClean: boolean): void {
    if (this.#state !== CLOSED) {
      this.#state = CLOSED;
      this.#listen();
      const CloseEventHere = globalThis.CloseEvent ?? OwnCloseEvent;
      this.dispatchEvent(new CloseEventHere("close", { code, reason, wasClean }));
    }
  }

  #listen(): void {
    this.#line?.listen?.(this.#isAwaited && this.#state !== CLOSED);
  }

  static {
    for (const type of TYPES) {
      defineHandler(this.prototype, type);
    }
    inspectAs(this.prototype, ({ url, readyState }) => {
      return `WebSocket (${url}, ${["connecting", "open", "closing", "closed"][readyState]})`;
    });
  }
}

/** Makes `on…` a property that holds one listener, which keeps its place among the others. */
function defineHandler(prototype: TerminalSocket, type: Type): void {
  const handlers = new WeakMap<TerminalSocket, { handler: Handler; listener: (event: Event) => void }>();
  Object.defineProperty(prototype, `on${type}`, {
    get(this: TerminalSocket): Handler {
      return handlers.get(this)?.handler ?? null;
    },
    set(this: TerminalSocket, value: unknown) {
      const handler = typeof value === "function" ? (value as Handler) : null;
      const held = handlers.get(this);
      if (held !== undefined && handler !== null) {
        held.handler = handler;
      } else if (held !== undefined) {
        this.removeEventListener(type, held.listener);
        handlers.delete(this);
      } else if (handler !== null) {
        const listener = (event: Event) => void handlers.get(this)?.handler?.call(this, event as never);
        handlers.set(this, { handler, listener });
        this.addEventListener(type, listener);
      }
    },
    enumerable: true,
    configurable: true,
  });
}

/** The address of a socket: `https:` and a mere path are understood too. */
function addressOf(url: string | URL): URL {
  let address: URL | undefined;
  try {
    address = new URL(url, "wss://simplesandbox.local");
  } catch {
    // Told below.
  }
  const protocol = address?.protocol.replace(/^http/, "ws");
  if (address === undefined || (protocol !== "ws:" && protocol !== "wss:")) {
    throw new DOMException(`Not the address of a WebSocket: ${url}`, "SyntaxError");
  }
  address.protocol = protocol;
  address.hash = "";
  return address;
}

/** What is sent, as it is now: the caller's bytes stay its own. */
function messageOf(data: unknown): string | Uint8Array | Blob {
  if (data instanceof Blob) {
    return data;
  }
  if (ArrayBuffer.isView(data)) {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  }
  if (data instanceof ArrayBuffer) {
    return new Uint8Array(data).slice();
  }
  return String(data);
}

function byteLength(data: string | Uint8Array): number {
  return typeof data === "string" ? new TextEncoder().encode(data).length : data.length;
}
