/** The package's entry in Node, Deno and Bun: the engine in this process, clouds in memory. */
import { Backend, type BackendOptions, checkBackendOptions } from "../backend.js";
import { callSite } from "../caller.js";
import { type SandboxClient, type SandboxOptions, connect } from "../client.js";
import { openInProcess } from "../engine/node.js";

export * from "./public.js";

let theDefault: Backend | undefined;
const noticed = new Set<string>();

/**
 * Connects to a cloud: without options to the one of this process, which is lost when the process ends.
 *
 * @throws A TypeError where both `baseUrl` and `backend` are given.
 * @throws {@link SandboxApiError} 400 for an option that is unknown or of another type.
 */
export function Sandbox(options: SandboxOptions = {}): SandboxClient {
  return connect(options, { defaultBackend, onNotice }, callSite(Sandbox));
}

/** Another name of {@link Sandbox}. */
export const createSandboxClient = Sandbox;

/**
 * Makes a cloud of its own, empty and apart from all others. Nothing has to be awaited.
 *
 * @throws {@link SandboxApiError} for options that are wrong, or where the engine's file is missing.
 */
export function createBackend(options: BackendOptions = {}): Backend {
  checkBackendOptions(callSite(createBackend), options);
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
  if (options !== undefined) {
    checkBackendOptions(callSite(defaultBackend), options);
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
