/** The packed package in an empty project: what is in it, and ESM, CommonJS and TypeScript as their users have them. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { install, installedIn, manifest, node, packedFiles, typeCheck } from "./installed-project.mjs";

test("the package holds what it says, and nothing of the sources", () => {
  const files = packedFiles();
  const paths = [];
  const collect = (value) =>
    typeof value === "string" ? paths.push(value) : Object.values(value).forEach(collect);
  const { exports, main, types, dependencies } = manifest();
  collect([exports, main, types]);
  for (const path of paths) {
    assert.ok(files.includes(path.replace("./", "")), `${path} is missing`);
  }
  assert.deepEqual(
    files.filter((path) => !/^(dist\/|package\.json$|README\.md$|LICENSE-)/.test(path)),
    [],
  );
  assert.equal(dependencies, undefined);
});

test("the README says first that memory is lost, and how to keep it", () => {
  const folder = install("esm");
  const start = readFileSync(join(installedIn(folder), "README.md"), "utf8")
    .split("\n")
    .slice(0, 12)
    .join(" ");
  assert.match(start, /in memory: when the process ends, .* gone/);
  assert.match(start, /To keep data/);
});

test("ESM", async () => {
  const { stdout, stderr } = await node(install("esm"), "index.mjs");
  assert.deepEqual([stdout, stderr], ["hello from ESM\ntrue sandbox_not_found\nfunction\n", ""]);
});

test("CommonJS, alone and together with ESM", async () => {
  const { stdout, stderr } = await node(install("commonjs"), "index.cjs");
  assert.deepEqual([stdout, stderr], ["hello from CommonJS\ntrue true\nfunction\n", ""]);
});

test("TypeScript, strict, as Node resolves modules", async () => {
  await typeCheck(install("typescript-node16"));
});

test("TypeScript, strict, as bundlers resolve modules", async () => {
  await typeCheck(install("typescript-bundler"));
});

test("the files for browsers hold nothing of Node", () => {
  const browser = join(installedIn(install("esm")), "dist/browser");
  for (const file of ["index.js", "client.js", "shared.js", "worker.js"]) {
    const path = join(browser, file);
    assert.ok(existsSync(path), `${file} is missing`);
    assert.doesNotMatch(
      readFileSync(path, "utf8"),
      /\bfrom\s*["']node:|require\(["']|import\(["']node:/,
      file,
    );
  }
});
