/** The page's own way to the engine: the npm package, loaded and opened when it is first needed. */

import type { Backend } from "../../sdk/src/entry/public";
import type { Answer, EngineInfo, FileView } from "./bridge";

/** The size of the engine's file, for a server that does not tell; put in by the build. */
declare const ENGINE_BYTES: number;

/** Files larger than this are not shown. */
const MAX_SHOWN_BYTES = 256 * 1024;
const BASE = "http://playground.invalid";

let opened: Promise<Backend> | undefined;

/** The open engine; rejects where it has not been opened. */
export function engine(): Promise<Backend> {
  return opened ?? Promise.reject(new Error("The engine has not been opened."));
}

/**
 * Loads the engine and opens the cloud of this origin, or one in memory.
 * Rejects with an error that has a `reason`; it may then be tried again.
 */
export async function openEngine(
  inMemory: boolean,
  onProgress: (loaded: number, total: number) => void,
): Promise<EngineInfo> {
  const before = opened;
  const opening = leave(before).then(() => open(inMemory, onProgress));
  opened = opening;
  opening.catch(() => {
    if (opened === opening) opened = undefined;
  });
  const info = await (await opening).info();
  return { storage: info.storage, durable: info.durable, version: info.version };
}

/** An engine that was lost may be back by now, and would keep its cloud from the next one. */
async function leave(before: Promise<Backend> | undefined): Promise<void> {
  await before?.then((backend) => backend.close()).catch(() => undefined);
}

async function open(
  inMemory: boolean,
  onProgress: (loaded: number, total: number) => void,
): Promise<Backend> {
  const { createBackend } = await import("simplesandbox-mock");
  let opening = true;
  const backend: Backend = createBackend({
    storage: inMemory ? "memory" : "indexeddb",
    wasmUrl: new URL("engine/engine_bg.wasm", document.baseURI),
    // An engine that is started anew, much later, loads its file again; nobody waits for that one.
    onProgress: ({ loaded, total }) => {
      if (opening) onProgress(loaded, Math.max(total ?? ENGINE_BYTES, loaded));
    },
  });
  await backend.ready.finally(() => (opening = false));
  return backend;
}

/** One call of the API with a JSON body; whatever the status, its answer. */
export async function request(method: string, path: string, body?: string): Promise<Answer> {
  const headers = body === undefined ? undefined : { "content-type": "application/json" };
  const response = await (await engine()).fetch(BASE + path, { method, body, headers });
  const text = await response.text();
  return { status: response.status, body: text === "" ? null : (JSON.parse(text) as unknown) };
}

/** A file's content as text, where it is text and not too long. */
export async function readFile(path: string): Promise<FileView> {
  const response = await (await engine()).fetch(BASE + path);
  if (!response.ok) return { bytes: 0, problem: ((await response.json()) as { message: string }).message };
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length > MAX_SHOWN_BYTES) return { bytes: bytes.length, problem: "Too large to be shown here." };
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (!text.includes("\0")) return { bytes: bytes.length, text };
  } catch {
    // Not UTF-8: no text.
  }
  return { bytes: bytes.length, problem: "Binary content." };
}

/** The whole cloud as one file. */
export async function saveState(): Promise<Uint8Array> {
  const response = await (await engine()).fetch(`${BASE}/api/v1/_mock/state`);
  if (!response.ok) throw new Error(await response.text());
  return new Uint8Array(await response.arrayBuffer());
}

/** Puts a saved cloud in the place of the present one; without a file, an empty one. */
export async function replaceState(file?: Uint8Array): Promise<void> {
  const init: RequestInit = file ? { method: "PUT", body: file as BodyInit } : { method: "DELETE" };
  const response = await (await engine()).fetch(`${BASE}/api/v1/_mock/state`, init);
  if (!response.ok) throw new Error(await response.text());
}

/** Waits before attempts to hear the events again, in milliseconds; the last one is repeated. */
const RETRIES = [0, 500, 2_000, 10_000, 30_000];
/** So many failures in a row, and the page is told that the engine is lost. */
const FAILURES_TOLD = 3;

/**
 * Follows the event stream of the open engine until another one is opened. When the engine has gone (a trap, a page
 * that was put aside) it is opened again by that, and `engine.restarted` is told, with what `openEngine` gives. Where
 * that fails several times, `engine.lost` is told once; attempts go on slowly, while the page is seen.
 */
export function watchEvents(onEvent: (event: unknown) => void): void {
  void follow(onEvent);
}

async function follow(onEvent: (event: unknown) => void): Promise<void> {
  const opening = opened;
  const backend = await engine();
  let failures = 0;
  for (let restarted = false; opened === opening; restarted = true) {
    try {
      await new Promise((resolve) => setTimeout(resolve, RETRIES[Math.min(failures, RETRIES.length - 1)]));
      if (failures >= FAILURES_TOLD) await pageIsSeen();
      if (opened !== opening) return;
      // An answer first: a stream whose engine is gone would not say so until something happens.
      const { storage, durable, version } = await backend.info();
      if (restarted) onEvent({ type: "engine.restarted", storage, durable, version });
      failures = 0;
      for await (const event of backend.events()) onEvent(event);
    } catch (error) {
      failures += 1;
      if (failures !== FAILURES_TOLD || opened !== opening) continue;
      const { reason, message } = error as { reason?: string; message?: string };
      onEvent({ type: "engine.lost", reason: reason ?? "", message: message ?? String(error) });
    }
  }
}

/** A page in the background leaves the cloud to the one that the reader looks at. */
async function pageIsSeen(): Promise<void> {
  while (document.hidden) {
    await new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
  }
}
