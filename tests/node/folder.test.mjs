/** A cloud that is kept in a folder: it outlives the process, however that ends, and one process at a time has it. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { esmFile, runScript } from "./package-under-test.mjs";

const { Sandbox, createBackend } = await import(esmFile);

/** Rounds of SIGKILL. */
const ROUNDS = 10;

function folderFor(t) {
  const folder = mkdtempSync(join(tmpdir(), "simplesandbox-folder-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("what a process wrote is there for the next one", async (t) => {
  const folder = folderFor(t);
  const script = (work) => `
    import { Sandbox, createBackend } from SDK;
    const backend = createBackend({ storage: "folder", folder: ${JSON.stringify(folder)} });
    const client = Sandbox({ backend });
    ${work}
  `;
  const first = await runScript(
    script(`
      const sandbox = await client.sandboxes.create({ image: "debian", volumes: { "/data": "kept" } });
      await sandbox.exec("seq 100000 > /data/large; echo small > /data/small");
      await backend.fetch("/api/v1/_mock/compact", { method: "POST" });
      await sandbox.exec("echo later >> /data/small");
      console.log((await backend.info()).storage, (await backend.info()).durable);
      await sandbox.kill();
    `),
  );
  assert.deepEqual([first.code, first.stdout, first.stderr], [0, "folder true\n", ""]);
  const second = await runScript(
    script(`
      const sandbox = await client.sandboxes.create({ image: "debian", volumes: { "/data": "kept" } });
      console.log((await sandbox.exec("cat /data/small; sha1sum < /data/large; seq 100000 | sha1sum")).stdout);
    `),
  );
  const lines = second.stdout.trim().split("\n");
  assert.deepEqual(lines.slice(0, 2), ["small", "later"]);
  assert.equal(lines[2], lines[3]);
});

test("one backend at a time has a folder", async (t) => {
  const folder = folderFor(t);
  const first = createBackend({ storage: "folder", folder });
  await first.ready;
  assert.throws(() => createBackend({ storage: "folder", folder }), { reason: "held_by_another_tab" });
  await first.close();
  const second = createBackend({ storage: "folder", folder });
  await second.ready;
  await second.close();
  assert.deepEqual(readdirSync(folder).includes("lock"), false);
});

test("a folder is asked for, and a path that is a file is refused", (t) => {
  assert.throws(() => createBackend({ storage: "folder" }), { reason: "missing_field", status: 400 });
  assert.throws(() => createBackend({ storage: "folder", folder: 7 }), { reason: "invalid_type" });
  const file = join(folderFor(t), "file");
  writeFileSync(file, "");
  assert.throws(() => createBackend({ storage: "folder", folder: file }), /EEXIST|ENOTDIR|not a directory/i);
});

test("a process that is killed while it writes loses nothing that it was told is kept", async (t) => {
  const folder = folderFor(t);
  const script = join(folder, "writer.mjs");
  const cloud = join(folder, "cloud");
  writeFileSync(
    script,
    `
    import { Sandbox, createBackend } from ${JSON.stringify(esmFile)};
    const limits = { loadedBytes: 0, compactAtBytes: 100_000 };
    const backend = createBackend({ storage: "folder", folder: ${JSON.stringify(cloud)}, storageLimits: limits });
    const sandbox = await Sandbox({ backend }).sandboxes.create({ image: "debian", volumes: { "/data": "kept" } });
    const last = Number((await sandbox.exec("cat /data/last 2>/dev/null || echo 0")).stdout);
    for (let number = last + 1; ; number++) {
      const { exitCode } = await sandbox.exec(\`seq \${number} 3000 > /data/f\${number % 7} && echo \${number} > /data/last\`);
      if (exitCode !== 0) throw new Error("the write failed");
      process.stdout.write(number + "\\n");
    }
  `,
  );
  let told = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const writer = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "pipe"] });
    let heard = "";
    let complaints = "";
    writer.stderr.on("data", (data) => (complaints += data));
    const killed = new Promise((resolve) => writer.on("close", resolve));
    await new Promise((resolve) => {
      writer.on("close", resolve);
      writer.stdout.on("data", (data) => {
        if (heard === "") {
          // From its first word on, at a moment of chance.
          setTimeout(() => writer.kill("SIGKILL"), Math.random() * 60);
        }
        heard += data;
      });
    });
    await killed;
    const numbers = heard.split("\n").slice(0, -1).map(Number);
    assert.ok(numbers.length > 0, `round ${round}: ${complaints}`);
    told = numbers.at(-1);

    const backend = createBackend({ storage: "folder", folder: cloud });
    const client = Sandbox({ backend });
    for (const old of await client.sandboxes.list()) {
      await old.kill();
    }
    const sandbox = await client.sandboxes.create({ image: "debian", volumes: { "/data": "kept" } });
    const found = Number((await sandbox.exec("cat /data/last")).stdout);
    assert.ok(found === told || found === told + 1, `round ${round}: told ${told}, found ${found}`);
    const checked = `[ "$(cat /data/f${told % 7} | tail -n 1)" = 3000 ] && head -n 1 /data/f${told % 7}`;
    const first = Number((await sandbox.exec(checked)).stdout);
    assert.ok(first === told || first === told + 7, `round ${round}: f${told % 7} begins with ${first}`);
    await sandbox.kill();
    await backend.close();
  }
  assert.ok(told > ROUNDS);
});
