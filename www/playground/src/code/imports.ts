/**
 * The reader's imports. The page has one thing to offer, the SDK, under the two names that documentation
 * uses; its names are bound by a line put before the reader's first one, and the import itself is blanked.
 */

import type { SyntaxNode, Tree } from "@lezer/common";
import type { Draft } from "./draft";
import type { Refusal } from "./erase";
import { children } from "./grammar";
import { LOAD_FUNCTION, SDK_NAMES, notHere } from "./names";

/** A name that the code takes from the SDK: `import { imported as local }`, `*` for all of it. */
export interface ImportedName {
  readonly imported: string;
  readonly local: string;
  /** Where the name stands, counted in characters from the start. */
  readonly offset: number;
}

export interface Imports {
  readonly names: ImportedName[];
  readonly refusals: Refusal[];
}

export function takeImports(tree: Tree, draft: Draft): Imports {
  const names: ImportedName[] = [];
  const refusals: Refusal[] = [];
  tree.iterate({
    enter(ref) {
      if (ref.name === "ImportDeclaration") {
        takeImport(ref.node, draft, names, refusals);
        return false;
      }
      if (ref.name === "ExportDeclaration") refuseForeign(ref.node, draft.source, refusals);
      if (ref.name === "DynamicImport") takeDynamic(ref.node, draft, refusals);
      return true;
    },
  });
  return { names: withoutTypes(tree, draft.source, names), refusals };
}

function takeImport(node: SyntaxNode, draft: Draft, names: ImportedName[], refusals: Refusal[]): void {
  const { source } = draft;
  const parts = children(node);
  const typeOnly = parts.some((part) => part.name === "type");
  if (!typeOnly && refuseForeign(node, source, refusals)) return;
  draft.blank(node.from, node.to);
  draft.put(node.from, ";");
  if (typeOnly) return;
  parts.forEach((part, index) => {
    if (part.name === "VariableDefinition") {
      const whole = parts.slice(0, index).some((before) => before.name === "Star");
      names.push({ imported: whole ? "*" : "default", local: text(part, source), offset: part.from });
    }
    if (part.name === "ImportGroup") takeGroup(part, source, names);
  });
}

function takeGroup(group: SyntaxNode, source: string, names: ImportedName[]): void {
  let imported: string | undefined;
  let type = false;
  for (const part of children(group)) {
    if (part.name === ",") [imported, type] = [undefined, false];
    else if (part.name === "type") type = true;
    else if (part.name === "VariableName" || part.name === "default") imported = text(part, source);
    else if (part.name === "String") imported = text(part, source).slice(1, -1);
    else if (part.name === "VariableDefinition" && !type) {
      const local = text(part, source);
      names.push({ imported: imported ?? local, local, offset: part.from });
    }
  }
}

function takeDynamic(node: SyntaxNode, draft: Draft, refusals: Refusal[]): void {
  const specifier = node.getChild("String");
  const named = specifier && text(specifier, draft.source).slice(1, -1);
  if (named && !SDK_NAMES.includes(named)) refusals.push({ offset: specifier.from, message: notHere(named) });
  // A word of the same length, defined by the reader's worker.
  draft.blank(node.from, node.from + "import".length);
  [...LOAD_FUNCTION].forEach((letter, index) => draft.put(node.from + index, letter));
}

/** Refuses `… from "elsewhere"`; says whether it did. */
function refuseForeign(node: SyntaxNode, source: string, refusals: Refusal[]): boolean {
  const specifier = node.getChild("String");
  if (!specifier) return false;
  const named = text(specifier, source).slice(1, -1);
  if (SDK_NAMES.includes(named)) return false;
  refusals.push({ offset: specifier.from, message: notHere(named) });
  return true;
}

/** Names that are only ever used as types are no values to look for, as in TypeScript. */
function withoutTypes(tree: Tree, source: string, names: ImportedName[]): ImportedName[] {
  if (names.length === 0) return names;
  const used = new Set<string>();
  const typed = new Set<string>();
  tree.iterate({
    enter(ref) {
      if (ref.name === "VariableName") used.add(source.slice(ref.from, ref.to));
      if (ref.name === "TypeName") typed.add(source.slice(ref.from, ref.to));
      return ref.name !== "ImportDeclaration";
    },
  });
  return names.filter(({ local }) => used.has(local) || !typed.has(local));
}

function text(node: SyntaxNode, source: string): string {
  return source.slice(node.from, node.to);
}
