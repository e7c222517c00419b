/** Parts of the playground's TypeScript, bundled for Node, so that what needs no browser is tested without one. */

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(new URL("../../../www/package.json", import.meta.url));
const { build } = require("esbuild");

/** Imports a module of `www/playground/src`. */
export async function playgroundModule(path) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../../../www/playground/src/${path}`, import.meta.url))],
    bundle: true,
    format: "esm",
    write: false,
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}
