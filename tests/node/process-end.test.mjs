/** A script ends by itself although sandboxes still run, and not before what it awaits is there. */
import assert from "node:assert/strict";
import test from "node:test";
import { runScript } from "./package-under-test.mjs";

test("running sandboxes and background commands keep no process alive", async () => {
  const { code, stdout, stderr, ms } = await runScript(`
    import { Sandbox } from SDK;
    const sandbox = await Sandbox().sandboxes.create({ image: "node:20", timeoutMs: 3_600_000 });
    await sandbox.exec("sleep 3000", { background: true });
    await sandbox.exec("while :; do :; done", { background: true });
    console.log("last line");
  `);
  assert.deepEqual([code, stdout, stderr], [0, "last line\n", ""]);
  assert.ok(ms < 5_000, `took ${ms} ms`);
});

test("a thread that has run a command keeps no process alive, nor does one that runs one in the background", async () => {
  const { code, stdout, stderr, ms } = await runScript(`
    import { Sandbox } from SDK;
    const sandbox = await Sandbox().sandboxes.create({ image: "node:20", timeoutMs: 3_600_000 });
    console.log((await sandbox.exec("seq 50000 | sort -n | tail -1")).stdout);
    await sandbox.exec("awk 'BEGIN { while (1); }'", { background: true });
    await sandbox.exec("sleep 0.1");
  `);
  assert.deepEqual([code, stdout, stderr], [0, "50000\n\n", ""]);
  assert.ok(ms < 5_000, `took ${ms} ms`);
});

test("an awaited command is waited for", async () => {
  const { code, stdout, ms } = await runScript(`
    import { Sandbox } from SDK;
    const sandbox = await Sandbox().sandboxes.create({ image: "node:20" });
    const { stdout } = await sandbox.exec("sleep 1; echo woke");
    console.log(stdout);
  `);
  assert.deepEqual([code, stdout], [0, "woke\n\n"]);
  assert.ok(ms >= 1_000, `took ${ms} ms`);
});

test("a streamed command is waited for", async () => {
  const { code, stdout } = await runScript(`
    import { Sandbox } from SDK;
    const sandbox = await Sandbox().sandboxes.create({ image: "node:20" });
    await sandbox.exec("echo a; sleep 0.5; echo b", { onStdout: (text) => process.stdout.write(text) });
  `);
  assert.deepEqual([code, stdout], [0, "a\nb\n"]);
});

test("a subscription to events keeps no process alive", async () => {
  const { code, stdout } = await runScript(`
    import { createBackend } from SDK;
    const backend = createBackend();
    const response = await backend.fetch("/api/v1/events");
    response.body.getReader().read();
    console.log(response.status);
  `);
  assert.deepEqual([code, stdout], [0, "200\n"]);
});

test("a background command goes on while something else keeps the process alive", async () => {
  const { code, stdout } = await runScript(`
    import { Sandbox } from SDK;
    const sandbox = await Sandbox().sandboxes.create({ image: "node:20" });
    await sandbox.exec("for i in 1 2 3; do sleep 0.1; echo $i >> /tmp/log; done", { background: true });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    console.log(await sandbox.files.read("/tmp/log"));
  `);
  assert.deepEqual([code, stdout], [0, "1\n2\n3\n\n"]);
});

test("a sandbox stops by itself while the process lives", async () => {
  const { code, stdout } = await runScript(`
    import { Sandbox } from SDK;
    const sandbox = await Sandbox().sandboxes.create({ image: "node:20", timeoutMs: 300 });
    await new Promise((resolve) => setTimeout(resolve, 800));
    console.log((await sandbox.refresh()).state);
  `);
  assert.deepEqual([code, stdout], [0, "stopped\n"]);
});
