/** How Node decides between one line and many: widths, columns of long arrays, braces. */

/** The state of one printing. */
export interface Layout {
  /** Columns of indentation where the value begins. */
  indentation: number;
  /** How deep the innermost printed object lies. */
  currentDepth: number;
}

/** Longest line, in columns, that is joined. */
export const BREAK_LENGTH = 80;
/** At most so many levels of nesting share a line. */
const COMPACT = 3;
/** Elements of an array, set or map printed before "... more". */
export const MAX_ITEMS = 100;

export interface Parts {
  readonly output: string[];
  /** What stands before the braces: a function's or error's own text. */
  readonly base: string;
  readonly braces: readonly [string, string];
  /** The array whose elements `output` begins with, where they may be set in columns. */
  readonly array?: ArrayLike<unknown>;
}

/** Sets one object's parts on one line where they fit, else one under the other. */
export function compose(layout: Layout, depth: number, { output, base, braces, array }: Parts): string {
  const lead = base ? `${base} ` : "";
  const rows = array && output.length > 6 ? columns(layout, output, array) : output;
  if (layout.currentDepth - depth < COMPACT && rows.length === output.length) {
    const start = rows.length + layout.indentation + braces[0].length + base.length + 10;
    if (fits(rows, start, base)) {
      const line = rows.join(", ");
      if (!line.includes("\n")) return `${lead}${braces[0]} ${line} ${braces[1]}`;
    }
  }
  const margin = `\n${" ".repeat(layout.indentation)}`;
  return `${lead}${braces[0]}${margin}  ${rows.join(`,${margin}  `)}${margin}${braces[1]}`;
}

function fits(output: string[], start: number, base: string): boolean {
  let total = output.length + start;
  if (total + output.length > BREAK_LENGTH) return false;
  for (const text of output) total += text.length;
  return total <= BREAK_LENGTH && !base.includes("\n");
}

/** Many short elements stand in columns, numbers to the right. */
function columns(layout: Layout, output: string[], array: ArrayLike<unknown>): string[] {
  const more = output.length > MAX_ITEMS && output.at(-1)?.startsWith("... ") ? 1 : 0;
  const items = output.slice(0, output.length - more);
  const widths = items.map((text) => text.length);
  const widest = Math.max(...widths);
  const total = widths.reduce((sum, width) => sum + width + 2, 0);
  const cell = widest + 2;
  if (cell * 3 + layout.indentation >= BREAK_LENGTH || !(total / cell > 5 || widest <= 6)) return output;

  const bias = Math.sqrt(cell - total / output.length);
  const biased = Math.max(cell - 3 - bias, 1);
  const count = Math.min(
    Math.round(Math.sqrt(2.5 * biased * items.length) / biased),
    Math.floor((BREAK_LENGTH - layout.indentation) / cell),
    COMPACT * 4,
    15,
  );
  if (count <= 1) return output;
  const columnWidths = Array.from({ length: count }, (_, column) =>
    Math.max(...widths.filter((_, index) => index % count === column).concat(0)),
  );
  const numbers = output.every((_, index) => ["number", "bigint"].includes(typeof array[index]));
  const rows: string[] = [];
  for (let first = 0; first < items.length; first += count) {
    const row = items.slice(first, first + count);
    rows.push(
      row
        .map((text, column) => {
          const last = column === row.length - 1;
          const width = columnWidths[column] ?? 0;
          if (numbers) return last ? text.padStart(width) : `${text}, `.padStart(width + 2);
          return last ? text : `${text}, `.padEnd(width + 2);
        })
        .join(""),
    );
  }
  return more ? [...rows, output.at(-1) ?? ""] : rows;
}
