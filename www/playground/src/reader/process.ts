/** The little of Node's `process` that scripts in documentation use. */

import type { Places } from "./places";
import { bounded, type Reporter } from "./reporter";

/** Thrown by `process.exit()`, to end the code that called it. */
class Exit extends Error {}

export function nodeGlobals(reporter: Reporter, places: Places, finish: (ok: boolean) => void): object {
  const write = (stream: "stdout" | "stderr") => ({
    isTTY: false,
    write(text: unknown) {
      const at = places.of(String(new Error().stack));
      if (reporter.room())
        reporter.tell({ kind: "print", stream, text: bounded(String(text).replace(/\n$/, "")), ...at });
      return true;
    },
  });
  const process = {
    argv: ["node", "playground"],
    // A key that code insists on; the playground's cloud asks for none.
    env: { SANDBOX_API_KEY: "playground" } as Record<string, string>,
    platform: "linux",
    exitCode: undefined as number | undefined,
    stdout: write("stdout"),
    stderr: write("stderr"),
    cwd: () => "/",
    nextTick: (callback: (...args: unknown[]) => void, ...args: unknown[]) =>
      queueMicrotask(() => callback(...args)),
    on: () => undefined,
    once: () => undefined,
    exit(this: { exitCode?: number }, code: number = this.exitCode ?? 0): never {
      if (code !== 0)
        reporter.tell({
          kind: "print",
          stream: "stderr",
          text: `The program ended itself: exit code ${code}.`,
        });
      finish(code === 0);
      throw new Exit("The program has ended.");
    },
  };
  return { process, global: globalThis };
}
