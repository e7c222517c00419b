/** The type declarations of the package: what the entries reach, and nothing else. */
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

/**
 * Checks the sources and writes their declarations. They lie in a package without `"type": "module"`, so they describe
 * CommonJS; beside each entry an `.mts` file gives the same to ES modules, as the code itself does.
 */
export function writeTypes(sdkDir, outDir, entries) {
  const all = mkdtempSync(join(tmpdir(), "simplesandbox-types-"));
  try {
    const tsc = join(
      dirname(createRequire(import.meta.url).resolve("typescript/package.json")),
      "bin",
      "tsc",
    );
    const emit = ["--noEmit", "false", "--declaration", "--emitDeclarationOnly", "--stripInternal"];
    execFileSync(process.execPath, [tsc, "-p", sdkDir, ...emit, "--outDir", all], { stdio: "inherit" });
    const copied = new Set();
    for (const entry of entries) {
      copyReachable(join(all, "entry", `${entry}.d.ts`), all, outDir, copied);
      writeFileSync(join(outDir, `${entry}.d.mts`), `export * from "./entry/${entry}.js";\n`);
    }
  } finally {
    rmSync(all, { recursive: true });
  }
}

function copyReachable(file, from, to, copied) {
  if (copied.has(file)) {
    return;
  }
  copied.add(file);
  const text = readFileSync(file, "utf8");
  const target = join(to, relative(from, file));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
  for (const [, path] of text.matchAll(/(?:from|import)\s*\(?"(\.[^"]+)\.js"/g)) {
    copyReachable(join(dirname(file), `${path}.d.ts`), from, to, copied);
  }
}
