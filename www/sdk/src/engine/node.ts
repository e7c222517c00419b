/**
 * The engine in Node (and Deno, and Bun): in this thread, started synchronously on first use.
 *
 * A process must end by itself though sandboxes still run, yet must not end while a call is awaited. So the engine's
 * timers never keep the process alive, and one timer of ours does while a request is under way.
 */
import * as fs from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import instantiate from "virtual:engine";
import { type BackendOptions, engineOptions } from "../backend.js";
import { SandboxApiError } from "../errors.js";
import type { EngineAnswer, MessageLine } from "../transport.js";
import type { HostFunctions, OpenEngine } from "./contract.js";
import { EngineInstance } from "./instance.js";

/** The longest that a timer can be set for. */
const FOREVER_MS = 2 ** 31 - 1;
/** How often a terminal that is waited for is asked whether something runs in it. */
const IDLE_CHECK_MS = 25;

/** A stream of events is a subscription: like an idle connection in a pool, it keeps nothing alive. */
const EVENTS_PATH = /^\/api\/v1\/events(\?|$)/;

let instance: EngineInstance | undefined;
let underWay = 0;
let keepAlive: NodeJS.Timeout | undefined;

const settled = Promise.resolve();

const host: HostFunctions = {
  setTimeout: (callback, ms) => setTimeout(callback, ms).unref(),
  clearTimeout: (timer) => clearTimeout(timer),
  // An immediate that keeps nothing alive is not run before the loop has something else to do, so while nobody
  // waits, a timer takes its place.
  setImmediate: (callback) => (underWay > 0 ? setImmediate(callback) : setTimeout(callback, 0).unref()),
  // Not queueMicrotask: Node makes an asynchronous resource of each, which costs more than most callbacks.
  queueMicrotask: (callback) => void settled.then(callback),
};

/** Opens a cloud in this process. */
export function openInProcess(options: BackendOptions): OpenEngine {
  if (options.storage === "indexeddb") {
    const message = "IndexedDB is a browser's: in Node a cloud is kept in memory or in a folder";
    throw new SandboxApiError({ status: 0, message, reason: "storage_unavailable" });
  }
  if (instance === undefined || instance.crashed) {
    instance = new EngineInstance(instantiate, readWasm(options.wasmUrl), host);
  }
  const given = engineOptions(options);
  return keptAlive(
    options.storage === "folder"
      ? instance.openFolder(given, folderOf(options), fs)
      : instance.openMemory({ ...given, storage: "memory" }),
  );
}

function folderOf({ folder }: BackendOptions): string {
  if (folder === undefined) {
    const message = 'folder is required with the storage "folder": the path that the cloud is kept in';
    throw new SandboxApiError({
      status: 400,
      message,
      reason: "missing_field",
      details: { reason: "missing_field", field: "folder" },
    });
  }
  return resolve(folder);
}

function keptAlive(engine: OpenEngine): OpenEngine {
  return {
    async handle(method, path, headers, body) {
      const answer = await whileUnderWay(engine.handle(method, path, headers, body));
      return EVENTS_PATH.test(path) ? answer : withLiveStream(answer);
    },
    async connect(path) {
      return withLiveTerminal(await whileUnderWay(engine.connect(path)));
    },
    close: () => whileUnderWay(engine.close()),
  };
}

function withLiveStream(answer: EngineAnswer): EngineAnswer {
  const { stream } = answer;
  if (stream !== undefined) {
    answer.stream = { next: () => whileUnderWay(stream.next()), cancel: () => stream.cancel() };
  }
  return answer;
}

async function whileUnderWay<T>(work: Promise<T>): Promise<T> {
  const release = held();
  try {
    return await work;
  } finally {
    release();
  }
}

/** Keeps the process alive until the function that it gives is called. */
function held(): () => void {
  keepAlive ??= setInterval(() => undefined, FOREVER_MS);
  const timer = keepAlive;
  if (underWay++ === 0) {
    timer.ref();
  }
  return () => {
    if (--underWay === 0) {
      timer.unref();
    }
  };
}

/**
 * A socket that somebody listens to keeps the process alive while something runs in its terminal: what that writes may be
 * awaited. At a prompt nothing comes by itself, so a terminal that waits for keys keeps nothing alive.
 */
function withLiveTerminal(line: MessageLine): MessageLine {
  let isListenedTo = false;
  let watch: NodeJS.Timeout | undefined;
  let release: (() => void) | undefined;
  const settle = () => {
    if (!isListenedTo || line.isIdle?.()) {
      clearInterval(watch);
      watch = undefined;
      release?.();
      release = undefined;
    }
  };
  const stir = () => {
    if (isListenedTo) {
      release ??= held();
      watch ??= setInterval(settle, IDLE_CHECK_MS);
    }
  };
  return {
    ...line,
    async next() {
      const heard = await line.next();
      stir();
      return heard;
    },
    send(message) {
      line.send(message);
      stir();
    },
    listen(on) {
      isListenedTo = on;
      stir();
      settle();
    },
  };
}

function readWasm(wasmUrl: string | URL | undefined): WebAssembly.Module {
  const path = wasmUrl === undefined ? join(__dirname, "..", "engine", "engine_bg.wasm") : pathOf(wasmUrl);
  try {
    return new WebAssembly.Module(fs.readFileSync(path));
  } catch (cause) {
    const message =
      `The engine's file is not at ${path}: ` +
      "a bundler that moves this module must leave simplesandbox-mock external, or pass wasmUrl";
    throw new SandboxApiError({ status: 0, message, reason: "engine_not_found", cause });
  }
}

function pathOf(url: string | URL): string {
  return typeof url === "string" && !url.startsWith("file:") ? url : fileURLToPath(url);
}
