// One sandbox at a time
// A volume that a sandbox holds cannot be mounted by another.
// Killing the holder sets it free.
import { Sandbox, type SandboxApiError } from "simplesandbox-mock";

const client = Sandbox();
const options = { image: "node:20", volumes: { "/workspace": "one_at_a_time" } };

const holder = await client.sandboxes.create(options);

try {
  await client.sandboxes.create(options);
} catch (error) {
  const { message, details } = error as SandboxApiError;
  console.log(message);
  console.log("The holder is", details.sandboxId === holder.id ? "our first sandbox" : details.sandboxId);
}

await holder.kill();

const next = await client.sandboxes.create(options);
console.log("After the kill it is held by", next.id);
