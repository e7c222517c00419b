// Full workspace
// Clone, install and build once on a volume. A later sandbox mounts
// it and goes straight to the tests, with nothing to install again.
// Not here yet: `git clone`, which ends with exit code 127, so the
// steps after it are not run.
import { Sandbox } from "simplesandbox-mock";

const client = Sandbox();

const setup = await client.sandboxes.create({
  image: "node:20",
  volumes: { "/workspace": "full_workspace" },
});

setup.cwd("/workspace");
const steps = ["git clone https://git.example.com/team/shop.git .", "npm install", "npm run build"];
for (const step of steps) {
  const { success, exitCode } = await setup.exec(step);
  if (!success) {
    console.error(`"${step}" failed with exit code ${exitCode}`);
    break;
  }
}
await setup.kill();

// Some days later.
const later = await client.sandboxes.create({
  image: "node:20",
  volumes: { "/workspace": "full_workspace" },
});

later.cwd("/workspace");
const found = await later.exec("ls -A");
console.log("In the workspace:", found.stdout.trim() || "nothing, since the clone failed");
