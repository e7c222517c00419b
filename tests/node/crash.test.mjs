/**
 * A trap of the engine: requests under way fail with a stable reason and the instance is never called again.
 *
 * The real engine gives no way to make it trap, so a stand-in for its glue does, by the `unreachable` of real wasm.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { importSource } from "./source-under-test.mjs";

const { EngineInstance } = await importSource("engine/instance.ts");

/** `(module (func (export "trap") …))` with these instructions as the function's body. */
function wasmThat(...body) {
  const code = [0, ...body, 0x0b];
  return Uint8Array.from(
    [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 8, 1, 4].concat(
      [...Buffer.from("trap")],
      [0, 0, 0x0a, code.length + 2, 1, code.length, ...code],
    ),
  );
}

/** `unreachable`: what a panic of the engine ends in. */
const TRAPPING = wasmThat(0x00);
/** `call 0`: calls itself until the stack is full, which this platform does not report as a trap. */
const OVERFLOWING = wasmThat(0x10, 0);

/** An engine that traps where the path says so: in the call itself, or later in a callback of its host. */
function trappingGlue(calls) {
  return ({ setTimeout, queueMicrotask }) => {
    let trap;
    const never = new Promise(() => undefined);
    const engine = {
      handle(method, path) {
        calls.push(path);
        if (path === "/now") trap();
        if (path === "/in-a-timer") setTimeout(() => trap(), 5);
        if (path === "/in-a-microtask") queueMicrotask(() => trap());
        return never;
      },
      close: async () => calls.push("close"),
    };
    return {
      initSync: ({ module }) => ({ trap } = new WebAssembly.Instance(new WebAssembly.Module(module)).exports),
      Engine: { openMemory: () => engine, open: async () => engine },
    };
  };
}

const host = { setTimeout, clearTimeout, queueMicrotask };
const places = ["/now", "/in-a-timer", "/in-a-microtask"];
const cases = [
  ["a trap", TRAPPING],
  ["a full stack", OVERFLOWING],
].flatMap(([what, wasm]) => places.map((where) => [what, wasm, where]));

for (const [what, wasm, where] of cases) {
  test(`${what} ends the instance, and every request that waits: ${where}`, async () => {
    const calls = [];
    const crashes = [];
    const note = (error) => crashes.push(error);
    const instance = new EngineInstance(trappingGlue(calls), wasm, host, note);
    const one = instance.openMemory({});
    const other = await instance.open({});
    const waiting = other.handle("GET", "/waits", [], undefined);
    const trapped = one.handle("GET", where, [], undefined);
    for (const request of [waiting, trapped]) {
      await assert.rejects(request, { name: "SandboxApiError", reason: "engine_crashed" });
    }
    assert.equal(instance.crashed, true);
    assert.equal(crashes.length, 1);
    await assert.rejects(one.handle("GET", "/later", [], undefined), { reason: "engine_crashed" });
    await other.close();
    assert.deepEqual(calls, ["/waits", where]);
  });
}

/** The error of another browser's full stack, which cannot be had here. */
const tooMuchRecursion = Object.assign(new Error("too much recursion"), { name: "InternalError" });

for (const [what, error, isTrap] of [
  ["Firefox's full stack", tooMuchRecursion, true],
  ["Safari's full stack", new RangeError("Maximum call stack size exceeded."), true],
  ["any other range error", new RangeError("Invalid array length"), false],
  ["an error of the engine", { reason: "storage_unavailable", message: "no storage" }, false],
]) {
  test(`${what} is ${isTrap ? "a" : "no"} trap`, async () => {
    const engine = { handle: () => Promise.reject(error), close: async () => undefined };
    const glue = () => ({ initSync: () => undefined, Engine: { openMemory: () => engine } });
    const instance = new EngineInstance(glue, TRAPPING, host);
    const request = instance.openMemory({}).handle("GET", "/", [], undefined);
    await assert.rejects(request, (thrown) => (thrown.reason === "engine_crashed") === isTrap);
    assert.equal(instance.crashed, isTrap);
  });
}
