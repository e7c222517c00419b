// Custom size
// A volume can have 1 to 100 GB. The size is settled when the volume
// is made: asking for another one later is an error.
import { Sandbox, type SandboxApiError } from "simplesandbox-mock";

const client = Sandbox();

const sandbox = await client.sandboxes.create({
  image: "node:20",
  volumes: { "/workspace": { name: "custom_size", sizeGb: 10 } },
});

const space = await sandbox.exec("df -h /workspace");
console.log(space.stdout);
await sandbox.kill();

try {
  await client.sandboxes.create({
    image: "node:20",
    volumes: { "/workspace": { name: "custom_size", sizeGb: 20 } },
  });
} catch (error) {
  const { status, message } = error as SandboxApiError;
  console.log(status, message);
}
