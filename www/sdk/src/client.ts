/** The client: which cloud to talk to, and its sandboxes and volumes. */
import { type Backend, type BackendDoor, doorOf } from "./backend.js";
import { type CallSite, callSite } from "./caller.js";
import { aBackend, aString, aText, check, checkAllFields, checkObject } from "./checks.js";
import { Connection } from "./connection.js";
import type { CreateSandboxOptions, SandboxData, SandboxTimeout } from "./data.js";
import { ExecCarrier } from "./files-over-exec.js";
import { type FileCarrier, RouteCarrier } from "./files.js";
import { inspectAs } from "./inspect.js";
import { SandboxInstance, sandboxPath } from "./sandbox.js";
import { API_PATH, type Transport, doorTransport, fetchTransport } from "./transport.js";
import { Volumes } from "./volumes.js";

/** Which cloud a client talks to. */
export interface SandboxOptions {
  /** The API key, sent as a Bearer token. Default: the environment variable `SANDBOX_API_KEY`. */
  apiKey?: string | undefined;
  /**
   * The address of a server, with the path of the API: `https://host/api/v1`. Reading and writing files then goes over
   * the exec route, as every service has it; the other file calls and `volumes` need a server of this project.
   */
  baseUrl?: string | undefined;
  /** A cloud of one's own, from `createBackend`, or anything that answers requests as `fetch` does. */
  backend?: BackendDoor;
}

const CLIENT_OPTIONS = { apiKey: aString, baseUrl: aString, backend: aBackend };
const sandboxId = aText("the id of a sandbox");

/** `client.sandboxes`. */
export class Sandboxes {
  readonly #connection: Connection;
  readonly #carrier: (owner: string) => FileCarrier;

  /** @internal */
  constructor(connection: Connection, carrier: (owner: string) => FileCarrier) {
    this.#connection = connection;
    this.#carrier = carrier;
  }

  /**
   * Creates a sandbox, and its volume where that is not there yet.
   *
   * @throws {@link SandboxApiError} 400 when a rule is broken (its `reason` says which; nothing was created then), 404
   * for an unknown image where the cloud is told to reject those, 402 and 403 at the limits of a plan.
   */
  async create(options: CreateSandboxOptions): Promise<SandboxInstance> {
    const site = callSite(this.create);
    checkObject(site, "options", options);
    const call = { method: "POST", path: "/sandboxes", json: options } as const;
    return this.#handle((await this.#connection.json<{ sandbox: SandboxData }>(site, call)).sandbox);
  }

  /**
   * Finds a sandbox by its id, also one whose time is up.
   *
   * @throws {@link SandboxApiError} 404 `sandbox_not_found`.
   */
  async get(id: string): Promise<SandboxInstance> {
    const site = callSite(this.get);
    check(site, "id", id, sandboxId);
    const call = { method: "GET", path: sandboxPath(id) } as const;
    return this.#handle((await this.#connection.json<{ sandbox: SandboxData }>(site, call)).sandbox);
  }

  /** All sandboxes, those whose time was up within the last day too. */
  async list(): Promise<SandboxInstance[]> {
    const site = callSite(this.list);
    const call = { method: "GET", path: "/sandboxes" } as const;
    const { sandboxes } = await this.#connection.json<{ sandboxes: SandboxData[] }>(site, call);
    return sandboxes.map((data) => this.#handle(data));
  }

  /**
   * Sets when a sandbox stops by itself: `timeoutMs` milliseconds from now, at most an hour after its creation.
   *
   * @throws {@link SandboxApiError} 400 or 404, as {@link SandboxInstance.setTimeout}.
   */
  async setTimeout(id: string, timeoutMs: number): Promise<SandboxTimeout> {
    const site = callSite(this.setTimeout);
    check(site, "id", id, sandboxId);
    return this.#connection.json(site, {
      method: "PATCH",
      path: `${sandboxPath(id)}/timeout`,
      json: { timeoutMs },
    });
  }

  /**
   * Ends a sandbox; its volume is free again.
   *
   * @throws {@link SandboxApiError} 404 `sandbox_not_found`.
   */
  async kill(id: string): Promise<void> {
    const site = callSite(this.kill);
    check(site, "id", id, sandboxId);
    await this.#connection.send(site, { method: "DELETE", path: sandboxPath(id) });
  }

  #handle(data: SandboxData): SandboxInstance {
    return new SandboxInstance(this.#connection, data, this.#carrier(sandboxPath(data.id)));
  }

  static {
    inspectAs(this.prototype, () => "Sandboxes { create, get, list, setTimeout, kill }");
  }
}

/** A connection to one cloud. */
export class SandboxClient {
  /** Its sandboxes. */
  readonly sandboxes: Sandboxes;
  /** Its volumes. */
  readonly volumes: Volumes;
  readonly #where: string;

  /** @internal */
  constructor(target: Target, onNotice: ((text: string) => void) | undefined) {
    const connection = new Connection(target.transport, onNotice);
    const carrier = (owner: string) =>
      target.filesOverExec ? new ExecCarrier(connection, owner) : new RouteCarrier(connection, owner);
    this.sandboxes = new Sandboxes(connection, carrier);
    this.volumes = new Volumes(connection);
    this.#where = target.where;
  }

  static {
    inspectAs(this.prototype, (client) => `SandboxClient (${client.#where})`);
  }
}

/**
 * Where a client's calls go.
 *
 * @internal
 */
interface Target {
  where: string;
  transport: Transport;
  filesOverExec: boolean;
}

/**
 * What an entry of the package brings: its default cloud, and how its environment shows a notice.
 *
 * @internal
 */
export interface Environment {
  defaultBackend?: () => Backend;
  onNotice?: (text: string) => void;
}

/**
 * Makes the client that `options` describe, for the call at `site`.
 *
 * @internal
 */
export function connect(
  options: SandboxOptions,
  environment: Environment,
  site: CallSite = callSite(connect),
): SandboxClient {
  checkObject(site, "options", options);
  checkAllFields(site, "", options, CLIENT_OPTIONS);
  return new SandboxClient(targetOf(options, environment), environment.onNotice);
}

function targetOf(options: SandboxOptions, environment: Environment): Target {
  const { baseUrl, backend } = options;
  const apiKey = options.apiKey ?? keyFromEnvironment();
  if (baseUrl !== undefined && backend !== undefined) {
    throw new TypeError("Sandbox() takes either baseUrl or backend, not both");
  }
  if (baseUrl !== undefined) {
    // The global is looked up at each call, so that a replaced one is used.
    const transport = fetchTransport((url, init) => globalThis.fetch(url, init), baseUrl, apiKey);
    return { where: baseUrl, transport, filesOverExec: true };
  }
  const chosen = backend ?? environment.defaultBackend?.();
  if (chosen === undefined) {
    throw new TypeError("Sandbox() needs a baseUrl or a backend here: this entry carries no engine");
  }
  const door = doorOf(chosen);
  const transport =
    door === undefined
      ? fetchTransport(
          (url, init) => chosen.fetch(url, init),
          `http://simplesandbox.local${API_PATH}`,
          apiKey,
        )
      : doorTransport(door, apiKey);
  const where = backend === undefined ? "the default cloud" : "a cloud of its own";
  return { where, transport, filesOverExec: false };
}

function keyFromEnvironment(): string | undefined {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return process?.env?.SANDBOX_API_KEY || undefined;
}
