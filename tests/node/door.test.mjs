/** `backend.fetch`: the one door, in the platform's own Request and Response. */
import assert from "node:assert/strict";
import test from "node:test";
import { createBackend, Sandbox } from "../../www/sdk/dist/node/index.mjs";

test("a string, a URL and a Request are the same; the host does not matter", async () => {
  const backend = createBackend();
  for (const input of [
    "/api/v1/sandboxes",
    "https://cloud.example/api/v1/sandboxes",
    new URL("http://localhost:1/api/v1/sandboxes"),
    new Request("http://localhost:1/api/v1/sandboxes"),
  ]) {
    const response = await backend.fetch(input);
    assert.ok(response instanceof Response);
    assert.equal(response.status, 200);
    assert.match(response.headers.get("content-type"), /^application\/json/);
    assert.deepEqual(await response.json(), { sandboxes: [] });
  }
});

test("it can be handed over as a function", async () => {
  const backend = createBackend();
  const door = (input, init) => backend.fetch(input, init);
  const sandbox = await Sandbox({ backend: { fetch: door } }).sandboxes.create({ image: "node:20" });
  const init = { method: "POST", body: JSON.stringify({ command: "echo over the door" }) };
  const response = await door(`/api/v1/sandboxes/${sandbox.id}/exec`, init);
  assert.deepEqual(await response.json(), {
    stdout: "over the door\n",
    stderr: "",
    exitCode: 0,
    success: true,
  });
});

test("refusals are answers, not errors", async () => {
  const backend = createBackend({ apiKey: "open sesame" });
  const refused = await backend.fetch("/api/v1/sandboxes");
  assert.equal(refused.status, 401);
  assert.equal((await refused.json()).code, 401);
  const authorization = "Bearer open sesame";
  const lost = await backend.fetch("/api/v1/nowhere", { headers: { authorization } });
  assert.equal(lost.status, 404);
  assert.equal((await lost.json()).details.reason, "route_not_found");
  const removed = await backend.fetch("/api/v1/_mock/state", {
    method: "DELETE",
    headers: { authorization },
  });
  assert.deepEqual([removed.status, removed.body], [204, null]);
});

test("a client's key is sent", async () => {
  const backend = createBackend({ apiKey: "k1" });
  assert.deepEqual(await Sandbox({ backend, apiKey: "k1" }).sandboxes.list(), []);
  await assert.rejects(Sandbox({ backend, apiKey: "k2" }).sandboxes.list(), {
    status: 401,
    reason: "unauthorized",
  });
  assert.equal((await backend.info()).storage, "memory");
});

test("info tells where data is kept", async () => {
  const { version, ...info } = await createBackend({ clock: 0 }).info();
  assert.match(version, /^\d+\.\d+\.\d+/);
  assert.deepEqual(info, {
    storage: "memory",
    durable: false,
    epoch: 1,
    clock: "virtual",
    now: "1970-01-01T00:00:00.000Z",
    processesLost: false,
  });
});

test("an aborted request rejects with the signal's reason", async () => {
  const backend = createBackend();
  const sandbox = await Sandbox({ backend }).sandboxes.create({ image: "node:20" });
  await assert.rejects(backend.fetch("/api/v1/sandboxes", { signal: AbortSignal.abort() }), {
    name: "AbortError",
  });
  const controller = new AbortController();
  const running = sandbox.exec("sleep 20", { signal: controller.signal });
  controller.abort(new Error("enough"));
  await assert.rejects(running, { message: "enough" });
  assert.equal((await sandbox.exec("echo still here")).stdout, "still here\n");
});

test("the whole cloud can be saved and brought back", async () => {
  const from = createBackend();
  const client = Sandbox({ backend: from });
  const sandbox = await client.sandboxes.create({ image: "node:20", volumes: { "/v": "kept" } });
  await sandbox.files.write("/v/f", "content");
  const file = await (await from.fetch("/api/v1/_mock/state")).arrayBuffer();
  const to = createBackend();
  const put = await to.fetch("/api/v1/_mock/state", { method: "PUT", body: file });
  assert.ok(put.ok, await put.text());
  const found = await Sandbox({ backend: to }).sandboxes.get(sandbox.id);
  assert.equal(await found.files.read("/v/f"), "content");
});

test("a URL of any length has an answer", async () => {
  const backend = createBackend();
  for (const length of [20_000, 70_000, 5_000_000]) {
    const response = await backend.fetch(`/api/v1/${"a".repeat(length)}`);
    assert.equal(response.status, 414);
    assert.equal((await response.json()).details.reason, "url_too_long");
  }
});
