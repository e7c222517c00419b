// Multiple volumes
// A sandbox mounts one volume. Two are refused; two directories on
// one volume do the same job.
import { Sandbox, type SandboxApiError } from "simplesandbox-mock";

const client = Sandbox();

try {
  await client.sandboxes.create({
    image: "node:20",
    volumes: { "/workspace": "only_one", "/cache": "one_too_many" },
  });
} catch (error) {
  const { reason, message } = error as SandboxApiError;
  console.log({ reason, message });
}

const sandbox = await client.sandboxes.create({
  image: "node:20",
  volumes: { "/data": "only_one" },
});
await sandbox.exec("mkdir -p /data/workspace /data/cache");
console.log((await sandbox.exec("ls /data")).stdout);
