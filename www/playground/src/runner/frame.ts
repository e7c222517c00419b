/**
 * The script of the sandboxed frame: it starts the worker, ends it, and answers where a program breaks that the
 * worker cannot parse. It trusts its parent only, and knows nothing of the engine.
 *
 * No code of the reader's may ever run in this document (threats F1 and F2 in the README beside `src`): a document
 * can navigate itself, which no policy forbids, and the address would carry data away. So nothing that the worker
 * says becomes a script or an address here.
 */

import type { LocateAnswer, LocateQuestion, StartMessage, StopMessage, WorkerStart } from "./protocol";

/**
 * Put before the program, on its first line, when it is only to be parsed: the frame's policy refuses what is
 * imported, and a module without all its imports is never run. A syntax error is found before that.
 */
const NEVER_RUN = 'import"data:,";';

let worker: Worker | undefined;

addEventListener("message", ({ source, data, ports }: MessageEvent<StartMessage | StopMessage>) => {
  if (source !== parent) return;
  if (data.kind === "stop") worker?.terminate();
  if (data.kind === "start" && !worker) worker = start(data, [...ports]);
});
parent.postMessage({ kind: "ready" }, "*");

function start({ workerSource, program, fileName }: StartMessage, ports: MessagePort[]): Worker {
  const started = new Worker(scriptOf(workerSource));
  let asked = false;
  started.onmessage = ({ data }: MessageEvent<LocateQuestion | undefined>) => {
    if (data?.kind !== "locate" || asked) return;
    asked = true;
    locate(program.text, (answer) => started.postMessage(answer));
  };
  started.postMessage({ kind: "start", program, fileName } satisfies WorkerStart, ports);
  return started;
}

/** Only a document is told the line of a syntax error, so it parses the program too. */
function locate(text: string, reply: (answer: LocateAnswer) => void): void {
  const script = document.createElement("script");
  const finish = (answer: LocateAnswer): void => {
    removeEventListener("error", failed);
    script.remove();
    reply(answer);
  };
  const failed = (event: ErrorEvent): void => {
    event.preventDefault();
    const { lineno: line, colno } = event;
    finish({ kind: "located", line, column: line === 1 ? colno - NEVER_RUN.length : colno });
  };
  addEventListener("error", failed);
  script.onload = script.onerror = () => finish({ kind: "located" });
  script.type = "module";
  script.src = scriptOf(NEVER_RUN + text);
  document.head.append(script);
}

function scriptOf(text: string): string {
  return URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
}
