/** `sandbox.terminals`: shells that somebody types into. */
import { callSite } from "./caller.js";
import { aString, checkFields, checkObject } from "./checks.js";
import type { Connection } from "./connection.js";
import type { OpenedTerminal, TerminalOptions } from "./data.js";
import { inspectAs } from "./inspect.js";
import { absolutePath } from "./paths.js";

/** The terminals of one sandbox. */
export class Terminals {
  readonly #connection: Connection;
  readonly #owner: string;
  readonly #cwd: () => string | undefined;

  /** @internal */
  constructor(connection: Connection, owner: string, cwd: () => string | undefined) {
    this.#connection = connection;
    this.#owner = owner;
    this.#cwd = cwd;
  }

  /**
   * Opens a terminal and starts a shell in it. It lives until the shell exits or the sandbox ends, however many sockets
   * come and go: all see the same, and one that comes late what was shown last.
   *
   * @throws {@link SandboxApiError} 400 for a wrong option or a shell that the image does not have (`shell_not_installed`),
   * `sandbox_not_found` or `sandbox_stopped` where the sandbox has ended.
   */
  async create(options: TerminalOptions = {}): Promise<OpenedTerminal> {
    const site = callSite(this.create);
    checkObject(site, "options", options);
    checkFields(site, "", options, { cwd: aString });
    const { cwd, ...sent } = options;
    const where = cwd === undefined ? this.#cwd() : absolutePath(cwd, undefined, this.#cwd());
    const json = where === undefined ? sent : { ...sent, cwd: where };
    return this.#connection.json(site, { method: "POST", path: `${this.#owner}/terminals`, json });
  }

  static {
    inspectAs(this.prototype, () => "Terminals { create }");
  }
}
