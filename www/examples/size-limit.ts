// Size limit
// A volume of 500 GB is too large: sizes go from 1 to 100 GB.
import { Sandbox, type SandboxApiError } from "simplesandbox-mock";

const client = Sandbox();

try {
  await client.sandboxes.create({
    image: "node:20",
    volumes: { "/workspace": { name: "size_limit", sizeGb: 500 } },
  });
} catch (error) {
  const { status, reason, message } = error as SandboxApiError;
  console.log({ status, reason, message });
}
