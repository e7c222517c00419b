/** The code editor: CodeMirror with TypeScript's colours. All of its looks are in `styles/editor.css`. */

import { history, historyKeymap, standardKeymap } from "@codemirror/commands";
import {
  LRLanguage,
  bracketMatching,
  continuedIndent,
  flatIndent,
  indentNodeProp,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { typescript } from "../code/grammar";
import { resultsExtension, showResults, type LineResult } from "./results";

export interface EditorOptions {
  readonly text: string;
  /** What the editor is called by screen readers. */
  readonly label: string;
  /** The id of the text that tells how to leave it by keyboard. */
  readonly describedBy: string;
  /** Told after each edit of the reader's, not after `setText`. */
  readonly onEdit: (text: string) => void;
  /** Ctrl-Enter, or Cmd-Enter. */
  readonly onRun: () => void;
}

export interface Editor {
  setText(text: string, label: string): void;
  showResults(results: readonly LineResult[]): void;
  /** Puts the cursor at a place (both from 1) and shows it. */
  reveal(line: number, column: number): void;
  destroy(): void;
}

const language = LRLanguage.define({
  name: "typescript",
  parser: typescript.configure({
    props: [
      indentNodeProp.add({
        "Block ClassBody ObjectExpression ArrayExpression ArgList ParamList ObjectType": (context) => {
          const closing = /^\s*[}\])]/.test(context.textAfter);
          return context.lineIndent(context.node.from) + (closing ? 0 : context.unit);
        },
        "TemplateString BlockComment": () => null,
        Script: flatIndent,
        "Statement Property": continuedIndent({ except: /^\s*[{)]/ }),
      }),
    ],
  }),
  languageData: {
    commentTokens: { line: "//" },
    closeBrackets: { brackets: ["(", "[", "{", "'", '"', "`"] },
  },
});

export function createEditor(host: HTMLElement, options: EditorOptions): Editor {
  let quiet = false;
  const view = new EditorView({ parent: host, state: stateFor(options.text, options.label) });

  function stateFor(text: string, label: string): EditorState {
    return EditorState.create({
      doc: text,
      extensions: [
        Prec.highest(
          keymap.of([{ key: "Mod-Enter", run: () => (options.onRun(), true), preventDefault: true }]),
        ),
        lineNumbers(),
        resultsExtension(),
        history(),
        highlightActiveLine(),
        bracketMatching(),
        indentOnInput(),
        indentUnit.of("  "),
        language,
        syntaxHighlighting(classHighlighter),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": options.describedBy }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !quiet) options.onEdit(update.state.doc.toString());
        }),
        // Tab moves on, as everywhere on a page;
        keymap.of([...standardKeymap, ...historyKeymap]),
      ],
    });
  }

  return {
    setText(text, label) {
      quiet = true;
      view.setState(stateFor(text, label));
      quiet = false;
    },
    showResults: (results) => showResults(view, results),
    reveal(line, column) {
      const at = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
      const anchor = Math.min(at.from + Math.max(column - 1, 0), at.to);
      view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
      view.focus();
    },
    destroy: () => view.destroy(),
  };
}
