/** A thread of Node's for commands: how it is started, and what it runs. */
import { join } from "node:path";
import { type MessagePort, Worker } from "node:worker_threads";
import instantiate from "virtual:engine";
import { serveCommands } from "./command-server.js";
import { READY, type StartThread } from "./command-workers.js";

/** Starts a thread that keeps no process alive. */
export const startNodeThread: StartThread = (wasm, hear, end) => {
  // The caller's own options (loaders, inspectors) are none of this thread's business.
  const worker = new Worker(join(__dirname, "command-worker.cjs"), { workerData: wasm, execArgv: [] });
  worker.on("message", hear);
  worker.on("error", end);
  worker.on("exit", end);
  // Last: listening keeps the process alive again.
  worker.unref();
  return {
    post: (message) => worker.postMessage(message, [message.buffer as ArrayBuffer]),
    terminate: () => void worker.terminate(),
  };
};

/** Runs in the thread. */
export function serveInNode(port: MessagePort, wasm: WebAssembly.Module): void {
  const post = (message: Uint8Array): void => port.postMessage(message, [message.buffer as ArrayBuffer]);
  port.on("message", serveCommands(instantiate, wasm, post));
  port.postMessage(READY);
}
