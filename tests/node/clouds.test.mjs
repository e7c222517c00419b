/** Which cloud a client talks to: one per process, or one of its own; and the same seed gives the same cloud. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import test from "node:test";
import * as esm from "../../www/sdk/dist/node/index.mjs";
import { clientFile, commonJsFile, runScript } from "./package-under-test.mjs";

const require = createRequire(import.meta.url);

test("ESM and CommonJS loaded together are one package with one default cloud", async () => {
  const commonJs = require(commonJsFile);
  assert.deepEqual(Object.keys(commonJs).sort(), Object.keys(esm).sort());
  for (const name of Object.keys(esm)) {
    assert.equal(commonJs[name], esm[name]);
  }
  const sandbox = await esm.Sandbox().sandboxes.create({ image: "node:20" });
  const found = await commonJs.Sandbox().sandboxes.get(sandbox.id);
  assert.equal(found.id, sandbox.id);
  await sandbox.kill();
});

test("backends do not meet", async () => {
  const one = esm.Sandbox({ backend: esm.createBackend() });
  const two = esm.Sandbox({ backend: esm.createBackend() });
  const sandbox = await one.sandboxes.create({ image: "node:20", volumes: { "/v": "same_name" } });
  await assert.rejects(two.sandboxes.get(sandbox.id), { reason: "sandbox_not_found" });
  await two.sandboxes.create({ image: "node:20", volumes: { "/v": "same_name" } });
  assert.equal((await esm.Sandbox().volumes.list()).length, 0);
});

test("the default backend takes options before its first use only", async () => {
  const { stdout } = await runScript(`
    import { Sandbox, defaultBackend } from SDK;
    defaultBackend({ seed: 9, clock: 0 });
    const sandbox = await Sandbox().sandboxes.create({ image: "node:20" });
    console.log(sandbox.data.createdAt);
    try {
      defaultBackend({ seed: 10 });
    } catch (error) {
      console.log(error.name);
    }
  `);
  assert.equal(stdout, "1970-01-01T00:00:00.000Z\nTypeError\n");
});

test("one seed and one clock give the same answers, byte for byte", async () => {
  const transcript = async (options) => {
    const backend = esm.createBackend(options);
    const answers = [];
    const send = async (path, init) => {
      const response = await backend.fetch(path, init);
      answers.push(response.status, await response.text());
      return JSON.parse(answers.at(-1) || "null");
    };
    const post = (json) => ({ method: "POST", body: JSON.stringify(json) });
    const { sandbox } = await send("/api/v1/sandboxes", post({ image: "node:20", volumes: { "/v": "vol" } }));
    const script = "date; mktemp; sleep 5; date; shuf -i 1-9";
    await send(`/api/v1/sandboxes/${sandbox.id}/exec`, post({ command: script }));
    await send("/api/v1/volumes");
    return answers;
  };
  const options = { seed: 11, clock: Date.UTC(2031, 0, 1) };
  assert.deepEqual(await transcript(options), await transcript(options));
  assert.notDeepEqual(await transcript(options), await transcript({ ...options, seed: 12 }));
});

test("the entry without an engine asks for a target", async () => {
  const client = require(clientFile);
  assert.throws(() => client.Sandbox(), TypeError);
  assert.equal(client.SandboxApiError, esm.SandboxApiError);
  const backend = esm.createBackend();
  const remote = client.Sandbox({ backend: { fetch: (url, init) => backend.fetch(url, init) } });
  const sandbox = await remote.sandboxes.create({ image: "node:20" });
  assert.equal((await sandbox.exec("echo through a door")).stdout, "through a door\n");
});

test("an image that is not known is warned of once", async () => {
  const { code, stdout, stderr } = await runScript(`
    import { Sandbox } from SDK;
    const client = Sandbox();
    await client.sandboxes.create({ image: "acme/cobol:85" });
    await client.sandboxes.create({ image: "acme/cobol:85" });
    await client.sandboxes.create({ image: "node:20" });
    console.log("done");
  `);
  assert.deepEqual([code, stdout], [0, "done\n"]);
  assert.equal(stderr.match(/SimplesandboxWarning/g)?.length, 1, stderr);
  assert.match(stderr, /acme\/cobol:85/);
});
