// Finds what the benchmarks measure: our package as users import it, and the peers among the packages of `www/`.
import { createRequire } from "node:module";

const fromPackage = createRequire(new URL("../../../www/sdk/package.json", import.meta.url));
const fromWww = createRequire(new URL("../../../www/package.json", import.meta.url));

/** Our package, through its own `exports`. */
export const ours = () => fromPackage("simplesandbox-mock");

/** The peer that users would take for a shell without volumes, sandboxes and an API. */
export const justBash = () => fromWww("just-bash");

/** The version of a package of `www/`; its `exports` may hide its manifest. */
export function versionOf(name) {
  const entry = fromWww.resolve(name);
  const folder = entry.slice(0, entry.lastIndexOf(`node_modules/${name}/`) + `node_modules/${name}/`.length);
  return fromWww(`${folder}package.json`).version;
}

/** Playwright's Chromium driver; which Chromium is told to `launch`. */
export const chromium = () => fromWww("playwright-core").chromium;
