import {
  createBackend,
  defaultBackend,
  FileSizeError,
  Sandbox,
  SandboxApiError,
} from "./node_modules/simplesandbox-mock/dist/browser/index.js";

// What the tests reach for.
Object.assign(globalThis, { createBackend, defaultBackend, FileSizeError, Sandbox, SandboxApiError });

async function story() {
  const progress = [];
  defaultBackend({ onProgress: (step) => progress.push(step) });
  const client = Sandbox();
  const known = (await client.volumes.list()).map(({ name, usedBytes }) => ({ name, usedBytes }));
  const sandbox = await client.sandboxes.create({ image: "node:20", volumes: { "/notes": "plain_page" } });
  const before = await sandbox.files.exists("/notes/visits");
  const { stdout } = await sandbox.exec("echo visit >> /notes/visits; wc -l < /notes/visits");
  await sandbox.kill();
  const { storage, durable } = await defaultBackend().info();
  return { known, before, visits: Number(stdout), storage, durable, lastProgress: progress.at(-1) };
}

story().then(
  (value) => (globalThis.reported = value),
  (error) => (globalThis.reported = { error: error.message, reason: error.reason }),
);
