/**
 * The files of a sandbox, or of a volume that no sandbox has mounted.
 *
 * How contents travel is one decision behind {@link FileCarrier}: over the routes for raw bytes, which this project's
 * own servers have, or over exec, which every service has.
 */
import { type CallSite, callSite } from "./caller.js";
import { type Rule, aBoolean, aString, check, checkAllFields, checkObject, oneOf } from "./checks.js";
import type { Connection } from "./connection.js";
import type { FileInfo, PathOptions, WriteResult } from "./data.js";
import { FileSizeError, SandboxApiError } from "./errors.js";
import { errorAt } from "./caller.js";
import { inspectAs } from "./inspect.js";
import { absolutePath } from "./paths.js";

/** The most that one write may carry, in bytes: 10 MB. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024;

const PATH_OPTIONS = { cwd: aString };
const READ_OPTIONS = { ...PATH_OPTIONS, encoding: oneOf("utf8", "utf-8", "binary") };
const TREE_OPTIONS = { ...PATH_OPTIONS, recursive: aBoolean };

/**
 * How the contents of files get there and back.
 *
 * @internal
 */
export interface FileCarrier {
  read(site: CallSite, path: string): Promise<Uint8Array>;
  write(site: CallSite, path: string, bytes: Uint8Array): Promise<WriteResult>;
}

/** The files of a sandbox or of a volume. Paths are absolute, or relative to the `cwd` option and `sandbox.cwd()`. */
export class Files {
  readonly #connection: Connection;
  readonly #owner: string;
  readonly #carrier: FileCarrier;
  readonly #cwd: () => string | undefined;

  /** @internal `owner` is the API's path of what the files belong to: `/sandboxes/…` or `/volumes/…`. */
  constructor(connection: Connection, owner: string, carrier: FileCarrier, cwd: () => string | undefined) {
    this.#connection = connection;
    this.#owner = owner;
    this.#carrier = carrier;
    this.#cwd = cwd;
  }

  /**
   * Writes a file, whole: creates it, its missing parent directories too, or replaces its content.
   *
   * @param data - Text (stored as UTF-8) or bytes, at most 10 MB.
   * @throws {@link FileSizeError} before anything is sent, when `data` is larger.
   * @throws {@link SandboxApiError} `no_space`, `is_a_directory`, `sandbox_not_found`, `sandbox_stopped`, …
   */
  async write(
    path: string,
    data: string | Uint8Array | ArrayBuffer,
    options: PathOptions = {},
  ): Promise<WriteResult> {
    const site = callSite(this.write);
    const absolute = this.#absolute(site, { path }, options, PATH_OPTIONS);
    const bytes = bytesOf(data);
    if (bytes === undefined) {
      throw errorAt(site, new TypeError("files.write takes a string, a Uint8Array or an ArrayBuffer"));
    }
    if (bytes.byteLength > MAX_FILE_BYTES) {
      throw errorAt(site, new FileSizeError(bytes.byteLength, MAX_FILE_BYTES));
    }
    return this.#carrier.write(site, absolute, bytes);
  }

  /**
   * Reads a file, whole.
   *
   * @returns Its text (as UTF-8), or an `ArrayBuffer` of its own with `{ encoding: "binary" }`.
   * @throws {@link SandboxApiError} whose message begins `Failed to read file`: `file_not_found`, `is_a_directory`, …
   */
  read(path: string, options: PathOptions & { encoding: "binary" }): Promise<ArrayBuffer>;
  read(path: string, options?: PathOptions & { encoding?: "utf8" | "utf-8" }): Promise<string>;
  async read(
    path: string,
    options: PathOptions & { encoding?: "utf8" | "utf-8" | "binary" } = {},
  ): Promise<string | ArrayBuffer> {
    const site = callSite(this.read as (...args: never[]) => unknown);
    const absolute = this.#absolute(site, { path }, options, READ_OPTIONS);
    let bytes: Uint8Array;
    try {
      bytes = await this.#carrier.read(site, absolute);
    } catch (error) {
      throw error instanceof SandboxApiError ? errorAt(site, failedRead(absolute, error)) : error;
    }
    return options.encoding === "binary"
      ? ownBuffer(bytes)
      : new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  }

  /**
   * What is in a directory, sorted by name.
   *
   * @throws {@link SandboxApiError} `file_not_found`, `not_a_directory`.
   */
  async list(path: string, options: PathOptions = {}): Promise<FileInfo[]> {
    const site = callSite(this.list);
    const answer = await this.#get<{ entries: FileInfo[] }>(
      site,
      "/files/list",
      this.#absolute(site, { path }, options, PATH_OPTIONS),
    );
    return answer.entries;
  }

  /** Whether there is something at `path`. */
  async exists(path: string, options: PathOptions = {}): Promise<boolean> {
    const site = callSite(this.exists);
    try {
      await this.#get(site, "/files/stat", this.#absolute(site, { path }, options, PATH_OPTIONS));
      return true;
    } catch (error) {
      const reason = error instanceof SandboxApiError ? error.reason : "";
      if (reason === "file_not_found" || reason === "not_a_directory") {
        return false;
      }
      throw error;
    }
  }

  /**
   * Makes a directory; with `recursive`, its missing parents too, and one that exists is no error.
   *
   * @returns Its absolute path.
   * @throws {@link SandboxApiError} `file_exists`, `file_not_found` (no parent), `not_a_directory`.
   */
  async mkdir(path: string, options: PathOptions & { recursive?: boolean } = {}): Promise<{ path: string }> {
    const site = callSite(this.mkdir);
    const json = {
      path: this.#absolute(site, { path }, options, TREE_OPTIONS),
      recursive: options.recursive,
    };
    return this.#connection.json(site, { method: "POST", path: `${this.#owner}/files/mkdir`, json });
  }

  /**
   * Moves a file or directory. What is at `to` already is replaced, as `rename(2)` does.
   *
   * @throws {@link SandboxApiError} `file_not_found`, `is_a_directory`, `directory_not_empty`, …
   */
  async rename(from: string, to: string, options: PathOptions = {}): Promise<{ from: string; to: string }> {
    const site = callSite(this.rename);
    const json = {
      from: this.#absolute(site, { from }, options, PATH_OPTIONS),
      to: this.#absolute(site, { to }, options, PATH_OPTIONS),
    };
    return this.#connection.json(site, { method: "POST", path: `${this.#owner}/files/rename`, json });
  }

  /**
   * Removes a file, a symlink or an empty directory; with `recursive`, a directory and all that is in it.
   *
   * @throws {@link SandboxApiError} `file_not_found`, `directory_not_empty`.
   */
  async remove(path: string, options: PathOptions & { recursive?: boolean } = {}): Promise<void> {
    const site = callSite(this.remove);
    await this.#connection.send(site, {
      method: "DELETE",
      path: `${this.#owner}/files`,
      query: {
        path: this.#absolute(site, { path }, options, TREE_OPTIONS),
        recursive: options.recursive ? "true" : undefined,
      },
    });
  }

  /**
   * What a file, directory or symlink is, without its content.
   *
   * @throws {@link SandboxApiError} `file_not_found`, `not_a_directory`.
   */
  async stat(path: string, options: PathOptions = {}): Promise<FileInfo> {
    const site = callSite(this.stat);
    const answer = await this.#get<{ stat: FileInfo }>(
      site,
      "/files/stat",
      this.#absolute(site, { path }, options, PATH_OPTIONS),
    );
    return answer.stat;
  }

  #get<T>(site: CallSite, route: string, path: string): Promise<T> {
    return this.#connection.json<T>(site, { method: "GET", path: this.#owner + route, query: { path } });
  }

  /** The absolute form of a path, given with the name of its parameter, once it and the call's options are checked. */
  #absolute(
    site: CallSite,
    named: Record<string, string>,
    options: PathOptions,
    rules: Record<string, Rule>,
  ): string {
    const [field, path] = Object.entries(named)[0]!;
    check(site, field, path, aString);
    checkObject(site, "options", options);
    checkAllFields(site, "options.", options, rules);
    return absolutePath(path, options.cwd, this.#cwd());
  }

  static {
    inspectAs(this.prototype, (files) => {
      const [, kind, name] = files.#owner.split("/");
      return `Files of ${kind === "volumes" ? "volume" : "sandbox"} ${name}`;
    });
  }
}

/**
 * Contents over the routes for raw bytes.
 *
 * @internal
 */
export class RouteCarrier implements FileCarrier {
  readonly #connection: Connection;
  readonly #route: string;

  constructor(connection: Connection, owner: string) {
    this.#connection = connection;
    this.#route = `${owner}/files`;
  }

  async read(site: CallSite, path: string): Promise<Uint8Array> {
    const answer = await this.#connection.send(site, { method: "GET", path: this.#route, query: { path } });
    return answer.bytes();
  }

  write(site: CallSite, path: string, bytes: Uint8Array): Promise<WriteResult> {
    return this.#connection.json(site, { method: "PUT", path: this.#route, query: { path }, bytes });
  }
}

function failedRead(path: string, error: SandboxApiError): SandboxApiError {
  const { status, code, reason, details, cause } = error;
  // The API ends its message with the path, which stands before it here.
  const why = error.message.endsWith(`: ${path}`) ? error.message.slice(0, -path.length - 2) : error.message;
  return new SandboxApiError({
    status,
    code,
    reason,
    details,
    cause,
    message: `Failed to read file ${path}: ${why}`,
  });
}

function bytesOf(data: unknown): Uint8Array | undefined {
  if (typeof data === "string") {
    return new TextEncoder().encode(data);
  }
  if (ArrayBuffer.isView(data)) {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  // By its tag, because a buffer of another realm (a frame, a vm context) is no instance of ours.
  const isBuffer = Object.prototype.toString.call(data) === "[object ArrayBuffer]";
  return isBuffer ? new Uint8Array(data as ArrayBuffer) : undefined;
}

/** The bytes as a buffer that holds nothing else. */
function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  return bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer
    ? bytes.buffer
    : (bytes.slice().buffer as ArrayBuffer);
}
