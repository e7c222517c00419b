/** What a run gave, shown in the editor under the line that gave it, with a mark in the gutter. */

import { syntaxTree } from "@codemirror/language";
import { RangeSet, StateEffect, StateField, type EditorState, type Extension } from "@codemirror/state";
import {
  Decoration,
  EditorView,
  GutterMarker,
  WidgetType,
  gutter,
  type DecorationSet,
} from "@codemirror/view";

/** One result at a place (from 1). `tone` names its look in the style sheet. */
export interface LineResult {
  readonly line: number;
  readonly column: number;
  readonly tone: "running" | "value" | "open" | "print" | "failure" | "caught" | "warning";
  readonly text: string;
}

/** Results shown under one line; further ones are counted. */
const SHOWN = 3;

const setResults = StateEffect.define<readonly LineResult[]>();

interface Shown {
  readonly widgets: DecorationSet;
  readonly marks: RangeSet<GutterMarker>;
}

const NOTHING: Shown = { widgets: Decoration.none, marks: RangeSet.empty };

const results = StateField.define<Shown>({
  create: () => NOTHING,
  update(shown, transaction) {
    for (const effect of transaction.effects)
      if (effect.is(setResults)) return show(transaction.state, effect.value);
    // Results belong to the text that ran: the first edit takes them away.
    return transaction.docChanged ? NOTHING : shown;
  },
  provide: (field) => [
    EditorView.decorations.from(field, ({ widgets }) => widgets),
    gutter({ class: "cm-results", markers: (view) => view.state.field(field).marks }),
  ],
});

export function resultsExtension(): Extension {
  return results;
}

export function showResults(view: EditorView, all: readonly LineResult[]): void {
  view.dispatch({ effects: setResults.of(all) });
}

function show(state: EditorState, all: readonly LineResult[]): Shown {
  const atLine = new Map<number, LineResult[]>();
  const underLine = new Map<number, LineResult[]>();
  for (const result of all) {
    if (result.line < 1 || result.line > state.doc.lines) continue;
    put(atLine, result.line, result);
    put(underLine, lastLine(state, result), result);
  }
  const byLine = <T>([a]: [number, T], [b]: [number, T]): number => a - b;
  const widgets = [...underLine].sort(byLine).map(([line, here]) => {
    const indentation = /^\s*/.exec(state.doc.line(line).text)?.[0].length ?? 0;
    const widget = new ResultWidget(here, indentation);
    return Decoration.widget({ widget, block: true, side: 1 }).range(state.doc.line(line).to);
  });
  const marks = [...atLine].sort(byLine).map(([line, here]) => {
    return new ToneMarker(worst(here)).range(state.doc.line(line).from);
  });
  return { widgets: Decoration.set(widgets), marks: RangeSet.of(marks) };
}

function put(map: Map<number, LineResult[]>, line: number, result: LineResult): void {
  const here = map.get(line);
  if (here) here.push(result);
  else map.set(line, [result]);
}

/** The line on which the call that the result belongs to ends: results do not stand inside of arguments. */
function lastLine(state: EditorState, { line, column }: LineResult): number {
  const { from, to } = state.doc.line(line);
  const at = Math.min(from + column - 1, to);
  for (let node = syntaxTree(state).resolveInner(at, 1); node.parent; node = node.parent) {
    if (node.name === "CallExpression" || node.name === "NewExpression")
      return state.doc.lineAt(node.to).number;
    if (/Statement$|Declaration$/.test(node.name)) break;
  }
  return line;
}

function worst(here: readonly LineResult[]): LineResult["tone"] {
  const order: LineResult["tone"][] = ["failure", "warning", "caught", "running", "open", "value", "print"];
  return order.find((tone) => here.some((result) => result.tone === tone)) ?? "value";
}

class ResultWidget extends WidgetType {
  readonly #here: readonly LineResult[];
  readonly #indentation: number;

  constructor(here: readonly LineResult[], indentation: number) {
    super();
    this.#here = here;
    this.#indentation = indentation;
  }

  override eq(other: ResultWidget): boolean {
    const same = (a: LineResult, b?: LineResult): boolean => a.tone === b?.tone && a.text === b.text;
    return (
      this.#here.length === other.#here.length && this.#here.every((one, at) => same(one, other.#here[at]))
    );
  }

  /** A click on a result is a click into the editor. */
  override ignoreEvent(): boolean {
    return false;
  }

  /** The output pane says all of this to screen readers, so here it is for the eye only. */
  override toDOM(): HTMLElement {
    const box = document.createElement("div");
    box.className = "cm-result-box";
    box.style.setProperty("--indentation", `${this.#indentation}ch`);
    box.setAttribute("aria-hidden", "true");
    for (const { tone, text } of this.#here.slice(-SHOWN)) {
      const row = document.createElement("div");
      row.className = `cm-result is-${tone}`;
      row.textContent = text;
      box.append(row);
    }
    const hidden = this.#here.length - SHOWN;
    if (hidden > 0) {
      const row = document.createElement("div");
      row.className = "cm-result is-more";
      row.textContent = `${hidden} before`;
      box.prepend(row);
    }
    return box;
  }
}

class ToneMarker extends GutterMarker {
  readonly #tone: LineResult["tone"];

  constructor(tone: LineResult["tone"]) {
    super();
    this.#tone = tone;
  }

  override eq(other: ToneMarker): boolean {
    return this.#tone === other.#tone;
  }

  override toDOM(): HTMLElement {
    const dot = document.createElement("span");
    dot.className = `cm-mark is-${this.#tone}`;
    return dot;
  }
}
