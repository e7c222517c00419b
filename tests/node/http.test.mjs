/** A client of a real server: `baseUrl`, the key, what is asked of the server, and what a lost one looks like. */
import assert from "node:assert/strict";
import test from "node:test";
import { createBackend, Sandbox, SandboxApiError } from "../../www/sdk/dist/node/index.mjs";
import { runScript } from "./package-under-test.mjs";
import { serve } from "./served-backend.mjs";

test("the documented calls ask a server for documented routes only", async (t) => {
  const { asked, baseUrl } = await serve(t, createBackend({ apiKey: "secret" }));
  const client = Sandbox({ baseUrl: `${baseUrl}/`, apiKey: "secret" });
  const sandbox = await client.sandboxes.create({ image: "node:20", volumes: { "/v": "over_http" } });
  sandbox.cwd("/v");
  assert.deepEqual(await sandbox.files.write("dir/it's a file", "naïve\n"), {
    bytesWritten: 7,
    path: "/v/dir/it's a file",
  });
  assert.equal(await sandbox.files.read("dir/it's a file"), "naïve\n");
  await client.sandboxes.list();
  await client.sandboxes.get(sandbox.id);
  await sandbox.refresh();
  await sandbox.setTimeout(60_000);
  await sandbox.kill();
  const known =
    /^(POST|GET) \/api\/v1\/sandboxes$|^(GET|DELETE) \/api\/v1\/sandboxes\/\w+$|^POST .*\/exec$|^PATCH .*\/timeout$/;
  assert.deepEqual(
    asked.filter((line) => !known.test(line)),
    [],
  );
});

test("files over exec carry every byte, also in many pieces", async (t) => {
  const { baseUrl } = await serve(t, createBackend());
  const { files } = await Sandbox({ baseUrl }).sandboxes.create({ image: "node:20" });
  const bytes = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7919) % 251);
  assert.equal((await files.write("/data.bin", bytes)).bytesWritten, bytes.length);
  assert.deepEqual(new Uint8Array(await files.read("/data.bin", { encoding: "binary" })), bytes);
  await files.write("/data.bin", "");
  assert.equal(await files.read("/data.bin"), "");
  await assert.rejects(files.read("/none"), {
    message: /^Failed to read file/,
    status: 404,
    reason: "file_not_found",
  });
  await assert.rejects(files.write("/etc", "x"), { reason: "is_a_directory" });
});

test("a missing or wrong key is a 401", async (t) => {
  const { baseUrl } = await serve(t, createBackend({ apiKey: "secret" }));
  await assert.rejects(Sandbox({ baseUrl }).sandboxes.list(), { status: 401 });
  await assert.rejects(Sandbox({ baseUrl, apiKey: "guess" }).sandboxes.list(), { status: 401 });
});

test("the key falls back to SANDBOX_API_KEY", async (t) => {
  const { baseUrl } = await serve(t, createBackend({ apiKey: "from the environment" }));
  const script = `
    import { Sandbox } from SDK;
    console.log((await Sandbox({ baseUrl: process.env.BASE }).sandboxes.list()).length);
  `;
  const env = { BASE: baseUrl, SANDBOX_API_KEY: "from the environment" };
  assert.equal((await runScript(script, { env })).stdout, "0\n");
});

test("streaming works over HTTP", async (t) => {
  const { baseUrl } = await serve(t, createBackend());
  const sandbox = await Sandbox({ baseUrl }).sandboxes.create({ image: "node:20" });
  let heard = "";
  const result = await sandbox.exec("echo a; sleep 0.1; echo b", { onStdout: (text) => (heard += text) });
  assert.equal(heard, "a\nb\n");
  assert.equal(result.stdout, "a\nb\n");
});

test("a server that is not there is a SandboxApiError at the caller's line", async () => {
  const client = Sandbox({ baseUrl: "http://127.0.0.1:9/api/v1" });
  const error = await client.sandboxes.list().catch((error) => error);
  assert.ok(error instanceof SandboxApiError);
  assert.deepEqual([error.status, error.reason], [0, "network_error"]);
  assert.match(error.message, /^No answer to GET \/sandboxes: /);
  assert.ok(error.stack.split("\n")[1].includes(import.meta.filename), error.stack);
});

test("a page where the API should be is told apart", async (t) => {
  const page = () =>
    Promise.resolve(new Response("<!doctype html>", { headers: { "content-type": "text/html" } }));
  const { baseUrl } = await serve(t, { fetch: page });
  await assert.rejects(Sandbox({ baseUrl }).sandboxes.list(), {
    reason: "unexpected_answer",
    message: /baseUrl/,
  });
});
