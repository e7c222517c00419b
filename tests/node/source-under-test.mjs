/** Parts of the package that its entries do not export, for tests that put a stand-in in place of what they use. */
import { createRequire } from "node:module";
import { resolve } from "node:path";

const www = resolve(import.meta.dirname, "../../www");
const esbuild = createRequire(`${www}/package.json`)("esbuild");

/** The module at `path` below the package's `src`; what its build provides as `virtual:…` is an empty text. */
export async function importSource(path) {
  const { outputFiles } = await esbuild.build({
    entryPoints: [`${www}/sdk/src/${path}`],
    bundle: true,
    write: false,
    format: "esm",
    plugins: [{ name: "empty", setup: provideEmpty }],
  });
  const source = Buffer.from(outputFiles[0].contents).toString("base64");
  return import(`data:text/javascript;base64,${source}`);
}

function provideEmpty({ onResolve, onLoad }) {
  onResolve({ filter: /^virtual:/ }, ({ path }) => ({ path, namespace: "empty" }));
  onLoad({ filter: /.*/, namespace: "empty" }, () => ({ contents: `export default "";` }));
}
