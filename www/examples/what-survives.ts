// What survives
// One file is written on the volume and one beside it. After a kill
// the volume's file is there again, and the other is gone. The tree
// of files marks what stays and what goes.
import { Sandbox } from "simplesandbox-mock";

const client = Sandbox();
const options = { image: "node:20", volumes: { "/workspace": "what_survives" } };

const before = await client.sandboxes.create(options);
await before.files.write("/workspace/kept.txt", `written by ${before.id}\n`);
await before.files.write("/tmp/lost.txt", `written by ${before.id}\n`);
const both = await before.exec("ls /workspace/kept.txt /tmp/lost.txt");
console.log("Before the kill:\n" + both.stdout);

await before.kill();

const after = await client.sandboxes.create(options);
const kept = await after.files.read("/workspace/kept.txt");
console.log("On the volume:", kept);

try {
  await after.files.read("/tmp/lost.txt");
} catch (error) {
  console.log("Beside the volume:", (error as Error).message);
}
