/** One sandbox, as its user holds it: run commands, reach its files, end it. */
import { onAbort } from "./abort.js";
import "./async-dispose.js";
import { type CallSite, callSite, errorAt } from "./caller.js";
import { type Rule, aFunction, aSignal, aString, check, checkFields, checkObject } from "./checks.js";
import type { Connection } from "./connection.js";
import type { ExecOptions, ExecResult, SandboxData, SandboxTimeout } from "./data.js";
import { SandboxApiError, errorFromAnswer } from "./errors.js";
import { type FileCarrier, Files } from "./files.js";
import { inspectAs } from "./inspect.js";
import { absolutePath, changedDirectory } from "./paths.js";
import { serverSentEvents } from "./server-sent.js";
import { Terminals } from "./terminals.js";

/** The options of exec that the SDK itself uses; the API checks the others. */
const SDK_EXEC_OPTIONS = { onStdout: aFunction, onStderr: aFunction, signal: aSignal, cwd: aString };

const aPort: Rule = {
  rule: "a whole number from 1 to 65535",
  holds: (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65_535,
  typeFits: (value) => typeof value === "number",
};

/**
 * A running (or ended) sandbox. Made by `client.sandboxes.create`, found again by `client.sandboxes.get`.
 *
 * After `kill()`, or once its time is up, its calls throw a {@link SandboxApiError}: `sandbox_not_found` or
 * `sandbox_stopped`.
 */
export class SandboxInstance {
  /** Its id: 14 hexadecimal digits. */
  readonly id: string;
  /** Its files. */
  readonly files: Files;
  /** Its terminals. */
  readonly terminals: Terminals;
  readonly #connection: Connection;
  #data: SandboxData;
  #cwd: string | undefined;

  /** @internal */
  constructor(connection: Connection, data: SandboxData, carrier: FileCarrier) {
    this.#connection = connection;
    this.#data = data;
    this.id = data.id;
    this.files = new Files(connection, sandboxPath(data.id), carrier, () => this.#cwd);
    this.terminals = new Terminals(connection, sandboxPath(data.id), () => this.#cwd);
  }

  /** What the API told last; {@link SandboxInstance.refresh} asks again. */
  get data(): SandboxData {
    return this.#data;
  }

  /**
   * Sets the directory that later `exec` and `files` calls of this object start in; a relative one starts at the
   * current one, and `..` leads up as in a shell's `cd`. Nothing is sent: whether it exists shows at the next call.
   * Without an argument it only tells.
   *
   * @returns The directory; undefined while none was set and the image's own is used.
   */
  cwd(path?: string): string | undefined {
    if (path !== undefined) {
      check(callSite(this.cwd), "path", path, aString);
      this.#cwd = changedDirectory(path, this.#cwd);
    }
    return this.#cwd;
  }

  /**
   * Runs a command and waits for its end.
   *
   * A string runs through `/bin/sh -c` with full shell syntax, an array as one program with its arguments. Each call is
   * a fresh shell: variables and `cd` do not carry over. A non-zero exit code is a result, not an error; a command that
   * runs into `timeoutMs` resolves with what it wrote so far and exit code 124.
   *
   * @throws {@link SandboxApiError} `sandbox_not_found`, `sandbox_stopped`, or `sandbox_killed` when the sandbox ends
   * meanwhile.
   */
  async exec(command: string | string[], options: ExecOptions = {}): Promise<ExecResult> {
    const site = callSite(this.exec);
    checkObject(site, "options", options);
    checkFields(site, "options.", options, SDK_EXEC_OPTIONS);
    const { onStdout, onStderr, signal, cwd, ...sent } = options;
    const where = cwd === undefined ? this.#cwd : absolutePath(cwd, undefined, this.#cwd);
    const json = { command, options: where === undefined ? sent : { ...sent, cwd: where } };
    const call = { method: "POST", path: `${sandboxPath(this.id)}/exec`, json, signal } as const;
    if (onStdout !== undefined || onStderr !== undefined) {
      return this.#execStreaming(site, call, onStdout, onStderr);
    }
    const { stdout, stderr, exitCode, success } = await this.#connection.json<ExecResult>(site, call);
    return { stdout, stderr, exitCode, success };
  }

  /**
   * Ends the sandbox and everything that runs in it; its volume is free again. What lies outside the volume is lost.
   *
   * @throws {@link SandboxApiError} `sandbox_not_found` when it was ended before.
   */
  async kill(): Promise<void> {
    const site = callSite(this.kill);
    await this.#connection.send(site, { method: "DELETE", path: sandboxPath(this.id) });
  }

  /** Asks for fresh data, which is then in {@link SandboxInstance.data} too. */
  async refresh(): Promise<SandboxData> {
    return this.#ask(callSite(this.refresh));
  }

  /** The same as {@link SandboxInstance.refresh}. */
  async info(): Promise<SandboxData> {
    return this.#ask(callSite(this.info));
  }

  /**
   * Sets when the sandbox stops by itself: `timeoutMs` milliseconds from now, at most an hour after its creation.
   *
   * @throws {@link SandboxApiError} 400 for a number out of range, or for a sandbox that has ended.
   */
  async setTimeout(timeoutMs: number): Promise<SandboxTimeout> {
    const site = callSite(this.setTimeout);
    const call = { method: "PATCH", path: `${sandboxPath(this.id)}/timeout`, json: { timeoutMs } } as const;
    const timeout = await this.#connection.json<SandboxTimeout>(site, call);
    this.#data = { ...this.#data, stopAt: timeout.stopAt };
    return timeout;
  }

  /**
   * The public host of a port, without a scheme. Nothing is sent. The server behind it must listen on `::`.
   *
   * @throws {@link SandboxApiError} 400 `Invalid port provided` for anything but a whole number from 1 to 65535; an Error
   * where the sandbox has no public address.
   */
  expose(port: number): string {
    const site = callSite(this.expose);
    check(site, "port", port, aPort, "Invalid port provided");
    const template = this.#data.publicAccessUrlTemplate;
    if (!template) {
      throw errorAt(site, new Error(`Sandbox ${this.id} has no public address`));
    }
    return template.replaceAll("{{PORT}}", String(port)).replace(/^[a-z]+:\/\//, "");
  }

  /** Kills the sandbox at the end of an `await using` block; one that has ended already is fine. */
  async [Symbol.asyncDispose](): Promise<void> {
    const site = callSite(this[Symbol.asyncDispose]);
    try {
      await this.#connection.send(site, { method: "DELETE", path: sandboxPath(this.id) });
    } catch (error) {
      if (!(error instanceof SandboxApiError && error.reason === "sandbox_not_found")) {
        throw error;
      }
    }
  }

  async #ask(site: CallSite): Promise<SandboxData> {
    const call = { method: "GET", path: sandboxPath(this.id) } as const;
    this.#data = (await this.#connection.json<{ sandbox: SandboxData }>(site, call)).sandbox;
    return this.#data;
  }

  async #execStreaming(
    site: CallSite,
    call: Parameters<Connection["send"]>[1],
    onStdout: ((text: string) => void) | undefined,
    onStderr: ((text: string) => void) | undefined,
  ): Promise<ExecResult> {
    const answer = await this.#connection.send(site, { ...call, accept: "text/event-stream" });
    const stream = answer.stream();
    const unwatch = onAbort(call.signal, () => stream.cancel());
    let stdout = "";
    let stderr = "";
    try {
      // Leaving the loop, also by an error of a callback, cancels the stream.
      for await (const { event, data } of serverSentEvents(stream)) {
        const value: unknown = JSON.parse(data);
        if (event === "stdout") {
          stdout += value;
          onStdout?.(value as string);
        } else if (event === "stderr") {
          stderr += value;
          onStderr?.(value as string);
        } else if (event === "exit") {
          const { exitCode, success } = value as ExecResult;
          return { stdout, stderr, exitCode, success };
        } else if (event === "error") {
          const code = (value as { code?: unknown }).code;
          throw errorAt(site, errorFromAnswer(typeof code === "number" ? code : 500, value));
        }
      }
    } finally {
      unwatch();
    }
    call.signal?.throwIfAborted();
    const message = "The output ended before the command did";
    throw errorAt(site, new SandboxApiError({ status: 0, message, reason: "network_error" }));
  }

  static {
    inspectAs(
      this.prototype,
      ({ id, data }) => `Sandbox ${id} (${data.image}, ${data.region}, ${data.state})`,
    );
  }
}

/**
 * The API's path of a sandbox.
 *
 * @internal
 */
export function sandboxPath(id: string): string {
  return `/sandboxes/${encodeURIComponent(id)}`;
}
