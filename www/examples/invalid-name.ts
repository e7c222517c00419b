// Invalid name
// A hyphen in a volume's name: the create fails, and neither a
// sandbox nor a volume is left behind.
import { Sandbox, type SandboxApiError } from "simplesandbox-mock";

const client = Sandbox();

try {
  await client.sandboxes.create({
    image: "node:20",
    volumes: { "/workspace": "invalid-name" },
  });
} catch (error) {
  const { status, reason, message } = error as SandboxApiError;
  console.log({ status, reason, message });
}

const volumes = await client.volumes.list();
console.log(
  "Left behind:",
  volumes.some(({ name }) => name === "invalid-name"),
);
