/** The package's entry in Node, Deno and Bun: the engine in this process, clouds in memory. */
import { Backend, type BackendOptions } from "../backend.js";
import { type SandboxClient, type SandboxOptions, connect } from "../client.js";
import { openInProcess } from "../engine/node.js";

export * from "./public.js";

let theDefault: Backend | undefined;
const noticed = new Set<string>();

/**
 * Connects to a cloud: without options to the one of this process, which is lost when the process ends.
 *
 * @throws A TypeError where both `baseUrl` and `backend` are given.
 */
export function Sandbox(options: SandboxOptions = {}): SandboxClient {
  return connect(options, { defaultBackend, onNotice });
}

/** Another name of {@link Sandbox}. */
export const createSandboxClient = Sandbox;

/**
 * Makes a cloud of its own, empty and apart from all others. Nothing has to be awaited.
 *
 * @throws {@link SandboxApiError} for options that are wrong, or where the engine's file is missing.
 */
export function createBackend(options: BackendOptions = {}): Backend {
  return new Backend({ options, engine: openInProcess(options) });
}

/**
 * The cloud that `Sandbox()` uses: one in this process, also when the package is loaded both as ESM and as CommonJS.
 *
 * @param options - Only for the first call, which opens it.
 * @throws A TypeError for options once it is open.
 */
export function defaultBackend(options?: BackendOptions): Backend {
  if (theDefault !== undefined && options !== undefined) {
    throw new TypeError("The default backend is open already: give its options before the first use");
  }
  theDefault ??= createBackend(options);
  return theDefault;
}

function onNotice(text: string): void {
  if (!noticed.has(text)) {
    noticed.add(text);
    process.emitWarning(text, { type: "SimplesandboxWarning", code: "NOT_EMULATED" });
  }
}
