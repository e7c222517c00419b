/** The built package, as these tests reach it: by the files that its `exports` name for Node. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const dist = resolve(import.meta.dirname, "../../www/sdk/dist/node");

/** The file of the package for `import`. */
export const esmFile = pathToFileURL(join(dist, "index.mjs")).href;
/** The file of the package for `require`. */
export const commonJsFile = join(dist, "index.cjs");
/** The file of the entry without an engine, for `require`. */
export const clientFile = join(dist, "client.cjs");

/**
 * Runs `source` as an ES module in a process of its own, where `SDK` is the address of the package.
 *
 * @returns its exit code, what it printed, and how long it took from start to end, in milliseconds.
 */
export function runScript(source, { timeoutMs = 20_000, env = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "simplesandbox-node-"));
  const file = join(folder, "script.mjs");
  writeFileSync(file, source.replaceAll("SDK", JSON.stringify(esmFile)));
  const began = performance.now();
  return new Promise((done) => {
    const options = { timeout: timeoutMs, env: { ...process.env, NODE_NO_WARNINGS: "", ...env } };
    execFile(process.execPath, [file], options, (error, stdout, stderr) => {
      rmSync(folder, { recursive: true });
      const code = error === null ? 0 : error.killed ? "timed out" : error.code;
      done({ code, stdout, stderr, ms: performance.now() - began });
    });
  });
}
