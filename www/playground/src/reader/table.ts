/** `console.table` as Node draws it. */

import { inspect, type InspectOptions } from "../inspect/inspect";

/** The drawn table; undefined for what is no table. */
export function table(rows: unknown, options: InspectOptions): string | undefined {
  if (typeof rows !== "object" || rows === null) return undefined;
  const show = (value: unknown): string => inspect(value, { ...options, depth: 0 });
  const columns = new Set<string>();
  let values = false;
  const lines = Object.entries(rows).map(([index, row]) => {
    const cells = new Map<string, string>();
    if (typeof row === "object" && row !== null) {
      for (const [name, value] of Object.entries(row)) cells.set((columns.add(name), name), show(value));
      return { index, cells, value: "" };
    }
    values = true;
    return { index, cells, value: show(row) };
  });
  const heads = ["(index)", ...columns, ...(values ? ["Values"] : [])];
  const body = lines.map(({ index, cells, value }) => [
    index,
    ...[...columns].map((name) => cells.get(name) ?? ""),
    ...(values ? [value] : []),
  ]);
  const widths = heads.map(
    (head, at) => Math.max(head.length, ...body.map((row) => row[at]?.length ?? 0)) + 2,
  );
  const rule = (left: string, cross: string, right: string): string =>
    left + widths.map((width) => "─".repeat(width)).join(cross) + right;
  const line = (cells: string[]): string =>
    `│${cells.map((cell, at) => ` ${cell}`.padEnd(widths[at] ?? 0)).join("│")}│`;
  return [rule("┌", "┬", "┐"), line(heads), rule("├", "┼", "┤"), ...body.map(line), rule("└", "┴", "┘")].join(
    "\n",
  );
}
