/** The same example files, run in Node with the npm package: what they print is what they print in the page. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { OUTCOMES, missingInOrder } from "./lib/outcomes.mjs";

const www = fileURLToPath(new URL("../../www/", import.meta.url));
const { transformSync } = createRequire(join(www, "package.json"))("esbuild");

const project = mkdtempSync(join(tmpdir(), "examples-"));
after(() => rmSync(project, { recursive: true }));
mkdirSync(join(project, "node_modules"));
symlinkSync(join(www, "sdk"), join(project, "node_modules/simplesandbox-mock"));

test("every example has its outcome written down", () => {
  const files = readdirSync(join(www, "examples")).map((name) => name.replace(".ts", ""));
  assert.deepEqual(OUTCOMES.map(({ slug }) => slug).sort(), files.sort());
});

for (const { slug, title, says } of OUTCOMES) {
  test(title, () => {
    const { code } = transformSync(readFileSync(join(www, `examples/${slug}.ts`), "utf8"), { loader: "ts" });
    const file = join(project, `${slug}.mjs`);
    writeFileSync(file, code);
    const { stdout, stderr, status } = spawnSync(process.execPath, [file], {
      encoding: "utf8",
      timeout: 60_000,
    });
    const text = stdout + stderr;
    assert.equal(status, 0, text);
    // What is written to stderr stands apart here, so the order is held within each stream.
    const [errors, prints] = [
      says.filter((part) => stderr.includes(part)),
      says.filter((part) => !stderr.includes(part)),
    ];
    assert.equal(missingInOrder(stderr, errors), undefined, text);
    assert.equal(missingInOrder(stdout, prints), undefined, text);
  });
}
