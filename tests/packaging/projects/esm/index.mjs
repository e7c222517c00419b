import { Sandbox, SandboxApiError } from "simplesandbox-mock";
import { Sandbox as Connect } from "simplesandbox-mock/client";

const client = Sandbox();
const sandbox = await client.sandboxes.create({ image: "node:20", volumes: { "/out": "from_esm" } });
await sandbox.files.write("/out/greeting", "hello from ESM\n");
process.stdout.write((await sandbox.exec("cat /out/greeting")).stdout);
await sandbox.kill();
try {
  await sandbox.exec("true");
} catch (error) {
  console.log(error instanceof SandboxApiError, error.reason);
}
console.log(typeof Connect);
