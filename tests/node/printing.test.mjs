/** `console.log` of our objects is one short line. */
import assert from "node:assert/strict";
import { inspect } from "node:util";
import test from "node:test";
import { createBackend, Sandbox } from "../../www/sdk/dist/node/index.mjs";

test("a client, a sandbox and what hangs on them are short", async () => {
  const backend = createBackend({ seed: 3 });
  const client = Sandbox({ backend });
  const sandbox = await client.sandboxes.create({ image: "node:20" });
  assert.equal(inspect(client), "SandboxClient (a cloud of its own)");
  assert.equal(
    inspect(Sandbox({ baseUrl: "http://localhost:1/api/v1" })),
    "SandboxClient (http://localhost:1/api/v1)",
  );
  assert.equal(inspect(sandbox), `Sandbox ${sandbox.id} (node:20, iad, started)`);
  assert.equal(inspect(sandbox.files), `Files of sandbox ${sandbox.id}`);
  assert.equal(inspect(client.volumes.files("vol")), "Files of volume vol");
  assert.equal(inspect(backend), "Backend (memory, open)");
  assert.equal(inspect(client.sandboxes), "Sandboxes { create, get, list, setTimeout, kill }");
  assert.equal(inspect(client.volumes), "Volumes { list, get, create, delete, files }");
});

test("an error prints its stack and what tells it apart", async () => {
  const error = await Sandbox({ backend: createBackend() })
    .sandboxes.get("00000000000000")
    .catch((error) => error);
  assert.equal(inspect(error), `${error.stack} { status: 404, reason: 'sandbox_not_found' }`);
});
