// Quick start
// Put a small project on a volume, end the sandbox, and mount the
// volume in a new one: code and dependencies are still there.
import { Sandbox } from "simplesandbox-mock";

const client = Sandbox();

// The first run makes the volume, every later one reuses it.
const first = await client.sandboxes.create({
  image: "node:20",
  volumes: { "/workspace": "quick_start" },
});

first.cwd("/workspace");
await first.files.write("server.js", 'console.log("ready");\n');
await first.exec("npm install express");

// The sandbox goes, and with it everything outside /workspace.
await first.kill();

// Another sandbox, the same volume.
const second = await client.sandboxes.create({
  image: "node:20",
  volumes: { "/workspace": "quick_start" },
});

const listing = await second.exec("ls /workspace");
console.log(listing.stdout);

const code = await second.files.read("/workspace/server.js");
console.log("server.js still says:", code);
