/**
 * A text under change that keeps its places: what is erased becomes spaces, so lines and columns stay,
 * and the few things that must be inserted are remembered, so that a place in the result can be
 * translated back to the reader's own.
 */

/** A place in the reader's code, both counted from 1 as editors and error messages do. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One insertion: before which column of which line (both from 1), and how many columns long. */
export interface Insertion extends Place {
  readonly length: number;
}

export class Draft {
  readonly source: string;
  readonly #units: string[];
  readonly #inserted = new Map<number, string>();

  constructor(source: string) {
    this.source = source;
    this.#units = source.split("");
  }

  /** Turns `[from, to)` into spaces; line ends stay, so that nothing below moves. */
  blank(from: number, to: number): void {
    for (let at = from; at < to; at++) if (!isLineEnd(this.source.charCodeAt(at))) this.#units[at] = " ";
  }

  /** Replaces the one character at `at`, which must have been blanked. */
  put(at: number, character: string): void {
    this.#units[at] = character;
  }

  /** Inserts text without line ends before `at`. */
  insert(at: number, text: string): void {
    this.#inserted.set(at, (this.#inserted.get(at) ?? "") + text);
  }

  text(): string {
    if (this.#inserted.size === 0) return this.#units.join("");
    return this.#units.map((unit, at) => (this.#inserted.get(at) ?? "") + unit).join("");
  }

  /** The insertions in reading order. */
  insertions(): Insertion[] {
    return [...this.#inserted]
      .sort(([a], [b]) => a - b)
      .map(([at, text]) => ({ ...placeAt(this.source, at), length: text.length }));
  }
}

/** The reader's column for a column of the changed text on `line`. */
export function columnInSource(insertions: readonly Insertion[], line: number, column: number): number {
  let shift = 0;
  for (const inserted of insertions) {
    if (inserted.line !== line || column - shift <= inserted.column) continue;
    shift += Math.min(inserted.length, column - shift - inserted.column);
  }
  return column - shift;
}

/** Where the character at `offset` stands. */
export function placeAt(source: string, offset: number): Place {
  const before = source.slice(0, offset);
  const lines = before.split(/\r\n|[\n\r\u2028\u2029]/);
  return { line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}

function isLineEnd(unit: number): boolean {
  return unit === 10 || unit === 13 || unit === 0x2028 || unit === 0x2029;
}
