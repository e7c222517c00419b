/** The volumes of a cloud, by name. The service creates them on first use; these calls are extensions. */
import { type CallSite, callSite } from "./caller.js";
import { aText, check, checkObject } from "./checks.js";
import type { Connection } from "./connection.js";
import type { CreateVolumeOptions, VolumeData } from "./data.js";
import { Files, RouteCarrier } from "./files.js";
import { inspectAs } from "./inspect.js";

/** `client.volumes`. */
export class Volumes {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** All volumes. */
  async list(): Promise<VolumeData[]> {
    const site = callSite(this.list);
    const call = { method: "GET", path: "/volumes" } as const;
    return (await this.#connection.json<{ volumes: VolumeData[] }>(site, call)).volumes;
  }

  /**
   * One volume.
   *
   * @throws {@link SandboxApiError} 404 where there is none of that name.
   */
  async get(name: string): Promise<VolumeData> {
    const site = callSite(this.get);
    const call = { method: "GET", path: pathOf(site, name) } as const;
    return (await this.#connection.json<{ volume: VolumeData }>(site, call)).volume;
  }

  /**
   * Creates an empty volume ahead of its first use.
   *
   * @throws {@link SandboxApiError} 400 for a wrong name, size or region; 409 `volume_exists`.
   */
  async create(options: CreateVolumeOptions): Promise<VolumeData> {
    const site = callSite(this.create);
    checkObject(site, "options", options);
    const call = { method: "POST", path: "/volumes", json: options } as const;
    return (await this.#connection.json<{ volume: VolumeData }>(site, call)).volume;
  }

  /**
   * Deletes a volume and all of its files, for good.
   *
   * @throws {@link SandboxApiError} 409 while a sandbox has it mounted; 404 where there is none of that name.
   */
  async delete(name: string): Promise<void> {
    const site = callSite(this.delete);
    await this.#connection.send(site, { method: "DELETE", path: pathOf(site, name) });
  }

  /**
   * The files of a volume that no sandbox has mounted; its root is `/`.
   *
   * Its calls throw a {@link SandboxApiError} 409 `volume_attached` while one has.
   */
  files(name: string): Files {
    const site = callSite(this.files);
    const owner = pathOf(site, name);
    return new Files(this.#connection, owner, new RouteCarrier(this.#connection, owner), () => undefined);
  }

  static {
    inspectAs(this.prototype, () => "Volumes { list, get, create, delete, files }");
  }
}

const volumeName = aText("the name of a volume");

function pathOf(site: CallSite, name: string): string {
  check(site, "name", name, volumeName);
  return `/volumes/${encodeURIComponent(name)}`;
}
