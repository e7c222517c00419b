/**
 * The page's side of the engine's worker: what it holds on to, and that it lets go.
 *
 * Stand-ins for `Worker` and the page's events, because a browser tells nobody which listeners a page has.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { importSource } from "./source-under-test.mjs";

const { openInWorker } = await importSource("engine/page.ts");
const wasmUrl = "data:application/wasm;base64,AGFzbQEAAAA=";

/** What listens for `pagehide` on the page now. */
const listeners = new Set();
globalThis.addEventListener = (type, listener) => type === "pagehide" && listeners.add(listener);
globalThis.removeEventListener = (type, listener) => type === "pagehide" && listeners.delete(listener);

/** Answers what opens a cloud; every other question waits for ever. */
class StandInWorker {
  static last;
  constructor() {
    StandInWorker.last = this;
  }
  postMessage(questions) {
    for (const { id, kind, headers } of structuredClone(questions)) {
      if (kind === "start" || kind === "open") {
        queueMicrotask(() => this.onmessage({ data: [{ id, value: { cloud: 1 } }] }));
      } else if (headers?.includes("fail")) {
        this.onmessage({ data: [{ id, failure: { status: 0, reason: "refused", message: "no" } }] });
      }
    }
  }
  terminate() {
    this.terminated = true;
  }
}
globalThis.Worker = StandInWorker;

const open = () => openInWorker({ storage: "indexeddb", wasmUrl, workerUrl: "/worker.js" });

test("a crashed worker no longer listens to its page", async () => {
  for (let round = 0; round < 3; round++) {
    const cloud = await open();
    assert.equal(listeners.size, 1);
    const waiting = cloud.handle("GET", "/", [], undefined);
    await new Promise((resolve) => setTimeout(resolve));
    const crashed = { status: 0, reason: "engine_crashed", message: "crashed" };
    StandInWorker.last.onmessage({ data: [{ crashed }] });
    await assert.rejects(waiting, { reason: "engine_crashed" });
    assert.equal(StandInWorker.last.terminated, true);
    assert.equal(listeners.size, 0);
  }
});

test("a page put aside ends a worker that holds storage", async () => {
  const cloud = await open();
  const waiting = cloud.handle("GET", "/", [], undefined);
  await new Promise((resolve) => setTimeout(resolve));
  for (const listener of listeners) {
    listener({ persisted: true });
  }
  await assert.rejects(waiting, { reason: "engine_restarted" });
  assert.equal(listeners.size, 0);
});

test("a question that cannot be sent is refused, and not kept", async () => {
  const kept = [];
  const { set, delete: remove } = Map.prototype;
  const cloud = await open();
  Map.prototype.set = function (key, value) {
    if (typeof value?.reject === "function") kept.push(key);
    return set.call(this, key, value);
  };
  Map.prototype.delete = function (key) {
    if (kept.includes(key)) kept.splice(kept.indexOf(key), 1);
    return remove.call(this, key);
  };
  try {
    const unsendable = [() => undefined];
    const refused = cloud.handle("GET", "/", unsendable, undefined);
    const other = cloud.handle("GET", "/", ["fail"], undefined);
    await assert.rejects(refused, { name: "DataCloneError" });
    await assert.rejects(other, { reason: "refused" });
    assert.deepEqual(kept, []);
  } finally {
    Map.prototype.set = set;
    Map.prototype.delete = remove;
  }
});
