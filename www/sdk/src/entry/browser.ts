/** The package's entry in browsers: the engine in a Web Worker, the default cloud in IndexedDB. */
import { Backend, type BackendOptions, checkBackendOptions } from "../backend.js";
import { callSite } from "../caller.js";
import { type SandboxClient, type SandboxOptions, connect } from "../client.js";
import type { OpenEngine } from "../engine/contract.js";
import { openInWorker } from "../engine/page.js";
import { SandboxApiError } from "../errors.js";

export * from "./public.js";

/** Where the default backend is kept, so that two copies of this package on one page share it. */
const DEFAULT = Symbol.for("simplesandbox-mock.default-backend");
const page = globalThis as { [DEFAULT]?: Backend };
const noticed = new Set<string>();

/**
 * Connects to a cloud: without options to the one of this origin, which is kept in IndexedDB.
 *
 * @throws A TypeError where both `baseUrl` and `backend` are given.
 * @throws {@link SandboxApiError} 400 for an option that is unknown or of another type.
 */
export function Sandbox(options: SandboxOptions = {}): SandboxClient {
  return connect(options, { defaultBackend, onNotice: warnOnce }, callSite(Sandbox));
}

/** Another name of {@link Sandbox}. */
export const createSandboxClient = Sandbox;

/**
 * Makes a cloud of its own, apart from all others: in memory, or with `storage: "indexeddb"` the one kept under `name`.
 * It opens in the background; calls wait for it, and so does `ready`.
 */
export function createBackend(options: BackendOptions = {}): Backend {
  checkBackendOptions(callSite(createBackend), options);
  if (options.storage === "folder") {
    const message = "A folder is Node's: in a browser a cloud is kept in memory or in IndexedDB";
    throw new SandboxApiError({ status: 0, message, reason: "storage_unavailable" });
  }
  const complete = { ...options, storage: options.storage ?? "memory" };
  return new Backend({ options, engine: () => openInWorker(complete) });
}

/**
 * The cloud that `Sandbox()` uses: one of this origin, kept in IndexedDB. Where the browser has none to offer (private
 * windows, sandboxed frames), it is in memory: the console says so, and `info()` too.
 *
 * @param options - Only for the first call, which opens it. `onProgress` is told how far the engine's download is.
 * @throws A TypeError for options once it is open.
 */
export function defaultBackend(options?: BackendOptions): Backend {
  if (page[DEFAULT] !== undefined && options !== undefined) {
    throw new TypeError("The default backend is open already: give its options before the first use");
  }
  if (options !== undefined) {
    checkBackendOptions(callSite(defaultBackend), options);
  }
  page[DEFAULT] ??= new Backend({ options: options ?? {}, engine: () => openKept(options ?? {}) });
  return page[DEFAULT];
}

async function openKept(options: BackendOptions): Promise<OpenEngine> {
  if (options.storage === "memory") {
    return openInWorker(options);
  }
  try {
    return await openInWorker({ ...options, storage: "indexeddb" });
  } catch (error) {
    if (
      options.storage !== undefined ||
      !(error instanceof SandboxApiError && error.reason === "storage_unavailable")
    ) {
      throw error;
    }
    warnOnce(`No storage here, so this cloud is lost when the page closes. (${error.message})`);
    return openInWorker({ ...options, storage: "memory" });
  }
}

function warnOnce(text: string): void {
  if (!noticed.has(text)) {
    noticed.add(text);
    console.warn(`simplesandbox-mock: ${text}`);
  }
}
