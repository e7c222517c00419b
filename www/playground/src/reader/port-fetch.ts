/** `fetch` over the engine port: the only way out of the reader's worker. */

import type { AnswerMessage, EngineMessage } from "../runner/protocol";

type Answered = Extract<AnswerMessage, { kind: "answer" }>;

interface Pending {
  answered(message: Answered): void;
  failed(error: Error): void;
  body?: ReadableStreamDefaultController<Uint8Array>;
}

/**
 * Makes the function; it takes an address, of which only the path counts, and what `fetch` takes beside it.
 * `currentCall` tells the call of the reader's that asks, when it is asked at once.
 */
export function portFetch(
  port: MessagePort,
  currentCall: () => number | undefined,
): (url: string, init?: RequestInit) => Promise<Response> {
  const pending = new Map<number, Pending>();
  let lastId = 0;

  port.onmessage = ({ data }: MessageEvent<AnswerMessage>) => {
    const waiting = pending.get(data.id);
    if (!waiting) return;
    if (data.kind === "answer") {
      if (!data.streaming) pending.delete(data.id);
      waiting.answered(data);
    } else if (data.kind === "piece") {
      waiting.body?.enqueue(data.bytes);
    } else {
      pending.delete(data.id);
      if (data.kind === "end") waiting.body?.close();
      else waiting.failed(new TypeError(data.message));
    }
  };

  return async (url, init = {}) => {
    const call = currentCall();
    const request = new Request(url, init);
    request.signal.throwIfAborted();
    const { pathname, search } = new URL(request.url);
    const body =
      init.body === undefined || init.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
    const id = ++lastId;
    const send = (message: EngineMessage): void => port.postMessage(message);

    return new Promise<Response>((resolve, reject) => {
      const waiting: Pending = {
        answered: (message) => resolve(responseOf(message, waiting, send, () => pending.delete(id))),
        failed(error) {
          waiting.body?.error(error);
          reject(error);
        },
      };
      pending.set(id, waiting);
      request.signal.addEventListener("abort", () => {
        if (!pending.delete(id)) return;
        send({ kind: "cancel", id });
        waiting.failed(request.signal.reason as Error);
      });
      const headers = [...request.headers] as [string, string][];
      send({ kind: "request", id, method: request.method, path: pathname + search, headers, body, call });
    });
  };
}

function responseOf(
  { id, status, headers, body, streaming }: Answered,
  waiting: Pending,
  send: (message: EngineMessage) => void,
  forget: () => void,
): Response {
  if (!streaming) {
    const empty = status === 204 || status === 205 || status === 304;
    return new Response(empty ? null : (body as BodyInit | undefined), { status, headers });
  }
  const stream = new ReadableStream<Uint8Array>(
    {
      start: (controller) => void (waiting.body = controller),
      pull: () => send({ kind: "pull", id }),
      cancel() {
        forget();
        send({ kind: "cancel", id });
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(stream, { status, headers });
}
