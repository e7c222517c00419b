/**
 * Trunk's last step: minifies the glue that wasm-bindgen wrote for the page, which Trunk itself leaves as it is.
 */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "esbuild";

const site = process.env.TRUNK_STAGING_DIR;
for (const name of readdirSync(site).filter((name) => /^playground-.*\.js$/.test(name))) {
  const file = join(site, name);
  const { code } = transformSync(readFileSync(file, "utf8"), {
    minify: true,
    format: "esm",
    target: "es2022",
  });
  writeFileSync(file, code);
}
