/** The SDK's surface, call by call, as the service documents it. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import test from "node:test";
import { createBackend, createSandboxClient, Sandbox } from "../../www/sdk/dist/node/index.mjs";
import { runScript } from "./package-under-test.mjs";

const esbuild = createRequire(resolve(import.meta.dirname, "../../www/package.json"))("esbuild");
const fresh = () => Sandbox({ backend: createBackend({ seed: 1 }) });

test("a volume's files outlive the sandbox that wrote them", async () => {
  const client = fresh();
  const first = await client.sandboxes.create({ image: "node:20", volumes: { "/notes": "field_notes" } });
  await first.files.write("/notes/day1.md", "rain");
  await first.files.write("/tmp/scratch", "gone soon");
  await first.kill();

  const second = await client.sandboxes.create({ image: "debian", volumes: { "/notes": "field_notes" } });
  assert.equal(await second.files.read("/notes/day1.md"), "rain");
  assert.equal(await second.files.exists("/tmp/scratch"), false);
  assert.deepEqual(await second.exec("ls /notes"), {
    stdout: "day1.md\n",
    stderr: "",
    exitCode: 0,
    success: true,
  });
});

test("the factory has two names and needs no new", () => {
  assert.equal(createSandboxClient, Sandbox);
  assert.notEqual(Sandbox(), Sandbox());
});

test("a sandbox's data has the documented fields", async () => {
  const sandbox = await fresh().sandboxes.create({ image: "node:20", region: "lax", timeoutMs: 60_000 });
  const fields = ["id", "name", "state", "region", "image", "createdAt", "stopAt", "publicAccessUrlTemplate"];
  assert.deepEqual(Object.keys(sandbox.data).sort(), fields.sort());
  assert.match(sandbox.id, /^[0-9a-f]{14}$/);
  assert.equal(sandbox.data.id, sandbox.id);
  assert.equal(sandbox.data.state, "started");
  assert.equal(sandbox.data.region, "lax");
  assert.equal(Date.parse(sandbox.data.stopAt) - Date.parse(sandbox.data.createdAt), 60_000);
});

test("get, list, refresh and info find a sandbox again", async () => {
  const client = fresh();
  const sandbox = await client.sandboxes.create({ image: "node:20" });
  assert.deepEqual((await client.sandboxes.get(sandbox.id)).data, sandbox.data);
  assert.deepEqual(
    (await client.sandboxes.list()).map(({ id }) => id),
    [sandbox.id],
  );
  assert.deepEqual(await sandbox.refresh(), sandbox.data);
  assert.deepEqual(await sandbox.info(), sandbox.data);
});

test("setTimeout moves stopAt, from the handle and from the client", async () => {
  const client = Sandbox({ backend: createBackend({ clock: Date.UTC(2031, 4, 1) }) });
  const sandbox = await client.sandboxes.create({ image: "node:20" });
  const answer = await sandbox.setTimeout(120_000);
  assert.deepEqual(answer, { id: sandbox.id, stopAt: "2031-05-01T00:02:00.000Z" });
  assert.equal(sandbox.data.stopAt, answer.stopAt);
  const longer = await client.sandboxes.setTimeout(sandbox.id, 180_000);
  assert.equal(longer.stopAt, "2031-05-01T00:03:00.000Z");
});

test("kill works from the client too", async () => {
  const client = fresh();
  const sandbox = await client.sandboxes.create({ image: "node:20" });
  assert.equal(await client.sandboxes.kill(sandbox.id), undefined);
  await assert.rejects(sandbox.exec("true"), { reason: "sandbox_not_found" });
});

test("exec takes a script or an argument list, env, cwd and a timeout", async () => {
  const sandbox = await fresh().sandboxes.create({ image: "node:20", env: { TEAM: "blue", ROLE: "ops" } });
  assert.equal((await sandbox.exec(["echo", "$TEAM", "a b"])).stdout, "$TEAM a b\n");
  const named = await sandbox.exec('echo "$TEAM $ROLE"', { env: { ROLE: "dev" } });
  assert.equal(named.stdout, "blue dev\n");
  assert.equal((await sandbox.exec("pwd", { cwd: "/etc" })).stdout, "/etc\n");
  const failed = await sandbox.exec("echo partly; ls /nowhere");
  assert.equal(failed.stdout, "partly\n");
  assert.notEqual(failed.exitCode, 0);
  assert.equal(failed.success, false);
  assert.match(failed.stderr, /\/nowhere/);
  const late = await sandbox.exec("echo early; sleep 30; echo late", { timeoutMs: 200 });
  assert.deepEqual([late.stdout, late.exitCode, late.success], ["early\n", 124, false]);
});

test("an exec result is a plain object with exactly four properties", async () => {
  const sandbox = await fresh().sandboxes.create({ image: "node:20" });
  const result = await sandbox.exec("true");
  assert.equal(Object.getPrototypeOf(result), Object.prototype);
  assert.deepEqual(Reflect.ownKeys(result), ["stdout", "stderr", "exitCode", "success"]);
});

test("a background command returns at once and lives on", async () => {
  const sandbox = await fresh().sandboxes.create({ image: "node:20" });
  const began = performance.now();
  const started = await sandbox.exec("sleep 0.3; echo done > /tmp/out", { background: true });
  assert.ok(performance.now() - began < 200);
  assert.deepEqual([started.exitCode, started.success], [0, true]);
  assert.equal(await sandbox.files.exists("/tmp/out"), false);
  await new Promise((resolve) => setTimeout(resolve, 600));
  assert.equal(await sandbox.files.read("/tmp/out"), "done\n");
});

test("cwd is remembered for commands and files, and options win", async () => {
  const sandbox = await fresh().sandboxes.create({ image: "node:20" });
  assert.equal(sandbox.cwd(), undefined);
  await sandbox.files.mkdir("/srv/app/logs", { recursive: true });
  assert.equal(sandbox.cwd("/srv/app"), "/srv/app");
  assert.equal((await sandbox.exec("pwd")).stdout, "/srv/app\n");
  assert.equal((await sandbox.exec("pwd", { cwd: "logs" })).stdout, "/srv/app/logs\n");
  assert.deepEqual(await sandbox.files.write("a.txt", "1"), { bytesWritten: 1, path: "/srv/app/a.txt" });
  assert.deepEqual(await sandbox.files.write("./b.txt", "2", { cwd: "/tmp" }), {
    bytesWritten: 1,
    path: "/tmp/b.txt",
  });
  assert.equal(sandbox.cwd("logs"), "/srv/app/logs");
});

test("without a cwd a relative path starts at the root", async () => {
  const sandbox = await fresh().sandboxes.create({ image: "node:20" });
  assert.equal((await sandbox.files.write("at-root.txt", "x")).path, "/at-root.txt");
});

test("files carry text and every byte, from strings, views and buffers", async () => {
  const { files } = await fresh().sandboxes.create({ image: "node:20" });
  await files.write("/t/text", "héllo\n\u{1f980}\ufeff");
  assert.equal(await files.read("/t/text"), "héllo\n\u{1f980}\ufeff");
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  assert.equal((await files.write("/t/bytes", all)).bytesWritten, 256);
  const back = await files.read("/t/bytes", { encoding: "binary" });
  assert.ok(back instanceof ArrayBuffer);
  assert.deepEqual(new Uint8Array(back), all);
  await files.write("/t/buffer", all.buffer.slice(10, 20));
  await files.write("/t/view", all.subarray(10, 20));
  assert.deepEqual(
    await files.read("/t/buffer", { encoding: "binary" }),
    await files.read("/t/view", { encoding: "binary" }),
  );
  assert.equal(all.length, 256, "the caller's bytes stay its own");
  await files.write("/t/text", "");
  assert.equal(await files.read("/t/text"), "");
});

test("files can be listed, inspected, moved and removed", async () => {
  const sandbox = await fresh().sandboxes.create({ image: "node:20" });
  const { files } = sandbox;
  assert.deepEqual(await files.mkdir("/w/in", { recursive: true }), { path: "/w/in" });
  await files.write("/w/in/one", "12345");
  await sandbox.exec("ln -s one /w/in/two");
  const entries = await files.list("/w/in");
  assert.deepEqual(
    entries.map(({ name, path, type, size }) => [name, path, type, size]),
    [
      ["one", "/w/in/one", "file", 5],
      ["two", "/w/in/two", "symlink", 3],
    ],
  );
  assert.equal(entries[1].target, "one");
  assert.deepEqual(await files.stat("/w/in/one"), entries[0]);
  assert.deepEqual(await files.rename("/w/in/one", "/w/three"), { from: "/w/in/one", to: "/w/three" });
  assert.equal(await files.exists("/w/in/one"), false);
  assert.equal(await files.exists("/w/three/below-a-file"), false);
  await assert.rejects(files.remove("/w"), { reason: "directory_not_empty" });
  await files.remove("/w", { recursive: true });
  assert.equal(await files.exists("/w"), false);
});

test("volumes can be made, listed, read while detached, and deleted", async () => {
  const client = fresh();
  const made = await client.volumes.create({ name: "archive", sizeGb: 2, region: "lax" });
  assert.deepEqual(
    [made.name, made.sizeGb, made.region, made.attachedTo, made.mountPath, made.usedBytes],
    ["archive", 2, "lax", null, null, 0],
  );
  await client.volumes.files("archive").write("/index", "a b c");
  assert.equal(await client.volumes.files("archive").read("index"), "a b c");
  const volumes = { "/a": "archive" };
  const sandbox = await client.sandboxes.create({ image: "node:20", region: "lax", volumes });
  assert.equal((await client.volumes.get("archive")).attachedTo, sandbox.id);
  await assert.rejects(client.volumes.files("archive").list("/"), { status: 409, reason: "volume_attached" });
  await assert.rejects(client.volumes.delete("archive"), { status: 409, reason: "volume_attached" });
  await sandbox.kill();
  assert.equal((await client.volumes.list()).length, 1);
  await client.volumes.delete("archive");
  assert.deepEqual(await client.volumes.list(), []);
});

test("expose gives the public host of a port, and refuses what is none", async () => {
  const sandbox = await fresh().sandboxes.create({ image: "node:20" });
  const host = sandbox.expose(3000);
  assert.equal(
    host,
    sandbox.data.publicAccessUrlTemplate.replace("{{PORT}}", "3000").replace(/^https?:\/\//, ""),
  );
  assert.doesNotMatch(host, /:\/\//);
  assert.throws(() => sandbox.expose(0), { message: "Invalid port provided" });
});

test("`await using` kills a sandbox at the end of its scope", async () => {
  const source = `
    import { Sandbox } from SDK;
    const client = Sandbox();
    {
      await using sandbox = await client.sandboxes.create({ image: "node:20", volumes: { "/v": "scoped" } });
      console.log((await client.volumes.get("scoped")).attachedTo === sandbox.id);
    }
    console.log((await client.volumes.get("scoped")).attachedTo, (await client.sandboxes.list()).length);
  `;
  const { code } = await esbuild.transform(source.replace("SDK", '"SDK"'), {
    target: "es2022",
    format: "esm",
  });
  assert.equal((await runScript(code.replace('"SDK"', "SDK"))).stdout, "true\nnull 0\n");
});

test("leaving the scope of a sandbox that was killed before is fine", async () => {
  const sandbox = await fresh().sandboxes.create({ image: "node:20" });
  await sandbox.kill();
  await sandbox[Symbol.asyncDispose]();
});
