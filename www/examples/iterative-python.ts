// Iterative Python
// Day one installs packages and saves a script on the volume; day
// two goes on where it stopped.
// Not here yet: `pip` and `python`, which end with exit code 127.
// The script itself is kept.
import { Sandbox } from "simplesandbox-mock";

const client = Sandbox();
const image = "python:3.11";
const volumes = { "/app": "iterative_python" };

const script = `
weights = [0.5, 1.5, 2.5]
print("mean:", sum(weights) / len(weights))
`.trimStart();

// Day one.
const monday = await client.sandboxes.create({ image, volumes });
monday.cwd("/app");
await monday.exec("pip install numpy pandas");
await monday.files.write("/app/train.py", script);
await monday.kill();

// Day two.
const tuesday = await client.sandboxes.create({ image, volumes });
tuesday.cwd("/app");
console.log((await tuesday.exec("cat train.py")).stdout);

const training = await tuesday.exec("python train.py");
if (!training.success) {
  console.error(`The training did not run: exit code ${training.exitCode}`);
}
