/** Output while a command runs, and the events of a cloud. */
import assert from "node:assert/strict";
import test from "node:test";
import { createBackend, Sandbox } from "../../www/sdk/dist/node/index.mjs";

test("output arrives while the command runs, and all of it in the result", async () => {
  const sandbox = await Sandbox({ backend: createBackend() }).sandboxes.create({ image: "node:20" });
  const pieces = [];
  const began = performance.now();
  const note = (stream) => (text) => pieces.push([stream, text, performance.now() - began]);
  const options = { onStdout: note("out"), onStderr: note("err") };
  const result = await sandbox.exec("echo one; sleep 0.4; echo two; echo bad >&2; exit 3", options);
  assert.deepEqual(result, { stdout: "one\ntwo\n", stderr: "bad\n", exitCode: 3, success: false });
  const said = (stream) => pieces.filter(([from]) => from === stream).map(([, text]) => text);
  assert.equal(said("out").join(""), "one\ntwo\n");
  assert.equal(said("err").join(""), "bad\n");
  assert.ok(pieces[0][2] < 300, `the first line came after ${pieces[0][2]} ms`);
});

test("a streamed exec rejects when its sandbox is killed, and when a callback throws", async () => {
  const sandbox = await Sandbox({ backend: createBackend() }).sandboxes.create({ image: "node:20" });
  const thrower = sandbox.exec("echo x; sleep 20", {
    onStdout: () => {
      throw new RangeError("mine");
    },
  });
  await assert.rejects(thrower, RangeError);
  const killed = sandbox.exec("echo ready; sleep 20", { onStdout: () => void sandbox.kill() });
  await assert.rejects(killed, { name: "SandboxApiError", reason: "sandbox_killed" });
});

test("a streamed exec can be given up", async () => {
  const sandbox = await Sandbox({ backend: createBackend() }).sandboxes.create({ image: "node:20" });
  const controller = new AbortController();
  const giveUp = () => controller.abort(new Error("heard enough"));
  const running = sandbox.exec("echo x; sleep 20", { onStdout: giveUp, signal: controller.signal });
  await assert.rejects(running, { message: "heard enough" });
});

test("events tell what happens, in order, until the loop is left", async () => {
  const backend = createBackend();
  const events = backend.events();
  const first = events.next();
  const sandbox = await Sandbox({ backend }).sandboxes.create({ image: "node:20", volumes: { "/v": "vol" } });
  const types = [(await first).value.type];
  while (types.at(-1) !== "volume.attached") {
    types.push((await events.next()).value.type);
  }
  const ofFiles = (type) => type === "files.changed";
  assert.deepEqual(
    types.filter((type) => !ofFiles(type)),
    ["volume.created", "sandbox.created", "volume.attached"],
  );
  await sandbox.kill();
  const { value } = await events.next();
  assert.equal(typeof value.at, "string");
  assert.deepEqual(await events.return(), { value: undefined, done: true });
});

test("events end when their signal is aborted", async () => {
  const controller = new AbortController();
  const events = createBackend().events({ signal: controller.signal });
  const next = events.next();
  setTimeout(() => controller.abort(), 50);
  assert.deepEqual(await next, { value: undefined, done: true });
});
