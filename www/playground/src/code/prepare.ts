/**
 * From what the reader typed to a module that a worker can run: types erased, imports bound, and every
 * line and column kept or translatable.
 */

import { Draft, placeAt, type Insertion, type Place } from "./draft";
import { eraseTypes } from "./erase";
import { parse } from "./grammar";
import { takeImports } from "./imports";
import { SDK_VARIABLE } from "./names";

/** Code ready to run. Its first line is the page's own: line n of the reader is line n + 1 of `text`. */
export interface Program {
  readonly text: string;
  readonly insertions: readonly Insertion[];
  /** Names taken from the SDK, to be checked against what it exports. */
  readonly imports: readonly (Place & { readonly imported: string })[];
  /** Where the grammar first stumbles, for an engine's syntax error that tells no place. */
  readonly firstMistake?: Place;
}

/** Code that cannot run here, and why. */
export interface Refused extends Place {
  readonly message: string;
}

export function prepare(source: string): Program | Refused {
  const tree = parse(source);
  const draft = new Draft(source);
  const { names, refusals } = takeImports(tree, draft);
  refusals.push(...eraseTypes(tree, draft));
  const first = refusals.sort((a, b) => a.offset - b.offset)[0];
  if (first) return { ...placeAt(source, first.offset), message: first.message };

  const bindings = names.map(({ imported, local }) =>
    imported === "*"
      ? `${local} = ${SDK_VARIABLE}`
      : `${local} = ${SDK_VARIABLE}[${JSON.stringify(imported)}]`,
  );
  const prelude = bindings.length > 0 ? `const ${bindings.join(", ")};` : "";
  return {
    text: `${prelude}\n${draft.text()}`,
    insertions: draft.insertions(),
    imports: names
      .filter(({ imported }) => imported !== "*")
      .map(({ imported, offset }) => ({ imported, ...placeAt(source, offset) })),
    firstMistake: firstMistake(tree, source),
  };
}

/** True where the code could not be prepared. */
export function isRefused(prepared: Program | Refused): prepared is Refused {
  return "message" in prepared;
}

function firstMistake(tree: ReturnType<typeof parse>, source: string): Place | undefined {
  let offset: number | undefined;
  tree.iterate({
    enter(node) {
      if (node.type.isError) offset ??= node.from;
    },
  });
  return offset === undefined ? undefined : placeAt(source, offset);
}
