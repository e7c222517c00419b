/**
 * The worker in which the reader's code runs. It gives that code the SDK (with its real classes, talking to the
 * engine through a port), a console, and what of Node's globals documentation uses; and it tells the page
 * everything that happens. The page ends it from outside.
 */

import * as sdk from "../../../sdk/src/entry/client";
import type { Backend } from "../../../sdk/src/backend";
import { Sandboxes, connect as connectTo } from "../../../sdk/src/client";
import { Files } from "../../../sdk/src/files";
import { SandboxInstance } from "../../../sdk/src/sandbox";
import { Volumes } from "../../../sdk/src/volumes";
import { LOAD_FUNCTION, SDK_NAMES, SDK_VARIABLE, notHere } from "../code/names";
import type { Program } from "../code/prepare";
import type { LocateAnswer, LocateQuestion, WorkerStart } from "../runner/protocol";
import { readerConsole } from "./console";
import { Places } from "./places";
import { portFetch } from "./port-fetch";
import { nodeGlobals } from "./process";
import { Reporter } from "./reporter";
import { countedTimers } from "./timers";
import { errorReport, Tracer, type Method } from "./trace";

const sleep = globalThis.setTimeout.bind(globalThis);
Object.assign(Error, { stackTraceLimit: 50 });

addEventListener("message", function start({ data, ports }: MessageEvent<WorkerStart | LocateAnswer>) {
  const [engine, reports] = ports;
  if (data.kind !== "start" || !engine || !reports) return;
  removeEventListener("message", start);
  void runProgram(data.program, data.fileName, engine, new Reporter(reports));
});

async function runProgram(
  program: Program,
  fileName: string,
  engine: MessagePort,
  reporter: Reporter,
): Promise<void> {
  const url = URL.createObjectURL(new Blob([program.text], { type: "text/javascript" }));
  const places = new Places(url, fileName, program.insertions);
  const tracer = new Tracer(places, reporter);
  const timers = countedTimers();
  let failed = false;
  let over = false;

  const finish = (ok: boolean, closed = false): void => {
    if (over) return;
    over = true;
    tracer.tellCaught();
    tracer.tellForgotten();
    reporter.done(ok && !failed, closed);
  };
  const fail = (error: unknown, at = places.of(stackOf(error))): void => {
    if (over) return;
    const call = tracer.uncaught(error);
    // Of several errors that nothing caught the first ends the run; the others are told where they are a call's.
    if (failed && call === undefined) return;
    const stack = error instanceof Error ? places.readable(error) : "";
    reporter.tell({ kind: "uncaught", error: errorReport(error), stack, call, ...at });
    if (failed) return;
    failed = true;
    reporter.mute();
    tracer.end();
    // The browser tells those others within a task; what it has not told by then was caught.
    sleep(() => finish(false), 0);
  };

  const offered = offer(
    portFetch(engine, () => tracer.current),
    tracer,
  );
  const unknown = program.imports.find(({ imported }) => !(imported in offered));
  if (unknown) {
    const { line, column, imported } = unknown;
    return fail(new SyntaxError(`The SDK has no export named "${imported}".`), { line, column });
  }
  Object.assign(globalThis, timers.functions, nodeGlobals(reporter, places, finish), globalsFor(offered));
  globalThis.console = readerConsole(places, reporter);
  tellOfClose(() => finish(false, true));
  defineClient(offered.Sandbox);

  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    fail(event.reason);
  });
  addEventListener("error", (event) => {
    event.preventDefault();
    fail(event.error);
  });

  try {
    await import(/* @vite-ignore */ url);
  } catch (error) {
    const at = places.of(stackOf(error));
    const unparsed = error instanceof SyntaxError && at.line === undefined;
    return fail(error, unparsed ? await mistakeIn(places, program) : at);
  }
  // As in Node, a program is over when nothing of it is under way any more.
  for (let quiet = 0; quiet < 2 && !over;) {
    await new Promise((resolve) => sleep(resolve, quiet === 0 ? 4 : 0));
    quiet = tracer.running === 0 && timers.pending() === 0 ? quiet + 1 : 0;
  }
  finish(true);
}

type Offered = Record<string, unknown> & { Sandbox: Method };

/** What the reader's code may import: the SDK, whose clients all lead to the page's engine. */
function offer(fetch: (url: string, init?: RequestInit) => Promise<Response>, tracer: Tracer): Offered {
  tracer.watch(Sandboxes.prototype, "client.sandboxes");
  tracer.watch(Volumes.prototype, "client.volumes");
  tracer.watch(SandboxInstance.prototype, "sandbox");
  tracer.watch(Files.prototype, "files");
  // The page's cloud is the reader's default one, and a client says so; of a backend, `fetch` alone is used.
  const defaultBackend = (): Backend => ({ fetch }) as Backend;
  const connect = ({ apiKey }: sdk.SandboxOptions = {}): unknown => connectTo({ apiKey }, { defaultBackend });
  const Sandbox = tracer.watchFunction(connect as Method, "Sandbox");
  const createSandboxClient = tracer.watchFunction(connect as Method, "createSandboxClient");
  return Object.freeze({ ...sdk, Sandbox, createSandboxClient });
}

/** The variables that prepared code relies on, and the two other ways to ask for a module. */
function globalsFor(offered: Offered): object {
  const load = (specifier: unknown): Offered => {
    if (SDK_NAMES.includes(String(specifier))) return offered;
    throw new Error(notHere(String(specifier)));
  };
  return {
    [SDK_VARIABLE]: offered,
    [LOAD_FUNCTION]: async (specifier: unknown) => load(specifier),
    require: load,
    fetch: async () => {
      throw new TypeError(
        "Code in the playground has no network: it reaches its own cloud, and nothing else.",
      );
    },
  };
}

/** `client` is there for code that begins where documentation does, after the client was made. */
function defineClient(connect: Method): void {
  let client: unknown;
  Object.defineProperty(globalThis, "client", {
    configurable: true,
    get: () => (client ??= connect.call(undefined)),
    set: (value: unknown) => void (client = value),
  });
}

/** The code may end its own worker, which nobody outside is told. */
function tellOfClose(closes: () => void): void {
  const close = globalThis.close.bind(globalThis);
  const value = (): void => {
    closes();
    close();
  };
  Object.defineProperty(globalThis, "close", { value, configurable: true, writable: true });
}

/** Where a module that does not parse goes wrong: as the browser says, else as the editor's grammar does. */
async function mistakeIn(places: Places, program: Program): Promise<{ line?: number; column?: number }> {
  const answer = await new Promise<LocateAnswer>((resolve) => {
    addEventListener("message", ({ data }: MessageEvent<LocateAnswer>) => resolve(data), { once: true });
    postMessage({ kind: "locate" } satisfies LocateQuestion);
  });
  if (answer.line !== undefined && answer.column !== undefined) return places.at(answer.line, answer.column);
  return program.firstMistake ?? {};
}

function stackOf(error: unknown): string {
  return error instanceof Error ? String(error.stack) : "";
}
