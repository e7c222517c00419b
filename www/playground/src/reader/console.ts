/** The reader's `console`: what Node would print, told to the page with the line that printed it. */

import { format } from "../inspect/format";
import { inspect } from "../inspect/inspect";
import type { Places } from "./places";
import { bounded, type Reporter } from "./reporter";
import { table } from "./table";

export function readerConsole(places: Places, reporter: Reporter): Console {
  const options = { stackOf: (error: Error) => places.readable(error) };
  const counts = new Map<string, number>();
  const timers = new Map<string, number>();
  let indentation = "";

  const print = (stream: "stdout" | "stderr", text: string): void => {
    if (!reporter.room()) return;
    const shifted = indentation ? indentation + text.replaceAll("\n", `\n${indentation}`) : text;
    const at = places.of(String(new Error().stack));
    reporter.tell({ kind: "print", stream, text: bounded(shifted), ...at });
  };
  const out = (...values: unknown[]): void => print("stdout", format(values, options));
  const err = (...values: unknown[]): void => print("stderr", format(values, options));
  const group = (...values: unknown[]): void => {
    if (values.length > 0) out(...values);
    indentation += "  ";
  };
  const elapsed = (label: string): string => {
    const ms = performance.now() - (timers.get(label) ?? performance.now());
    return ms < 1000 ? `${ms.toFixed(3).replace(/\.?0+$/, "")}ms` : `${(ms / 1000).toFixed(3)}s`;
  };

  return {
    ...console,
    log: out,
    info: out,
    debug: out,
    error: err,
    warn: err,
    dir: (value: unknown, { depth }: { depth?: number } = {}) =>
      print("stdout", inspect(value, { ...options, depth })),
    table: (rows: unknown) => print("stdout", table(rows, options) ?? format([rows], options)),
    trace: (...values: unknown[]) => {
      const error = new Error(format(values, options));
      error.name = "Trace";
      print("stderr", places.readable(error));
    },
    assert: (condition: unknown, ...values: unknown[]) => {
      if (!condition) err(...(values.length > 0 ? ["Assertion failed:", ...values] : ["Assertion failed"]));
    },
    count: (label = "default") => {
      counts.set(label, (counts.get(label) ?? 0) + 1);
      out(`${label}: ${counts.get(label)}`);
    },
    countReset: (label = "default") => void counts.delete(label),
    group,
    groupCollapsed: group,
    groupEnd: () => void (indentation = indentation.slice(2)),
    time: (label = "default") => void timers.set(label, performance.now()),
    timeLog: (label = "default", ...values: unknown[]) => out(`${label}: ${elapsed(label)}`, ...values),
    timeEnd: (label = "default") => {
      out(`${label}: ${elapsed(label)}`);
      timers.delete(label);
    },
    clear: () => undefined,
  };
}
