/** What a thread for commands runs: an instance of the engine that answers one engine's messages. */
import type { HostFunctions } from "./contract.js";
import type { Instantiate } from "./instance.js";

/** Starts serving. What it gives takes the engine's messages; `post` gets the answers. */
export function serveCommands(
  instantiate: Instantiate,
  wasm: WebAssembly.Module,
  post: (message: Uint8Array) => void,
): (message: Uint8Array) => void {
  const host: HostFunctions = {
    setTimeout: (callback, ms) => setTimeout(callback, ms),
    clearTimeout: (timer) => clearTimeout(timer),
    queueMicrotask: (callback) => queueMicrotask(callback),
  };
  const module = instantiate(host);
  module.initSync({ module: wasm });
  const server = new module.CommandServer(post);
  return (message) => server.receive(message);
}
