/** The engine's Web Worker: it holds the one wasm instance of a page and answers the page's questions. */
import instantiate from "virtual:engine";
import { SandboxApiError } from "../errors.js";
import type { ByteStream, MessageLine } from "../transport.js";
import type { OpenEngine } from "./contract.js";
import { EngineInstance } from "./instance.js";
import { Outbox } from "./outbox.js";
import type { Asked, Failure, FromWorker, Replies, Said, ToWorker } from "./protocol.js";

/** What of the worker's global scope is used here. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  onunhandledrejection: ((event: PromiseRejectionEvent) => void) | null;
  addEventListener(type: "error", listener: (event: ErrorEvent) => void): void;
  addEventListener(type: "unhandledrejection", listener: (event: PromiseRejectionEvent) => void): void;
  postMessage(message: FromWorker, transfer: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;
const clouds = new Map<number, OpenEngine>();
const streams = new Map<number, ByteStream>();
const lines = new Map<number, MessageLine>();
let lastKey = 0;
let instance: EngineInstance | undefined;

const outbox = new Outbox<Said>((all, transfer) => scope.postMessage(all, transfer));

scope.onmessage = ({ data }) => data.forEach(reply);

async function reply(question: Asked): Promise<void> {
  const { id } = question;
  try {
    const value = await answer(question);
    outbox.put({ id, value }, transferable(value));
  } catch (error) {
    outbox.put({ id, failure: failureOf(error) });
  }
}

// A trap can also come up where no guard of ours is: in a callback that the browser runs.
scope.addEventListener("error", (event) => {
  if (instance?.noticeTrap(event.error)) {
    event.preventDefault();
  }
});
scope.addEventListener("unhandledrejection", (event) => {
  if (instance?.noticeTrap(event.reason)) {
    event.preventDefault();
  }
});

async function answer(question: Asked): Promise<Replies[keyof Replies]> {
  switch (question.kind) {
    case "start":
      instance = new EngineInstance(instantiate, question.wasm, hostOfWorker(), (crash) =>
        outbox.put({ crashed: failureOf(crash) }),
      );
      return;
    case "open": {
      if (instance === undefined) {
        throw new Error("open before start");
      }
      const cloud = ++lastKey;
      clouds.set(cloud, await instance.open(question.options));
      return { cloud };
    }
    case "handle": {
      const { cloud, method, path, headers, body } = question;
      const answered = await cloudOf(cloud).handle(method, path, headers, body);
      let stream: number | undefined;
      if (answered.stream !== undefined) {
        stream = ++lastKey;
        streams.set(stream, answered.stream);
      }
      return { status: answered.status, headers: answered.headers, body: answered.body, stream };
    }
    case "next": {
      const piece = await streams.get(question.stream)?.next();
      if (piece === undefined) {
        streams.delete(question.stream);
      }
      return piece;
    }
    case "cancel":
      streams.get(question.stream)?.cancel();
      streams.delete(question.stream);
      return;
    case "connect": {
      const connected = await cloudOf(question.cloud).connect(question.path);
      const line = ++lastKey;
      lines.set(line, connected);
      return { line };
    }
    case "hear": {
      const heard = (await lines.get(question.line)?.next()) ?? { code: 1005, reason: "" };
      if (typeof heard !== "string") {
        lines.delete(question.line);
      }
      return heard;
    }
    case "say":
      return lines.get(question.line)?.send(question.message);
    case "hangUp":
      lines.get(question.line)?.close();
      lines.delete(question.line);
      return;
    case "close": {
      const engine = cloudOf(question.cloud);
      clouds.delete(question.cloud);
      return engine.close();
    }
  }
}

function cloudOf(key: number): OpenEngine {
  const engine = clouds.get(key);
  if (engine === undefined) {
    throw new SandboxApiError({ status: 0, message: "This backend was closed", reason: "backend_closed" });
  }
  return engine;
}

function hostOfWorker() {
  return {
    setTimeout: (callback: () => void, ms?: number) => setTimeout(callback, ms),
    clearTimeout: (timer: never) => clearTimeout(timer),
    queueMicrotask: (callback: () => void) => queueMicrotask(callback),
  };
}

function transferable(value: Replies[keyof Replies]): Transferable[] {
  const bytes = value instanceof Uint8Array ? value : (value as { body?: Uint8Array } | undefined)?.body;
  return bytes === undefined ? [] : [bytes.buffer as ArrayBuffer];
}

function failureOf(error: unknown): Failure {
  if (error instanceof SandboxApiError) {
    return { status: error.status, reason: error.reason, message: error.message };
  }
  return {
    status: 0,
    reason: "engine_failed",
    message: error instanceof Error ? error.message : String(error),
  };
}
