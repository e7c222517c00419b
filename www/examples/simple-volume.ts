// Simple volume
// A name is enough: the volume is made when a sandbox first mounts
// it, and it has 1 GB.
import { Sandbox } from "simplesandbox-mock";

const client = Sandbox();

const sandbox = await client.sandboxes.create({
  image: "node:20",
  volumes: { "/workspace": "simple_volume" },
});

const space = await sandbox.exec("df -h /workspace");
console.log(space.stdout);

const { name, sizeGb, region, attachedTo } = await client.volumes.get("simple_volume");
console.log({ name, sizeGb, region, attached: attachedTo === sandbox.id });
