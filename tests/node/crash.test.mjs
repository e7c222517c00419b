/**
 * A trap of the engine: requests under way fail with a stable reason and the instance is never called again.
 *
 * The real engine gives no way to make it trap, so a stand-in for its glue does, by the `unreachable` of real wasm.
 */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import test from "node:test";

const www = resolve(import.meta.dirname, "../../www");
const esbuild = createRequire(`${www}/package.json`)("esbuild");
const { outputFiles } = await esbuild.build({
  entryPoints: [`${www}/sdk/src/engine/instance.ts`],
  bundle: true,
  write: false,
  format: "esm",
});
const source = Buffer.from(outputFiles[0].contents).toString("base64");
const { EngineInstance } = await import(`data:text/javascript;base64,${source}`);

/** `(module (func (export "trap") unreachable))` */
const TRAPPING = Uint8Array.from(
  [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 8, 1, 4].concat(
    [...Buffer.from("trap")],
    [0, 0, 0x0a, 5, 1, 3, 0, 0x00, 0x0b],
  ),
);

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

for (const where of ["/now", "/in-a-timer", "/in-a-microtask"]) {
  test(`a trap ends the instance, and every request that waits: ${where}`, async () => {
    const calls = [];
    const crashes = [];
    const host = { setTimeout, clearTimeout, queueMicrotask };
    const instance = new EngineInstance(trappingGlue(calls), TRAPPING, host, (error) => crashes.push(error));
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
