/**
 * A call that is given up leaves nothing behind: no stream that runs on unread, no listener on the caller's signal.
 *
 * A stand-in for the engine, because only it can answer exactly before or after the abort and count what it is told.
 */
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import test from "node:test";
import { importSource } from "./source-under-test.mjs";

const { Backend } = await importSource("backend.ts");
const { connect } = await importSource("client.ts");

const DATA = { id: "00000000000001", image: "debian", region: "any", state: "started" };
const EXIT = `event: exit\ndata: {"exitCode":0,"success":true}\n\n`;

/** An engine whose exec answers with a stream of these pieces, once `release` is called. */
function engineOf(pieces) {
  const seen = { execs: 0, cancelled: 0 };
  let release;
  const released = new Promise((resolve) => (release = resolve));
  const left = pieces.map((piece) => new TextEncoder().encode(piece));
  const stream = { next: async () => left.shift(), cancel: () => void seen.cancelled++ };
  const engine = {
    async handle(method, path) {
      if (!path.endsWith("/exec")) {
        const body = new TextEncoder().encode(JSON.stringify({ sandbox: DATA }));
        return { status: 200, headers: [], body };
      }
      seen.execs++;
      await released;
      return { status: 200, headers: [], stream };
    },
    close: async () => undefined,
  };
  const backend = new Backend({ options: {}, engine });
  return { backend, seen, release };
}

async function sandboxOf(backend) {
  const client = connect({ backend }, { defaultBackend: () => backend, onNotice: () => undefined });
  return client.sandboxes.get(DATA.id);
}

const turn = () => new Promise((resolve) => setTimeout(resolve));
const listening = (signal) => getEventListeners(signal, "abort").length;
const ignore = () => undefined;

test("an exec given up before its answer came cancels the stream that comes late", async () => {
  const { backend, seen, release } = engineOf([EXIT]);
  const sandbox = await sandboxOf(backend);
  const controller = new AbortController();
  const running = sandbox.exec("true", { onStdout: ignore, signal: controller.signal });
  await turn();
  controller.abort(new Error("enough"));
  await assert.rejects(running, { message: "enough" });
  assert.deepEqual(seen, { execs: 1, cancelled: 0 });
  release();
  await turn();
  assert.equal(seen.cancelled, 1);
  assert.equal(listening(controller.signal), 0);
});

test("a fetch given up before its answer came cancels the stream that comes late", async () => {
  const { backend, seen, release } = engineOf([EXIT]);
  const controller = new AbortController();
  const running = backend.fetch("/exec", { method: "POST", signal: controller.signal });
  await turn();
  controller.abort(new Error("enough"));
  await assert.rejects(running, { message: "enough" });
  release();
  await turn();
  assert.deepEqual(seen, { execs: 1, cancelled: 1 });
});

test("a call whose signal is aborted already sends nothing", async () => {
  const { backend, seen } = engineOf([EXIT]);
  const sandbox = await sandboxOf(backend);
  const signal = AbortSignal.abort(new Error("too late"));
  await assert.rejects(sandbox.exec("true", { signal }), { message: "too late" });
  await assert.rejects(backend.fetch("/exec", { method: "POST", signal }), { message: "too late" });
  assert.equal(seen.execs, 0);
});

test("a streamed exec leaves no listener on its signal, however it ends", async () => {
  const output = `event: stdout\ndata: "x"\n\n`;
  const failed = `event: error\ndata: {"code":404,"message":"gone","details":{"reason":"sandbox_killed"}}\n\n`;
  const thrower = () => {
    throw new RangeError("mine");
  };
  for (const [pieces, onStdout, outcome, cancelled] of [
    [[output, EXIT], ignore, "resolves", 1],
    [[output, EXIT], thrower, "mine", 1],
    [[output, failed], ignore, "gone", 1],
    [[output], ignore, "The output ended before the command did", 0],
  ]) {
    const { backend, seen, release } = engineOf(pieces);
    const sandbox = await sandboxOf(backend);
    const { signal } = new AbortController();
    release();
    const running = sandbox.exec("true", { onStdout, signal });
    assert.equal(
      await running.then(
        () => "resolves",
        ({ message }) => message,
      ),
      outcome,
    );
    assert.deepEqual(seen, { execs: 1, cancelled }, outcome);
    assert.equal(listening(signal), 0, outcome);
  }
});

test("the body of a fetch minds the signal until its end, and not after", async () => {
  for (const end of ["read", "cancelled", "aborted"]) {
    const { backend, seen, release } = engineOf(["one", "two"]);
    const controller = new AbortController();
    release();
    const response = await backend.fetch("/exec", { method: "POST", signal: controller.signal });
    if (end === "read") {
      assert.equal(await response.text(), "onetwo");
    } else if (end === "cancelled") {
      await response.body.cancel();
    }
    const before = seen.cancelled;
    controller.abort(new Error("enough"));
    assert.equal(seen.cancelled - before, end === "aborted" ? 1 : 0, end);
    if (end === "aborted") {
      await assert.rejects(response.text(), { message: "enough" });
    }
  }
});
