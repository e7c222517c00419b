import { defaultBackend, Sandbox } from "./node_modules/simplesandbox-mock/dist/browser/index.js";

const files = "/node_modules/simplesandbox-mock/dist";
if (!location.search.includes("without-urls")) {
  defaultBackend({ workerUrl: `${files}/browser/worker.js`, wasmUrl: `${files}/engine/engine_bg.wasm` });
}

Sandbox()
  .sandboxes.create({ image: "node:20" })
  .then((sandbox) => sandbox.exec("echo strict; awk 'BEGIN { while (1); }'", { timeoutMs: 500 }))
  .then(
    ({ stdout, exitCode }) => (globalThis.reported = { stdout, exitCode }),
    (error) => (globalThis.reported = { error: error.message, reason: error.reason }),
  );
