// Naming rules
// Names of volumes have lowercase letters, digits and underscores,
// 30 at most. This tries some of both kinds.
import { Sandbox } from "simplesandbox-mock";

const client = Sandbox();

const names = [
  "naming_rules",
  "naming_2026",
  "Naming_Rules", // capitals
  "naming-rules", // a hyphen
  "naming@v2", // a special character
  "naming_".repeat(5), // 35 characters
];

for (const name of names) {
  try {
    const sandbox = await client.sandboxes.create({ image: "node:20", volumes: { "/workspace": name } });
    console.log("accepted:", name);
    await sandbox.kill();
  } catch (error) {
    console.log("refused: ", name, "·", (error as Error).message);
  }
}
