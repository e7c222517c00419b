/** Wrong arguments: each is refused by its name, at the caller's line, before anything is sent. */
import assert from "node:assert/strict";
import test from "node:test";
import * as sdk from "../../www/sdk/dist/node/index.mjs";
import * as clientEntry from "../../www/sdk/dist/node/client.mjs";

const { createBackend, Sandbox, SandboxApiError } = sdk;
const backend = createBackend({ seed: 3 });
let requests = 0;
const counted = { fetch: (...args) => (requests++, backend.fetch(...args)) };
const { sandboxes, volumes } = Sandbox({ backend: counted });
const sandbox = await sandboxes.create({ image: "node:20" });
const { files } = sandbox;
const detached = volumes.files("some_volume");
const circle = {};
circle.self = circle;

/** Each call, whether it throws or rejects, and what the error says: reason, field, message. */
const table = [
  [() => Sandbox(null), "throws", "invalid_type", "options", "options must be an object, not null"],
  [() => Sandbox(5), "throws", "invalid_type", "options", "options must be an object, not 5"],
  [() => Sandbox([]), "throws", "invalid_type", "options", "options must be an object, not []"],
  [() => Sandbox({ baseUrl: 5 }), "throws", "invalid_type", "baseUrl", "baseUrl must be a string, not 5"],
  [() => Sandbox({ apiKey: 5 }), "throws", "invalid_type", "apiKey", "apiKey must be a string, not 5"],
  [() => Sandbox({ backend: 5 }), "throws", "invalid_type", "backend", /a method fetch, not 5$/],
  [
    () => Sandbox({ foo: 1 }),
    "throws",
    "unknown_field",
    "foo",
    "Unknown field foo: the known fields are apiKey, baseUrl and backend",
  ],
  [() => Sandbox({ baseURL: "" }), "throws", "unknown_field", "baseURL", /nearest known field is baseUrl$/],
  [() => clientEntry.Sandbox({ apikey: "" }), "throws", "unknown_field", "apikey", /field is apiKey$/],
  [() => createBackend(null), "throws", "invalid_type", "options", "options must be an object, not null"],
  [() => createBackend(5), "throws", "invalid_type", "options", "options must be an object, not 5"],
  [
    () => createBackend({ storage: 5 }),
    "throws",
    "invalid_type",
    "storage",
    /"indexeddb" or "folder", not 5$/,
  ],
  [
    () => createBackend({ storage: "x" }),
    "throws",
    "invalid_value",
    "storage",
    'storage must be "memory", "indexeddb" or "folder", not "x"',
  ],
  [() => createBackend({ wasmUrl: 5 }), "throws", "invalid_type", "wasmUrl", /a string or a URL, not 5$/],
  [() => createBackend({ onProgress: 5 }), "throws", "invalid_type", "onProgress", /a function, not 5$/],

  [() => sandboxes.create(), "rejects", "missing_field", "options", /^options is required/],
  [() => sandboxes.create("node:20"), "rejects", "invalid_type", "options", /not "node:20"$/],
  [() => sandboxes.get(), "rejects", "missing_field", "id", /^id is required/],
  [() => sandboxes.get(""), "rejects", "invalid_value", "id", 'id must be the id of a sandbox, not ""'],
  [() => sandboxes.get(5), "rejects", "invalid_type", "id", "id must be the id of a sandbox, not 5"],
  [() => sandboxes.kill(""), "rejects", "invalid_value", "id", /not ""$/],
  [() => sandboxes.setTimeout("", 1000), "rejects", "invalid_value", "id", /not ""$/],
  [() => volumes.get(""), "rejects", "invalid_value", "name", 'name must be the name of a volume, not ""'],
  [() => volumes.get(), "rejects", "missing_field", "name", /^name is required/],
  [() => volumes.create(), "rejects", "missing_field", "options", /^options is required/],
  [() => volumes.delete(5), "rejects", "invalid_type", "name", /not 5$/],
  [() => volumes.files(""), "throws", "invalid_value", "name", /not ""$/],

  [() => sandbox.cwd(5), "throws", "invalid_type", "path", "path must be a string, not 5"],
  [() => sandbox.cwd(NaN), "throws", "invalid_type", "path", "path must be a string, not NaN"],
  [() => sandbox.exec("pwd", null), "rejects", "invalid_type", "options", /an object, not null$/],
  [() => sandbox.exec("pwd", 5), "rejects", "invalid_type", "options", /an object, not 5$/],
  [() => sandbox.exec("pwd", { cwd: 5 }), "rejects", "invalid_type", "options.cwd", /a string, not 5$/],
  [() => sandbox.exec("pwd", { onStdout: 5 }), "rejects", "invalid_type", "options.onStdout", /not 5$/],
  [() => sandbox.exec("pwd", { signal: {} }), "rejects", "invalid_type", "options.signal", /not \{\}$/],

  [() => files.write(5, "x"), "rejects", "invalid_type", "path", "path must be a string, not 5"],
  [
    () => files.write("/x", "x", { foo: 5 }),
    "rejects",
    "unknown_field",
    "options.foo",
    /only known field is cwd$/,
  ],
  [() => files.write("/x", "x", { cwd: 5 }), "rejects", "invalid_type", "options.cwd", /a string, not 5$/],
  [() => files.read(), "rejects", "missing_field", "path", "path is required and must be a string"],
  [() => files.read(circle), "rejects", "invalid_type", "path", "path must be a string, not [object Object]"],
  [() => files.read("/x", "utf8"), "rejects", "invalid_type", "options", /an object, not "utf8"$/],
  [() => files.read("/x", { foo: 1 }), "rejects", "unknown_field", "options.foo", /^Unknown field/],
  [
    () => files.read("/x", { encoding: "base64" }),
    "rejects",
    "invalid_value",
    "options.encoding",
    'options.encoding must be "utf8", "utf-8" or "binary", not "base64"',
  ],
  [() => files.exists(5), "rejects", "invalid_type", "path", "path must be a string, not 5"],
  [() => files.list(null), "rejects", "invalid_type", "path", "path must be a string, not null"],
  [() => files.stat("/x", { encoding: "utf8" }), "rejects", "unknown_field", "options.encoding", /^Unknown/],
  [() => files.mkdir("/x", { recursive: 1 }), "rejects", "invalid_type", "options.recursive", /not 1$/],
  [() => files.remove("/x", { force: true }), "rejects", "unknown_field", "options.force", /^Unknown/],
  [() => files.rename("/x"), "rejects", "missing_field", "to", "to is required and must be a string"],
  [() => files.rename(5, "/x"), "rejects", "invalid_type", "from", "from must be a string, not 5"],
  [
    () => sandboxes.create({ image: "node:20", timeoutMs: NaN }),
    "rejects",
    "invalid_value",
    "timeoutMs",
    "timeoutMs must be a finite number, not NaN",
  ],
  [
    () => sandboxes.create({ image: "node:20", volumes: { "/w": { name: "w", sizeGb: Infinity } } }),
    "rejects",
    "invalid_value",
    'volumes["/w"].sizeGb',
    /a finite number, not Infinity$/,
  ],
  [
    () => sandboxes.create({ image: "node:20", env: { A: NaN } }),
    "rejects",
    "invalid_type",
    'env["A"]',
    'env["A"] must be a string, not NaN',
  ],
  [() => sandboxes.create(circle), "rejects", "invalid_value", "self", /^self must be free of circles, not/],
  [
    () => sandboxes.create({ image: () => "node:20" }),
    "rejects",
    "invalid_type",
    "image",
    /^image must be a value that JSON can hold, not \[object Function\]$/,
  ],
  [
    () => sandboxes.setTimeout(sandbox.id, -Infinity),
    "rejects",
    "invalid_value",
    "timeoutMs",
    /not -Infinity$/,
  ],
  [
    () => sandbox.setTimeout(NaN),
    "rejects",
    "invalid_value",
    "timeoutMs",
    "timeoutMs must be a finite number, not NaN",
  ],
  [
    () => sandbox.setTimeout(5n),
    "rejects",
    "invalid_type",
    "timeoutMs",
    "timeoutMs must be a finite number, not 5n",
  ],
  [
    () => sandbox.exec("pwd", { timeoutMs: NaN }),
    "rejects",
    "invalid_value",
    "options.timeoutMs",
    "options.timeoutMs must be a finite number, not NaN",
  ],
  [
    () => sandbox.exec(["echo", NaN]),
    "rejects",
    "invalid_type",
    "command[1]",
    "command[1] must be a string, not NaN",
  ],
  [
    () => sandbox.terminals.create({ cols: NaN }),
    "rejects",
    "invalid_value",
    "cols",
    /a finite number, not NaN$/,
  ],
  [
    () => volumes.create({ name: "v", sizeGb: NaN }),
    "rejects",
    "invalid_value",
    "sizeGb",
    /a finite number, not NaN$/,
  ],
  [
    () => createBackend({ seed: NaN }),
    "throws",
    "invalid_value",
    "seed",
    "seed must be a finite number, not NaN",
  ],
  [
    () => createBackend({ clock: Infinity }),
    "throws",
    "invalid_value",
    "clock",
    /a finite number, not Infinity$/,
  ],
  [
    () => createBackend({ limits: { credits: NaN } }),
    "throws",
    "invalid_value",
    "limits.credits",
    /a finite number, not NaN$/,
  ],

  [() => sandbox.expose(70_000), "throws", "invalid_value", "port", "Invalid port provided"],
  [() => sandbox.expose(0), "throws", "invalid_value", "port", "Invalid port provided"],
  [() => sandbox.expose(-1), "throws", "invalid_value", "port", "Invalid port provided"],
  [() => sandbox.expose(1.5), "throws", "invalid_value", "port", "Invalid port provided"],
  [() => sandbox.expose(NaN), "throws", "invalid_value", "port", "Invalid port provided"],
  [() => sandbox.expose("3000"), "throws", "invalid_type", "port", "Invalid port provided"],
  [() => sandbox.expose(), "throws", "missing_field", "port", "Invalid port provided"],

  [() => detached.read(5), "rejects", "invalid_type", "path", "path must be a string, not 5"],
];

for (const [call, how, reason, field, message] of table) {
  test(`${String(call).slice(6)} ${how} ${reason}`, async () => {
    const before = requests;
    const error = await failureOf(call, how);
    assert.ok(error instanceof SandboxApiError, error.stack);
    assert.deepEqual([error.status, error.code, error.reason], [400, 400, reason]);
    assert.deepEqual([error.details.reason, error.details.field], [reason, field]);
    assert.equal(typeof error.details.rule, "string");
    assert.equal("value" in error.details, reason !== "missing_field");
    assert.match(error.message, message instanceof RegExp ? message : exactly(message));
    const [head, first] = error.stack.split("\n");
    assert.equal(head, `SandboxApiError: ${error.message}`);
    assert.ok(first.includes(import.meta.filename), error.stack);
    assert.equal(requests, before, "something was sent");
  });
}

test("an unknown field's hint names what is near, else all that there are", () => {
  const detailsOf = (options) => {
    try {
      Sandbox(options);
    } catch (error) {
      return error.details;
    }
  };
  const known = ["apiKey", "baseUrl", "backend"];
  assert.deepEqual(
    [detailsOf({ baseURl: "" }).nearest, detailsOf({ baseURl: "" }).known],
    ["baseUrl", known],
  );
  assert.equal(detailsOf({ back: "" }).nearest, "backend");
  assert.ok(!("nearest" in detailsOf({ verbose: 1 })));
  assert.deepEqual(detailsOf({ verbose: 1 }).known, known);
});

test("a failed read says its path once", async () => {
  await assert.rejects(files.read("/none"), {
    message: "Failed to read file /none: No such file or directory",
  });
  await assert.rejects(files.read("none", { cwd: "/etc" }), {
    message: "Failed to read file /etc/none: No such file or directory",
  });
  await assert.rejects(files.list("/none"), { message: "No such file or directory: /none" });
});

test("the lowest and the highest port are exposed", () => {
  for (const port of [1, 65_535]) assert.match(sandbox.expose(port), new RegExp(`^${port}-`));
});

test("a field that is there and undefined is as one that is not", async () => {
  await files.write("/u", "x", { cwd: undefined });
  assert.equal(await files.read("/u", { encoding: undefined, cwd: undefined }), "x");
  const options = { cwd: undefined, onStdout: undefined, signal: undefined };
  assert.equal((await sandbox.exec("cat /u", options)).stdout, "x");
  Sandbox({ baseUrl: undefined, apiKey: undefined, backend });
  createBackend({ storage: undefined, onProgress: undefined });
});

test("cwd goes where a shell's cd goes, and not above the root", async () => {
  const walker = await sandboxes.get(sandbox.id);
  for (const [path, directory] of [
    ["../x", "/x"],
    ["../../..", "/"],
    ["/srv//app/./logs/", "/srv/app/logs"],
    ["../data", "/srv/app/data"],
    ["../../../../etc", "/etc"],
  ]) {
    assert.equal(walker.cwd(path), directory);
  }
  assert.equal((await walker.exec("pwd")).stdout, "/etc\n");
});

test("the .. of a file's path follows symlinks, and ends at the root", async () => {
  await sandbox.exec("mkdir -p /real/deep && ln -s /real/deep /link && echo up > /real/file");
  assert.equal(await files.read("/link/../file"), "up\n");
  assert.equal(await files.read("../../real/file"), "up\n");
  assert.equal((await files.write("/../top", "x")).path, "/top");
});

/** What the call throws, or rejects with, whichever it must. */
async function failureOf(call, how) {
  let outcome;
  try {
    outcome = call();
  } catch (error) {
    assert.equal(how, "throws", error.stack);
    return error;
  }
  assert.equal(how, "rejects", "nothing was thrown");
  return outcome.then(
    () => assert.fail("nothing was thrown"),
    (error) => error,
  );
}

function exactly(text) {
  return new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);
}
