// In Node: a whole life of a sandbox beside just-bash's nearest equivalent, and the time to a first result.
//
// Ours creates a sandbox, writes a file, runs a command on it and kills the sandbox: four requests through the REST
// API. just-bash makes a shell, writes a file and runs the command: it has no sandboxes, so nothing is killed.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median, show, summary, takeTurns } from "./lib/figures.mjs";
import { justBash, ours, versionOf } from "./lib/package.mjs";

const { Sandbox, createBackend } = ours();
const { Bash } = justBash();
const client = Sandbox({ backend: createBackend({ storage: "memory" }) });

function expect(output) {
  if (output !== "hello\n") {
    throw new Error(`Unexpected output: ${JSON.stringify(output)}`);
  }
}

const life = await takeTurns(
  {
    async ours() {
      const sandbox = await client.sandboxes.create({ image: "node:20" });
      await sandbox.files.write("/tmp/greeting", "hello\n");
      expect((await sandbox.exec("cat /tmp/greeting")).stdout);
      await sandbox.kill();
    },
    async peer() {
      const bash = new Bash();
      await bash.writeFile("/tmp/greeting", "hello\n");
      expect((await bash.exec("cat /tmp/greeting")).stdout);
    },
  },
  { blocks: 10, rounds: 50, warmUp: 20 },
);

const firstResult = (what) => {
  const script = fileURLToPath(new URL("lib/first-result.mjs", import.meta.url));
  const times = [];
  for (let round = 0; round < 7; round++) {
    times.push(Number(execFileSync(process.execPath, [script, what], { encoding: "utf8" })));
  }
  return summary(times);
};

const peer = `just-bash ${versionOf("just-bash")}`;
show({
  name: "node",
  about: `Node ${process.version}; ten blocks of each, in turns`,
  results: {
    "create + write + exec + kill": summary(life.ours),
    [`${peer}: new + write + exec`]: summary(life.peer),
    "times as fast as the peer": Math.round((median(life.peer) / median(life.ours)) * 100) / 100,
    "first result of a new process": firstResult("ours"),
    [`${peer}: first result of a new process`]: firstResult("just-bash"),
    "a process that does nothing": firstResult("node alone"),
  },
});
