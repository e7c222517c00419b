import { defaultBackend, Sandbox, SandboxApiError } from "simplesandbox-mock";

async function story() {
  const client = Sandbox();
  const sandbox = await client.sandboxes.create({ image: "node:20", volumes: { "/site": "vite_site" } });
  await sandbox.files.write("/site/page", "built by Vite");
  const { stdout } = await sandbox.exec("cat /site/page");
  await sandbox.kill();
  const refused = await sandbox.exec("true").catch((error) => error);
  const { storage } = await defaultBackend().info();
  return { stdout, storage, refused: refused instanceof SandboxApiError && refused.reason };
}

story().then(
  (value) => (globalThis.reported = value),
  (error) => (globalThis.reported = { error: String(error?.stack) }),
);
