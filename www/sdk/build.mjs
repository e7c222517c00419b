/**
 * Bundles the npm package: `node www/sdk/build.mjs [--out www/sdk/dist] [--engine www/sdk/engine]`.
 *
 * The engine's folder holds `engine.js` and `engine_bg.wasm`, which wasm-bindgen (`--target web`) wrote for `crates/wasm`.
 * What comes out is what `npm pack` of `www/sdk` takes:
 *
 *     node/     index.cjs, index.mjs, client.* over one implementation.cjs: ESM and CommonJS share one backend
 *     browser/  index.js and client.js, worker.js (also inside index.js), wasm-base64.js (loaded only when needed)
 *     engine/   engine_bg.wasm, for both
 *     types/    declarations
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { glueModule } from "./build/glue.mjs";
import { writeTypes } from "./build/types.mjs";

const sdk = dirname(fileURLToPath(import.meta.url));
const { values: args } = parseArgs({ options: { out: { type: "string" }, engine: { type: "string" } } });
const out = resolve(args.out ?? join(sdk, "dist"));
const engine = resolve(args.engine ?? join(sdk, "engine"));

const wasmFile = join(engine, "engine_bg.wasm");
if (!existsSync(wasmFile)) {
  console.error(`There is no engine in ${engine}: "cargo xtask build" makes it before it calls this.`);
  process.exit(1);
}

rmSync(out, { recursive: true, force: true });
for (const folder of ["node", "browser", "engine", "types"]) {
  mkdirSync(join(out, folder), { recursive: true });
}

const glue = await glueModule(join(engine, "engine.js"));
writeTypes(sdk, join(out, "types"), ["node", "browser", "client"]);
copyFileSync(wasmFile, join(out, "engine/engine_bg.wasm"));
await buildNode();
await buildBrowser();
report();

/** One implementation for both module systems; the entries only name what is in it. */
async function buildNode() {
  const implementation = join(out, "node/implementation.cjs");
  await build({
    stdin: {
      contents: `export * as main from "./node.js"; export * as client from "./client.js";`,
      resolveDir: join(sdk, "src/entry"),
    },
    bundle: true,
    outfile: implementation,
    platform: "node",
    format: "cjs",
    target: "node20",
    plugins: [virtual({ "virtual:engine": glue })],
  });
  const entries = createRequire(import.meta.url)(implementation);
  for (const [file, entry] of [
    ["index", "main"],
    ["client", "client"],
  ]) {
    const names = Object.keys(entries[entry]);
    const assignments = names.map((name) => `exports.${name} = ${entry}.${name};\n`);
    const head = `"use strict";\nconst { ${entry} } = require("./implementation.cjs");\n`;
    write(`node/${file}.cjs`, head + assignments.join(""));
    write(`node/${file}.mjs`, `export { ${names.join(", ")} } from "./${file}.cjs";\n`);
  }
}

async function buildBrowser() {
  const common = { bundle: true, platform: "browser", target: "es2022" };
  const worker = await build({
    ...common,
    entryPoints: [join(sdk, "src/engine/worker.ts")],
    write: false,
    format: "iife",
    minify: true,
    plugins: [virtual({ "virtual:engine": glue })],
  });
  const workerSource = worker.outputFiles[0].text;
  await build({
    ...common,
    entryPoints: { index: join(sdk, "src/entry/browser.ts"), client: join(sdk, "src/entry/client.ts") },
    outdir: join(out, "browser"),
    format: "esm",
    splitting: true,
    chunkNames: "shared",
    plugins: [
      virtual({ "virtual:worker": `export default ${JSON.stringify(workerSource)};` }),
      elsewhere("virtual:wasm-base64", "./wasm-base64.js"),
    ],
  });
  const base64 = gzipSync(readFileSync(wasmFile), { level: 9 }).toString("base64");
  write("browser/worker.js", workerSource);
  write("browser/wasm-base64.js", `export default "${base64}";\n`);
  write("browser/package.json", `{ "type": "module" }\n`);
}

function report() {
  const files = ["node/implementation.cjs", "browser/index.js", "browser/worker.js", "engine/engine_bg.wasm"];
  const sizes = files.map((file) => `${file} ${Math.round(statSync(join(out, file)).size / 1024)} KiB`);
  console.log(`npm package in ${out}: ${sizes.join(", ")}`);
}

function write(path, text) {
  writeFileSync(join(out, path), text);
}

/** Modules by name whose source is at hand. */
function virtual(sources) {
  return {
    name: "virtual",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^virtual:/ }, ({ path }) =>
        path in sources ? { path, namespace: "virtual" } : undefined,
      );
      onLoad({ filter: /.*/, namespace: "virtual" }, ({ path }) => ({
        contents: sources[path],
        loader: "js",
      }));
    },
  };
}

/** A module that stays a file of its own beside the output. */
function elsewhere(name, file) {
  return {
    name: "elsewhere",
    setup({ onResolve }) {
      onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: file, external: true }));
    },
  };
}
