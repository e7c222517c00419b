/**
 * Turns the glue of wasm-bindgen (`--target web`) into a function of the host functions it calls.
 *
 * As a module the glue is one instance for ever, with the global timers. As a function it can be started again after a
 * trap, and each environment gives it timers of its own: in Node such that keep no process alive.
 */
import { build } from "esbuild";

/** The source of a module whose default export is that function. */
export async function glueModule(glueFile) {
  const bundled = await build({
    entryPoints: [glueFile],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "glue",
    target: "es2022",
    // Only its default way to load the file uses it; ours hands the wasm over.
    define: { "import.meta.url": "undefined" },
  });
  return `
const platform = globalThis;
export default function instantiate({ setTimeout, clearTimeout, queueMicrotask, setImmediate }) {
  // The engine looks setImmediate up on the global object, which is a variable like any other here.
  const globalThis = setImmediate ? Object.create(platform, { setImmediate: { value: setImmediate }, crypto: { value: platform.crypto } }) : platform;
  ${bundled.outputFiles[0].text}
  return glue;
}
`;
}
