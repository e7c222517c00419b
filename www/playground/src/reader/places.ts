/** From the browser's stack traces to lines and columns of the reader's code. */

import { columnInSource, type Insertion } from "../code/draft";
import type { At } from "../runner/protocol";

/** The program that runs: what its module is called in stack traces, and what was inserted into it. */
export class Places {
  readonly #url: string;
  readonly #fileName: string;
  readonly #insertions: readonly Insertion[];
  readonly #frame: RegExp;

  constructor(url: string, fileName: string, insertions: readonly Insertion[]) {
    this.#url = url;
    this.#fileName = fileName;
    this.#insertions = insertions;
    this.#frame = new RegExp(`${url.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}:(\\d+):(\\d+)`);
  }

  /** The innermost frame of the reader's own code. */
  of(stack: string): At {
    const frame = this.#frame.exec(stack);
    return frame ? this.at(Number(frame[1]), Number(frame[2])) : {};
  }

  /** Whether the frame directly above `depth` frames of ours is the reader's: natives in between do not count. */
  callerIsReader(stack: string, depth: number): boolean {
    const frames = stack.split("\n").filter((line) => /:\d+:\d+\)?$/.test(line));
    return frames[depth]?.includes(this.#url) ?? false;
  }

  /** A line and column of the module as the reader's. */
  at(moduleLine: number, moduleColumn: number): Required<At> {
    const line = moduleLine - 1; // the module begins with a line of the page's own
    return { line, column: columnInSource(this.#insertions, line, moduleColumn) };
  }

  /** The stack as Node would show it, with frames of the reader's code only. */
  readable(error: Error): string {
    const own = Object.getOwnPropertyDescriptor(error, "stack")?.value as unknown;
    const stack = typeof own === "string" ? own : String(error.stack ?? "");
    const head = `${error.name}: ${error.message}`.replace(/: $/, "");
    const frames = stack.split("\n").flatMap((text) => {
      const found = this.#frame.exec(text);
      if (!found) return [];
      const { line, column } = this.at(Number(found[1]), Number(found[2]));
      const name = /^\s*at (?:async )?([^\s(]+) \(/.exec(text)?.[1] ?? /^([^@\s]+)@/.exec(text)?.[1];
      const place = `${this.#fileName}:${line}:${column}`;
      return [name ? `    at ${name} (${place})` : `    at ${place}`];
    });
    return [head, ...frames].join("\n");
  }
}
