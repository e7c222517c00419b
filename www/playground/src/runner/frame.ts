/**
 * The script of the sandboxed frame: it starts the worker, ends it, and answers where a module breaks that the
 * worker cannot parse. It trusts its parent only, and knows nothing of the engine.
 */

import type { LocateAnswer, LocateQuestion, StartMessage, StopMessage, WorkerStart } from "./protocol";

let worker: Worker | undefined;

addEventListener("message", ({ source, data, ports }: MessageEvent<StartMessage | StopMessage>) => {
  if (source !== parent) return;
  if (data.kind === "stop") worker?.terminate();
  if (data.kind === "start" && !worker) worker = start(data, [...ports]);
});
parent.postMessage({ kind: "ready" }, "*");

function start(message: StartMessage, ports: MessagePort[]): Worker {
  const url = URL.createObjectURL(new Blob([message.workerSource], { type: "text/javascript" }));
  const started = new Worker(url);
  started.onmessage = ({ data }: MessageEvent<LocateQuestion>) => {
    if (data.kind === "locate") locate(data.url, (answer) => started.postMessage(answer));
  };
  const first: WorkerStart = { kind: "start", program: message.program, fileName: message.fileName };
  started.postMessage(first, ports);
  return started;
}

/** Only a document is told the line of a syntax error, so it loads the module too; parsing it is all that happens. */
function locate(url: string, reply: (answer: LocateAnswer) => void): void {
  const script = document.createElement("script");
  const finish = (answer: LocateAnswer): void => {
    removeEventListener("error", failed);
    script.remove();
    reply(answer);
  };
  const failed = (event: ErrorEvent): void => {
    event.preventDefault();
    finish({ kind: "located", line: event.lineno, column: event.colno });
  };
  addEventListener("error", failed);
  script.onload = script.onerror = () => finish({ kind: "located" });
  script.type = "module";
  script.src = url;
  document.head.append(script);
}
