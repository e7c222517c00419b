/**
 * Bundles the page's TypeScript into `dist/`, which Trunk copies into the site: `node build.mjs`.
 *
 *     bridge.js          what is loaded with the page: the editor
 *     style.css          the style sheets of www/styles
 *     chunks/*.js        loaded when first needed: the runner (with frame and worker inside), the npm package
 *     engine/*.wasm      the engine, as the npm package brings it
 */
import { copyFileSync, existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "dist");
const npm = join(here, "../sdk/dist");
const common = { bundle: true, target: "es2022", minify: true, charset: "utf8", logLevel: "warning" };

const engine = join(npm, "engine/engine_bg.wasm");
if (!existsSync(engine)) {
  console.error(`There is no npm package in ${npm}: "cargo xtask build" makes it before the playground.`);
  process.exit(1);
}

rmSync(out, { recursive: true, force: true });
await build({
  ...common,
  entryPoints: [join(here, "src/bridge.ts")],
  outdir: out,
  format: "esm",
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  define: { ENGINE_BYTES: String(statSync(engine).size) },
  plugins: [bundledText(), npmPackage()],
});
await build({ ...common, entryPoints: { style: join(here, "../styles/index.css") }, outdir: out });
mkdirSync(join(out, "engine"), { recursive: true });
copyFileSync(engine, join(out, "engine/engine_bg.wasm"));

/** `import text from "bundled:./module.ts"`: the module and all it imports, as the text of one script. */
function bundledText() {
  return {
    name: "bundled-text",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^bundled:/ }, ({ path, resolveDir }) => ({
        path: join(resolveDir, path.slice("bundled:".length)),
        namespace: "bundled",
      }));
      onLoad({ filter: /.*/, namespace: "bundled" }, async ({ path }) => {
        const { outputFiles, metafile } = await build({
          ...common,
          entryPoints: [path],
          format: "iife",
          write: false,
          metafile: true,
        });
        return { contents: outputFiles[0].text, loader: "text", watchFiles: Object.keys(metafile.inputs) };
      });
    },
  };
}

/** The npm package as its users get it. Its embedded copy of the engine is left out: the page serves the file. */
function npmPackage() {
  return {
    name: "npm-package",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^simplesandbox-mock$/ }, () => ({ path: join(npm, "browser/index.js") }));
      onResolve({ filter: /wasm-base64/ }, ({ path }) => ({ path, namespace: "left-out" }));
      onLoad({ filter: /.*/, namespace: "left-out" }, () => ({ contents: "export default ''" }));
    },
  };
}
