// One process, one result: started by `node.bench.mjs` with the name of what to measure. Prints the milliseconds from
// the start of the process to the result of its first command.
import { justBash, ours } from "./package.mjs";

const jobs = {
  async ours() {
    const { Sandbox } = ours();
    const sandbox = await Sandbox().sandboxes.create({ image: "node:20" });
    return (await sandbox.exec("echo ready")).stdout;
  },
  async "just-bash"() {
    const { Bash } = justBash();
    return (await new Bash().exec("echo ready")).stdout;
  },
  async "node alone"() {
    return "ready\n";
  },
};

const output = await jobs[process.argv[2]]();
if (output !== "ready\n") {
  throw new Error(`Unexpected output: ${JSON.stringify(output)}`);
}
console.log(performance.now());
