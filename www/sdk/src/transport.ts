/**
 * The one way out of the SDK: a call of the REST API goes in, its answer comes out.
 *
 * Two ways exist and they speak to the same routes: over `fetch` (a real server, or anything fetch-shaped), and
 * straight to an engine in this process or its worker, which saves building `Request` and `Response` objects.
 */
import { unlessAborted } from "./abort.js";

/** One call of the API. */
export interface Call {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** The path below the API's base, beginning with a slash, each part already encoded. */
  path: string;
  /** What goes into the query string; undefined values are left out. */
  query?: Record<string, string | undefined>;
  /** A JSON body. */
  json?: unknown;
  /** A raw body. */
  bytes?: Uint8Array;
  /** Ask for another form of answer than JSON. */
  accept?: string;
  signal?: AbortSignal | undefined;
}

/** A body that comes piece by piece. */
export interface ByteStream {
  /** The next piece; undefined at the end. */
  next(): Promise<Uint8Array | undefined>;
  /** Nobody will ask for more. */
  cancel(): void;
}

/** The answer to one call, whatever its status. */
export interface Answer {
  status: number;
  header(name: string): string | undefined;
  bytes(): Promise<Uint8Array> | Uint8Array;
  stream(): ByteStream;
}

/** Sends one call. Rejects only when no answer came. */
export type Transport = (call: Call) => Promise<Answer>;

/** What `fetch` looks like from here; the global one, or a backend's. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** An engine's own answer: headers as a flat list of names and values, and a whole body or a stream. */
export interface EngineAnswer {
  status: number;
  headers: string[];
  body?: Uint8Array | undefined;
  stream?: ByteStream | undefined;
}

/** The engine's door: one request in the HTTP sense, without its objects. `path` carries the query string. */
export type Door = (
  method: string,
  path: string,
  headers: string[],
  body: Uint8Array | undefined,
) => Promise<EngineAnswer>;

/** How a socket was closed by the other side. */
export interface LineClose {
  code: number;
  reason: string;
}

/** A terminal's socket, without the platform's interface. */
export interface MessageLine {
  /** The next message, or how it was closed, which stays the answer from then on. */
  next(): Promise<string | LineClose>;
  /** Sends a text or binary message; nothing where it is closed. */
  send(message: string | Uint8Array): void;
  /** Closes it from this side. */
  close(): void;
  /** Whether nothing more comes until something is sent; unknown where the engine is elsewhere. */
  isIdle?(): boolean;
  /** Whether somebody listens to it: then a process must not end before what is still to come has come. */
  listen?(on: boolean): void;
}

/** Where the API lives below a backend's door. */
export const API_PATH = "/api/v1";

const encoder = new TextEncoder();

/** Calls over `fetch`. `baseUrl` carries the path of the API: `https://host/api/v1`. */
export function fetchTransport(fetch: Fetch, baseUrl: string, apiKey: string | undefined): Transport {
  const base = baseUrl.replace(/\/+$/, "");
  return async (call) => {
    const headers: Record<string, string> = {};
    for (const [name, value] of headersOf(call, apiKey)) {
      headers[name] = value;
    }
    const response = await fetch(base + pathOf(call), {
      method: call.method,
      headers,
      body: (call.bytes ?? (call.json === undefined ? null : JSON.stringify(call.json))) as BodyInit | null,
      signal: call.signal ?? null,
    });
    return {
      status: response.status,
      header: (name) => response.headers.get(name) ?? undefined,
      bytes: async () => new Uint8Array(await response.arrayBuffer()),
      stream: () => streamOf(response),
    };
  };
}

/** Calls straight through an engine's door. */
export function doorTransport(door: Door, apiKey: string | undefined): Transport {
  return async (call) => {
    const body =
      call.bytes ?? (call.json === undefined ? undefined : encoder.encode(JSON.stringify(call.json)));
    const headers = headersOf(call, apiKey).flat();
    const ask = () => door(call.method, API_PATH + pathOf(call), headers, body);
    const answer = await unlessAborted(call.signal, ask);
    return {
      status: answer.status,
      header: (name) => headerIn(answer.headers, name),
      bytes: () => answer.body ?? drain(answer.stream),
      stream: () => answer.stream ?? wholeAsStream(answer.body),
    };
  };
}

/** The value of a header in a flat list of names and values. */
export function headerIn(headers: string[], name: string): string | undefined {
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i]!.toLowerCase() === name) {
      return headers[i + 1];
    }
  }
  return undefined;
}

function headersOf(call: Call, apiKey: string | undefined): [string, string][] {
  const headers: [string, string][] = [];
  if (call.json !== undefined) {
    headers.push(["content-type", "application/json"]);
  } else if (call.bytes !== undefined) {
    headers.push(["content-type", "application/octet-stream"]);
  }
  if (call.accept !== undefined) {
    headers.push(["accept", call.accept]);
  }
  if (apiKey !== undefined) {
    headers.push(["authorization", `Bearer ${apiKey}`]);
  }
  return headers;
}

function pathOf(call: Call): string {
  let path = call.path;
  let separator = "?";
  for (const name in call.query) {
    const value = call.query[name];
    if (value !== undefined) {
      path += `${separator}${name}=${encodeURIComponent(value)}`;
      separator = "&";
    }
  }
  return path;
}

function streamOf(response: Response): ByteStream {
  const reader = response.body?.getReader();
  return {
    async next() {
      const piece = await reader?.read();
      return piece?.value;
    },
    cancel() {
      reader?.cancel().catch(() => undefined);
    },
  };
}

async function drain(stream: ByteStream | undefined): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let piece = await stream?.next(); piece !== undefined; piece = await stream?.next()) {
    pieces.push(piece);
  }
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function wholeAsStream(body: Uint8Array | undefined): ByteStream {
  let left = body;
  return {
    async next() {
      const piece = left;
      left = undefined;
      return piece;
    },
    cancel() {
      left = undefined;
    },
  };
}
