// Regions
// A volume stays in the region it was made in, and only sandboxes of
// that region can mount it.
import { Sandbox } from "simplesandbox-mock";

const client = Sandbox();

// No region given, so this is `iad`, and so is the new volume.
const east = await client.sandboxes.create({
  image: "node:20",
  volumes: { "/workspace": "regional_data" },
});
console.log("The sandbox runs in", east.data.region);
await east.kill();

try {
  await client.sandboxes.create({
    image: "node:20",
    region: "lax",
    volumes: { "/workspace": "regional_data" },
  });
} catch (error) {
  console.log((error as Error).message);
}
