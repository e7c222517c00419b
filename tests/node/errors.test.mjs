/** Errors: real classes, the documented messages, stable reasons, and stacks that begin at the caller's line. */
import assert from "node:assert/strict";
import test from "node:test";
import { createBackend, FileSizeError, Sandbox, SandboxApiError } from "../../www/sdk/dist/node/index.mjs";
import { runScript } from "./package-under-test.mjs";

const client = Sandbox({ backend: createBackend({ seed: 2 }) });
const thrownBy = async (call) => {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new assert.AssertionError({ message: "nothing was thrown" });
};

test("a broken rule of volumes is a SandboxApiError with the documented message", async () => {
  await client.sandboxes.create({ image: "node:20", volumes: { "/a": "taken_vol" } });
  const broken = [
    [
      { "/a": "Not-A-Name" },
      "Volume name must be lowercase alphanumeric and underscores",
      "invalid_volume_name",
    ],
    [{ "/a": { name: "big", sizeGb: 101 } }, "Size must be 1-100 GB", "invalid_volume_size"],
    [{ "/a": "x", "/b": "y" }, "Only one volume can be mounted per sandbox", "too_many_volumes"],
    [{ "/a": "taken_vol" }, 'Volume "taken_vol" is already attached', "volume_already_attached"],
  ];
  for (const [volumes, message, reason] of broken) {
    const error = await thrownBy(() => client.sandboxes.create({ image: "node:20", volumes }));
    assert.ok(error instanceof SandboxApiError && error instanceof Error);
    assert.deepEqual(
      [error.name, error.message, error.status, error.code, error.reason, error.details.reason],
      ["SandboxApiError", message, 400, 400, reason, reason],
    );
  }
  const away = { image: "node:20", region: "lax", volumes: { "/a": "taken_vol" } };
  const error = await thrownBy(() => client.sandboxes.create(away));
  assert.equal(error.message, 'Volume "taken_vol" is in region iad');
});

test("already attached tells who holds the volume, and until when", async () => {
  const holder = await client.sandboxes.create({ image: "node:20", volumes: { "/a": "held" } });
  const error = await thrownBy(() =>
    client.sandboxes.create({ image: "node:20", volumes: { "/a": "held" } }),
  );
  assert.equal(error.details.sandboxId, holder.id);
  assert.equal(error.details.stopAt, holder.data.stopAt);
});

test("a write over 10 MB throws a FileSizeError before anything is sent", async () => {
  let requests = 0;
  const backend = createBackend();
  const counted = Sandbox({ backend: { fetch: (...args) => (requests++, backend.fetch(...args)) } });
  const sandbox = await counted.sandboxes.create({ image: "node:20" });
  assert.equal(requests, 1);
  const size = 10 * 1024 * 1024 + 1;
  const error = await thrownBy(() => sandbox.files.write("/big", new Uint8Array(size)));
  assert.ok(error instanceof FileSizeError && error instanceof Error);
  assert.equal(error.name, "FileSizeError");
  assert.equal(error.message, `File size ${size} bytes exceeds maximum allowed size`);
  assert.equal(requests, 1);
  assert.equal((await sandbox.files.write("/big", new Uint8Array(size - 1))).bytesWritten, size - 1);
});

test("a failed read says so first", async () => {
  const sandbox = await client.sandboxes.create({ image: "node:20" });
  const error = await thrownBy(() => sandbox.files.read("/etc/no-such-file"));
  assert.match(error.message, /^Failed to read file .*No such file or directory/);
  assert.deepEqual([error.status, error.reason], [404, "file_not_found"]);
  const directory = await thrownBy(() => sandbox.files.read("/etc"));
  assert.match(directory.message, /^Failed to read file .*Is a directory/);
  await sandbox.kill();
  const ended = await thrownBy(() => sandbox.files.read("/etc/passwd"));
  assert.match(ended.message, /^Failed to read file .*was killed at/);
  assert.equal(ended.reason, "sandbox_not_found");
});

test("content that is none is a TypeError", async () => {
  const sandbox = await client.sandboxes.create({ image: "node:20" });
  for (const content of [undefined, 7, { text: "x" }, [1, 2]]) {
    await assert.rejects(sandbox.files.write("/x", content), TypeError);
  }
});

test("an exec whose sandbox is killed meanwhile rejects", async () => {
  const sandbox = await client.sandboxes.create({ image: "node:20" });
  const running = sandbox.exec("sleep 20");
  const outcome = thrownBy(() => running);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await sandbox.kill();
  assert.equal((await outcome).reason, "sandbox_killed");
});

test("a client needs one target, not two", () => {
  assert.throws(() => Sandbox({ baseUrl: "http://localhost/api/v1", backend: createBackend() }), TypeError);
});

test("wrong options of a backend are refused", () => {
  assert.throws(() => createBackend({ seeed: 1 }), { reason: "invalid_options", message: /seeed/ });
  assert.throws(() => createBackend({ storage: "indexeddb" }), { reason: "storage_unavailable" });
});

test("a closed backend refuses calls", async () => {
  const backend = createBackend();
  const { sandboxes } = Sandbox({ backend });
  await sandboxes.list();
  await backend.close();
  await backend.close();
  await assert.rejects(sandboxes.list(), { reason: "backend_closed" });
});

test("the stack begins at the caller's line, whatever the call", async () => {
  const sandbox = await client.sandboxes.create({ image: "node:20" });
  await sandbox.kill();
  const here = import.meta.filename;
  const calls = [
    () => client.sandboxes.create({}),
    () => client.sandboxes.get("00000000000000"),
    () => client.sandboxes.kill("00000000000000"),
    () => client.sandboxes.setTimeout("00000000000000", 1),
    () => client.volumes.get("missing_vol"),
    () => client.volumes.create({ name: "No" }),
    () => client.volumes.delete("missing_vol"),
    () => client.volumes.files("missing_vol").list("/"),
    () => sandbox.exec("true"),
    () => sandbox.exec("true", { onStdout: () => undefined }),
    () => sandbox.kill(),
    () => sandbox.refresh(),
    () => sandbox.info(),
    () => sandbox.setTimeout(1000),
    () => sandbox.files.read("/x"),
    () => sandbox.files.write("/x", ""),
    () => sandbox.files.write("/x", new Uint8Array(11 << 20)),
    () => sandbox.files.list("/"),
    () => sandbox.files.exists("/"),
    () => sandbox.files.mkdir("/x"),
    () => sandbox.files.rename("/x", "/y"),
    () => sandbox.files.remove("/x"),
    () => sandbox.files.stat("/x"),
  ];
  for (const call of calls) {
    const error = await thrownBy(call);
    const [head, first, ...rest] = error.stack.split("\n");
    assert.equal(head, `${error.name}: ${error.message}`);
    assert.ok(first.includes(`${here}:`), `${call}: ${error.stack}`);
    assert.ok(!rest.some((line) => line.includes("/sdk/dist/")), `${call}: ${error.stack}`);
  }
});

test("an error that nobody catches shows the script's own line", async () => {
  const { code, stderr } = await runScript(`
    import { Sandbox } from SDK;
    async function deploy() {
      await Sandbox().sandboxes.create({ image: "node:20", volumes: { "/a": "UPPER" } });
    }
    await deploy();
  `);
  assert.equal(code, 1);
  const message = "SandboxApiError: Volume name must be lowercase alphanumeric and underscores";
  assert.match(stderr, new RegExp(`${message}\\n    at deploy .*script\\.mjs:4:\\d+\\)`));
  assert.doesNotMatch(stderr, /implementation\.cjs/);
});
