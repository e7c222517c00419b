/**
 * Contents of files over the exec route: `cat` and `base64` in the sandbox.
 *
 * The service documents no route for raw bytes, and its own SDK carries files this way. So reading and writing work
 * against any server that has exec, and nothing undocumented is asked of it.
 */
import { type CallSite, errorAt } from "./caller.js";
import type { Connection } from "./connection.js";
import type { ExecResult, WriteResult } from "./data.js";
import { SandboxApiError } from "./errors.js";
import type { FileCarrier } from "./files.js";

/** How many bytes one command carries. Their base64 form must fit into a command line of 128 KiB. */
const CHUNK_BYTES = 75 * 1024;

export class ExecCarrier implements FileCarrier {
  readonly #connection: Connection;
  readonly #route: string;

  constructor(connection: Connection, owner: string) {
    this.#connection = connection;
    this.#route = `${owner}/exec`;
  }

  async read(site: CallSite, path: string): Promise<Uint8Array> {
    // Always base64: text that is not valid UTF-8 would not survive the JSON of the answer.
    const result = await this.#run(site, path, `base64 ${quoted(path)}`);
    return fromBase64(result.stdout.replace(/\s+/g, ""));
  }

  async write(site: CallSite, path: string, bytes: Uint8Array): Promise<WriteResult> {
    const target = quoted(path);
    const parent = quoted(path.slice(0, path.lastIndexOf("/")) || "/");
    let redirect = ">";
    for (let at = 0; at === 0 || at < bytes.length; at += CHUNK_BYTES) {
      const chunk = toBase64(bytes.subarray(at, at + CHUNK_BYTES));
      const decode = `printf %s '${chunk}' | base64 -d ${redirect} ${target}`;
      await this.#run(site, path, at === 0 ? `mkdir -p ${parent} && ${decode}` : decode);
      redirect = ">>";
    }
    return { bytesWritten: bytes.length, path };
  }

  async #run(site: CallSite, path: string, command: string): Promise<ExecResult> {
    const json = { command, options: {} };
    const result = await this.#connection.json<ExecResult>(site, { method: "POST", path: this.#route, json });
    if (result.exitCode !== 0) {
      throw errorAt(site, commandFailed(path, result));
    }
    return result;
  }
}

/** What the messages of the tools say, as the statuses and reasons that the routes for files use. */
const KNOWN_FAILURES: [text: string, status: number, reason: string][] = [
  ["No such file or directory", 404, "file_not_found"],
  ["Is a directory", 409, "is_a_directory"],
  ["Not a directory", 409, "not_a_directory"],
  ["No space left on device", 507, "no_space"],
];

function commandFailed(path: string, result: ExecResult): SandboxApiError {
  const said = result.stderr.trim() || `exit code ${result.exitCode}`;
  const known = KNOWN_FAILURES.find(([text]) => said.includes(text));
  const [message, status, reason] = known ?? [said, 400, "file_operation_failed"];
  return new SandboxApiError({ status, reason, message, details: { reason, path, stderr: result.stderr } });
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  // In pieces, because a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(binary);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
