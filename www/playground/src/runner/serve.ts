/** The page's end of the engine port: requests of the reader's code go to the engine, answers go back. */

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

/** `onSandbox` is told each sandbox that the run creates, also one whose answer nobody waits for any more. */
export function serve(port: MessagePort, backend: Promise<Backend>, onSandbox: (id: string) => void): Served {
  const open = new Map<number, { abort: AbortController; body?: ReadableStreamDefaultReader<Uint8Array> }>();
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
    const response = await (await backend).fetch(BASE + pathname + search, init);
    const streaming = (response.headers.get("content-type") ?? "").startsWith("text/event-stream");
    const heads = [...response.headers] as [string, string][];
    if (streaming && response.body) {
      open.set(id, { abort, body: response.body.getReader() });
      post({ kind: "answer", id, status: response.status, headers: heads, streaming });
      return;
    }
    const bytes = new Uint8Array(await response.arrayBuffer());
    open.delete(id);
    if (creates && response.status === 201) onSandbox(idOf(bytes));
    post({ kind: "answer", id, status: response.status, headers: heads, body: bytes, streaming }, [
      bytes.buffer,
    ]);
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
      for (const { abort, body } of open.values()) {
        body?.cancel().catch(() => undefined);
        abort.abort();
      }
      open.clear();
    },
  };
}

function idOf(body: Uint8Array): string {
  return (JSON.parse(new TextDecoder().decode(body)) as { sandbox: { id: string } }).sandbox.id;
}
