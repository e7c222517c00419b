/**
 * What the Leptos page calls. Rust owns all state and everything that is seen except the inside of the editor;
 * this side wraps what lives in JavaScript: the editor, the engine's package, and the runner.
 *
 * The page finds it as `globalThis.playground`; `crates/playground/src/bridge` declares the same in Rust.
 */

import { createEditor } from "./editor/editor";
import { engine, openEngine, readFile, replaceState, request, saveState, watchEvents } from "./engine";
import type { Report } from "./runner/protocol";
import type { Run } from "./runner/run";

/** An answer of the API: `body` is parsed JSON, null where there is none. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Where the open engine keeps its data. */
export interface EngineInfo {
  readonly storage: "memory" | "indexeddb" | "folder";
  readonly durable: boolean;
  readonly version: string;
}

/** A file to be shown: its text, or why there is none. */
export interface FileView {
  readonly bytes: number;
  readonly text?: string;
  readonly problem?: string;
}

/** Starts the code; the runner itself is loaded at the first call. */
function run(
  source: string,
  fileName: string,
  onReport: (report: Report) => void,
  onSandbox: (id: string) => void,
): Run {
  let stopped = false;
  let running: Run | undefined;
  import("./runner/run").then(
    (runner) => {
      if (!stopped) running = runner.run({ source, fileName, backend: engine(), onReport, onSandbox });
    },
    (error: unknown) => {
      const message = `The runner could not be loaded: ${String(error)}`;
      onReport({ kind: "uncaught", error: { name: "Error", message }, stack: "" });
      onReport({ kind: "done", ok: false });
    },
  );
  return {
    stop() {
      stopped = true;
      running?.stop();
    },
  };
}

const playground = { createEditor, openEngine, request, readFile, saveState, replaceState, watchEvents, run };

Object.assign(globalThis, { playground });
