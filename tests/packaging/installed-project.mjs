/**
 * A little project as a user has it: a copy of a folder of `projects/` outside this repository, with the package that
 * `npm pack` made installed into it. Tools (TypeScript, Vite) are those of `www/`; the package itself needs none.
 */
import { execFile, execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

const repository = resolve(import.meta.dirname, "../..");
const www = createRequire(join(repository, "www/package.json"));

let tarball;
const scratch = mkdtempSync(join(tmpdir(), "simplesandbox-packaging-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

/** Packs the package, once. */
function packed() {
  if (tarball === undefined) {
    const args = [
      "pack",
      "--ignore-scripts",
      "--json",
      "--pack-destination",
      scratch,
      join(repository, "www/sdk"),
    ];
    const report = JSON.parse(
      execFileSync("npm", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
    );
    const [{ filename, files }] = Array.isArray(report) ? report : Object.values(report);
    tarball = { file: join(scratch, filename), files: files.map(({ path }) => path) };
  }
  return tarball;
}

/** The paths in the packed package. */
export function packedFiles() {
  return packed().files;
}

/** Copies a project, installs the package into it, and gives its folder. */
export function install(name) {
  const folder = mkdtempSync(join(scratch, `${name}-`));
  cpSync(join(import.meta.dirname, "projects", name), folder, { recursive: true });
  const args = [
    "install",
    "--no-save",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--offline",
    packed().file,
  ];
  execFileSync("npm", args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  return folder;
}

/** Where the package lies in a project. */
export function installedIn(folder) {
  return join(folder, "node_modules/simplesandbox-mock");
}

/** Runs a file of a project with Node, and gives what it printed. */
export async function node(folder, ...args) {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: folder });
  return { stdout, stderr };
}

/** Checks a project with the TypeScript compiler; the error's `stdout` says what does not fit. */
export async function typeCheck(folder) {
  const tsc = join(dirname(www.resolve("typescript/package.json")), "bin/tsc");
  const roots = join(repository, "www/node_modules/@types");
  try {
    return await node(folder, tsc, "-p", ".", "--typeRoots", roots);
  } catch (error) {
    throw new Error(error.stdout || error.message, { cause: error });
  }
}

/** A module of `www/`, like Vite or Playwright, as `import()` gives it. */
export function tool(name) {
  return import(www.resolve(name));
}

/** The version and the like that the package says of itself. */
export function manifest() {
  return JSON.parse(readFileSync(join(repository, "www/sdk/package.json"), "utf8"));
}
