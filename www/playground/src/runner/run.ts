/**
 * One run of the reader's code: a fresh sandboxed frame with a worker in it, gone when the run ends.
 * What that code may reach, and what it must not, is in the README beside `src`.
 */

import frameSource from "bundled:./frame.ts";
import workerSource from "bundled:../reader/worker.ts";
import { isRefused, prepare } from "../code/prepare";
import { bounded } from "../reader/reporter";
import type { Report, StartMessage, StopMessage } from "./protocol";
import { serve, type Backend } from "./serve";

export interface Run {
  /** Ends the code wherever it is; what it started in the cloud stays. */
  stop(): void;
}

export interface RunOptions {
  readonly source: string;
  /** The file's name in stack traces. */
  readonly fileName: string;
  /** The engine, perhaps still on its way. */
  readonly backend: Promise<Backend>;
  readonly onReport: (report: Report) => void;
  readonly onSandbox: (id: string) => void;
}

/** Nothing may be loaded or sent from in there, except scripts made on the spot. */
const POLICY = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob:; worker-src blob:";

export function run({ source, fileName, backend, onReport, onSandbox }: RunOptions): Run {
  const program = prepare(source);
  if (isRefused(program)) {
    const { line, column, message } = program;
    const error = { name: "Error", message };
    onReport({ kind: "uncaught", error, stack: "", line, column });
    onReport({ kind: "done", ok: false });
    return { stop: () => undefined };
  }

  const engine = new MessageChannel();
  const reports = new MessageChannel();
  const served = serve(engine.port1, backend, onSandbox, (call, stdout, stderr) =>
    onReport({ kind: "cut", id: call, stdout: bounded(stdout), stderr: bounded(stderr) }),
  );
  const frame = openFrame();
  let over = false;

  const end = (): void => {
    over = true;
    removeEventListener("message", ready);
    frame.removeEventListener("load", loaded);
    frame.contentWindow?.postMessage({ kind: "stop" } satisfies StopMessage, "*");
    served.close();
    reports.port1.close();
    // The frame ends its worker first; a frame taken away at once might leave a busy one behind for a while.
    setTimeout(() => frame.remove(), 50);
  };
  const ready = ({ source: from, data }: MessageEvent<{ kind?: string }>): void => {
    if (from !== frame.contentWindow || data?.kind !== "ready") return;
    // Once only: ports can be given away but once, and whatever else says so is not the frame's own script.
    removeEventListener("message", ready);
    const start: StartMessage = { kind: "start", workerSource, program, fileName };
    frame.contentWindow?.postMessage(start, "*", [engine.port2, reports.port2]);
  };
  addEventListener("message", ready);
  let loads = 0;
  const loaded = (): void => {
    loads += 1;
    if (loads === 1) return;
    // The frame's document never leaves: where it did, what is there now is none of ours.
    show();
    frame.remove();
    if (over) return;
    end();
    const error = { name: "Error", message: "The frame in which the code ran was left: the run was ended." };
    onReport({ kind: "uncaught", error, stack: "" });
    onReport({ kind: "done", ok: false });
  };
  frame.addEventListener("load", loaded);
  // Reports come one by one; all that have come by then are shown in one turn, which a flood of them needs.
  let waiting: Report[] = [];
  const show = (): void => {
    const batch = waiting;
    waiting = [];
    for (const report of batch) {
      if (over) return;
      if (report.kind === "done") end();
      onReport(report);
    }
  };
  reports.port1.onmessage = ({ data }: MessageEvent<Report>) => {
    if (waiting.push(data) === 1) setTimeout(show);
  };
  return {
    stop() {
      show();
      if (!over) end();
    },
  };
}

function openFrame(): HTMLIFrameElement {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts");
  frame.title = "Your code runs here";
  frame.hidden = true;
  frame.srcdoc = `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><script>${frameSource.replaceAll("</", "<\\/")}</script>`;
  document.body.append(frame);
  return frame;
}
