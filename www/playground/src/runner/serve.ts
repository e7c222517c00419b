/** The page's end of the engine port: requests of the reader's code go to the engine, answers go back. */

import { serverSentEvents } from "../../../sdk/src/server-sent";
import type { AnswerMessage, EngineMessage } from "./protocol";
import { isBarred, refusal } from "./reach";

/** Anything that answers requests as `fetch` does: a backend of the SDK. */
export interface Backend {
  fetch(url: string, init?: RequestInit): Promise<Response>;
}

export interface Served {
  /** Ends what is under way and listens no more. */
  close(): void;
}

/** Where the engine's routes live; only the path matters. */
const BASE = "http://playground.invalid";

/** A command's route. */
const EXEC = /^\/api\/v1\/sandboxes\/[^/]+\/exec$/;

/** What is under way: `command` where it is one whose answer comes whole. */
interface Open {
  readonly abort: AbortController;
  readonly body?: ReadableStreamDefaultReader<Uint8Array>;
  readonly command?: { readonly call: number; stdout: string; stderr: string };
}

/**
 * `onSandbox` is told each sandbox that the run creates, also one whose answer nobody waits for any more; `onCut` what
 * the commands had written that still ran when the run ended.
 */
export function serve(
  port: MessagePort,
  backend: Promise<Backend>,
  onSandbox: (id: string) => void,
  onCut: (call: number, stdout: string, stderr: string) => void,
): Served {
  const open = new Map<number, Open>();
  let closed = false;
  const post = (message: AnswerMessage, transfer: Transferable[] = []): void => {
    if (!closed) port.postMessage(message, transfer);
  };

  async function answer(message: Extract<EngineMessage, { kind: "request" }>): Promise<void> {
    const { id, method, path, headers, body } = message;
    // What is checked and what is asked for are the same text.
    const { pathname, search } = new URL(path, BASE);
    if (isBarred(pathname)) return post(refusal(id));
    const abort = new AbortController();
    open.set(id, { abort });
    const creates = method === "POST" && pathname === "/api/v1/sandboxes";
    const init: RequestInit = { method, headers, body: body as BodyInit | undefined };
    // A sandbox that is being created is waited for even after Stop, so that the next run can end it.
    if (!creates) init.signal = abort.signal;
    const streams = headers.some(([name]) => name === "accept");
    if (message.call !== undefined && method === "POST" && !streams && EXEC.test(pathname)) {
      const command = { call: message.call, stdout: "", stderr: "" };
      const asked = { ...init, headers: [...headers, ["accept", EVENT_STREAM]] as [string, string][] };
      const response = await (await backend).fetch(BASE + pathname + search, asked);
      const body = isStream(response) ? response.body?.getReader() : undefined;
      if (body) open.set(id, { abort, body, command });
      const { status, bytes } = body ? await endOf(body, command) : await whole(response);
      if (!open.delete(id)) return;
      return post(wholeAnswer(id, status, JSON_ONLY, bytes), [bytes.buffer]);
    }
    const response = await (await backend).fetch(BASE + pathname + search, init);
    const heads = [...response.headers] as [string, string][];
    if (isStream(response) && response.body) {
      open.set(id, { abort, body: response.body.getReader() });
      post({ kind: "answer", id, status: response.status, headers: heads, streaming: true });
      return;
    }
    const { status, bytes } = await whole(response);
    open.delete(id);
    if (creates && status === 201) onSandbox(idOf(bytes));
    post(wholeAnswer(id, status, heads, bytes), [bytes.buffer]);
  }

  async function pull(id: number): Promise<void> {
    const piece = await open.get(id)?.body?.read();
    if (piece?.value) post({ kind: "piece", id, bytes: piece.value });
    else {
      open.delete(id);
      post({ kind: "end", id });
    }
  }

  function broken(id: number, error: unknown): void {
    open.delete(id);
    post({ kind: "broken", id, message: error instanceof Error ? error.message : String(error) });
  }

  port.onmessage = ({ data }: MessageEvent<EngineMessage>) => {
    if (data.kind === "request") answer(data).catch((error: unknown) => broken(data.id, error));
    if (data.kind === "pull") pull(data.id).catch((error: unknown) => broken(data.id, error));
    if (data.kind === "cancel") {
      open
        .get(data.id)
        ?.body?.cancel()
        .catch(() => undefined);
      open.get(data.id)?.abort.abort();
      open.delete(data.id);
    }
  };

  return {
    close() {
      closed = true;
      port.close();
      for (const { abort, body, command } of open.values()) {
        if (command) onCut(command.call, command.stdout, command.stderr);
        body?.cancel().catch(() => undefined);
        abort.abort();
      }
      open.clear();
    },
  };
}

const EVENT_STREAM = "text/event-stream";
const JSON_ONLY: [string, string][] = [["content-type", "application/json"]];

function isStream(response: Response): boolean {
  return (response.headers.get("content-type") ?? "").startsWith(EVENT_STREAM);
}

interface Whole {
  readonly status: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

async function whole(response: Response): Promise<Whole> {
  return { status: response.status, bytes: new Uint8Array(await response.arrayBuffer()) };
}

function wholeAnswer(
  id: number,
  status: number,
  headers: [string, string][],
  body: Uint8Array,
): AnswerMessage {
  return { kind: "answer", id, status, headers, body, streaming: false };
}

/** Reads a command's stream to its end, and answers what the API answers where no stream is asked for. */
async function endOf(
  body: ReadableStreamDefaultReader<Uint8Array>,
  written: { stdout: string; stderr: string },
): Promise<Whole> {
  const pieces = {
    next: async () => (await body.read()).value,
    cancel: () => void body.cancel().catch(() => undefined),
  };
  for await (const { event, data } of serverSentEvents(pieces)) {
    const value = JSON.parse(data) as unknown;
    if (event === "stdout") written.stdout += value as string;
    if (event === "stderr") written.stderr += value as string;
    if (event === "exit") return encoded(200, { ...written, call: undefined, ...(value as object) });
    if (event === "error") return encoded((value as { code?: number }).code ?? 500, value);
  }
  throw new Error("The output ended before the command did.");
}

function encoded(status: number, value: unknown): Whole {
  return { status, bytes: new TextEncoder().encode(JSON.stringify(value)) };
}

function idOf(body: Uint8Array): string {
  return (JSON.parse(new TextDecoder().decode(body)) as { sandbox: { id: string } }).sandbox.id;
}
