/** Parsing the reader's TypeScript with the grammar that the editor has loaded anyway. */

import type { SyntaxNode, Tree } from "@lezer/common";
import { parser } from "@lezer/javascript";

export const typescript = parser.configure({ dialect: "ts" });

/**
 * The grammar lacks a few forms. In the copy that is parsed (never in the one that runs) their first
 * word is blanked; what is left is a form that it knows, in the same place.
 */
const UNKNOWN_TO_THE_GRAMMAR = [
  /\basync(?=\s*<)/g, // async <T>(value: T) => …
  /\btypeof(?=\s+import\s*\()/g, // typeof import("…") in a type
  /\babstract(?=\s+new\b)/g, // abstract new () => T in a type
];

export function parse(source: string): Tree {
  let copy = source;
  for (const form of UNKNOWN_TO_THE_GRAMMAR) copy = copy.replace(form, (word) => " ".repeat(word.length));
  return typescript.parse(copy);
}

export function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child);
  return found;
}
