/**
 * Erases TypeScript's types in place. Only what has no meaning at run time goes; every character that
 * stays, stays in its line and column. Parameter properties (`constructor(private x)`) are the one form
 * that needs new code, and enums and namespaces the two that are refused.
 */

import type { SyntaxNode, SyntaxNodeRef, Tree } from "@lezer/common";
import type { Draft } from "./draft";
import { children } from "./grammar";

/** Something in the code that cannot run here, and where it begins. */
export interface Refusal {
  readonly offset: number;
  readonly message: string;
}

/** Nodes that are types through and through, wherever they stand. */
const TYPES = new Set(["TypeAnnotation", "TypePredicate", "TypeParamList", "TypeArgList", "Optional"]);
/** Statements that leave nothing behind at run time. */
const TYPE_STATEMENTS = new Set(["TypeAliasDeclaration", "InterfaceDeclaration", "AmbientDeclaration"]);
/** Words before a class member that say nothing at run time. */
const MODIFIERS = new Set(["Privacy", "readonly", "override", "abstract", "declare"]);

export function eraseTypes(tree: Tree, draft: Draft): Refusal[] {
  const refusals: Refusal[] = [];
  tree.iterate({ enter: (node) => enter(node, draft, refusals) });
  return refusals;
}

/** Returns false where nothing inside the node is left to look at. */
function enter(ref: SyntaxNodeRef, draft: Draft, refusals: Refusal[]): boolean {
  const { name, from, to } = ref;
  if (TYPES.has(name)) return (eraseType(ref.node, draft), false);
  if (TYPE_STATEMENTS.has(name)) return (eraseStatement(from, to, draft), false);
  switch (name) {
    case "ExportDeclaration":
      return enterExport(ref.node, draft);
    case "EnumDeclaration":
      refusals.push({ offset: from, message: ENUM });
      return false;
    case "NamespaceDeclaration":
      refusals.push({ offset: from, message: NAMESPACE });
      return false;
    case "FunctionDeclaration":
      if (ref.node.getChild("Block")) return true;
      return (eraseStatement(from, to, draft), false);
    case "MethodDeclaration":
    case "PropertyDeclaration":
      return enterMember(ref.node, draft);
    case "ClassDeclaration":
    case "ClassExpression":
      return enterClass(ref.node, draft);
    case "ParamList":
      enterParameters(ref.node, draft);
      return true;
    case "CatchClause":
      enterCatch(ref.node, draft);
      return true;
    case "VariableDeclaration":
      enterVariables(ref.node, draft);
      return true;
    case "PostfixExpression": {
      const operator = ref.node.lastChild;
      if (operator?.name === "LogicOp") draft.blank(operator.from, operator.to);
      return true;
    }
    case "PrefixCast": {
      const close = ref.node.getChild(">");
      if (close) draft.blank(from, close.to);
      return true;
    }
    case "BinaryExpression":
      enterOperator(ref.node, draft);
      return true;
    default:
      return true;
  }
}

const ENUM =
  "An enum needs TypeScript's compiler, and this page only erases types: use an object or a union of strings.";
const NAMESPACE =
  "A namespace needs TypeScript's compiler, and this page only erases types: use an object or plain functions.";

function eraseType(node: SyntaxNode, draft: Draft): void {
  draft.blank(node.from, node.to);
  const arrow = node.parent;
  if (arrow?.name !== "ArrowFunction" || !draft.source.slice(node.from, node.to).includes("\n")) return;
  // No line may end between an arrow function's parameters and its `=>`: the bracket moves to the far side.
  const parameters = arrow.getChild("ParamList");
  if (node.name === "TypeAnnotation" && parameters) {
    draft.blank(parameters.to - 1, parameters.to);
    draft.put(node.to - 1, ")");
  } else if (node.name === "TypeParamList" && parameters) {
    draft.blank(parameters.from, parameters.from + 1);
    draft.put(node.from, "(");
  }
}

/** The semicolon keeps the statements around the gap from growing together. */
function eraseStatement(from: number, to: number, draft: Draft): void {
  draft.blank(from, to);
  draft.put(from, ";");
}

function enterExport(node: SyntaxNode, draft: Draft): boolean {
  const parts = children(node);
  const declared = parts.find((part) => part.name.endsWith("Declaration"));
  const bodiless = declared?.name === "FunctionDeclaration" && !declared.getChild("Block");
  const typesOnly = (declared && TYPE_STATEMENTS.has(declared.name)) || bodiless;
  // Nobody imports what is typed here, so a list of exports has nothing to do either.
  const list = !declared && parts.some((part) => part.name === "ExportGroup" || part.name === "type");
  if (!typesOnly && !list) return true;
  eraseStatement(node.from, node.to, draft);
  return false;
}

function enterMember(node: SyntaxNode, draft: Draft): boolean {
  const parts = children(node);
  const words = parts.map((part) => part.name);
  const bodiless = node.name === "MethodDeclaration" && !node.getChild("Block");
  const onlyDeclared =
    node.name === "PropertyDeclaration" && (words.includes("declare") || words.includes("abstract"));
  // `[key: string]: T` in a class: the grammar takes it for a computed name with a mistake inside.
  const indexSignature =
    words[0] === "[" && parts.some((part) => part.type.isError && part.firstChild?.name === ":");
  if (bodiless || onlyDeclared || indexSignature) {
    draft.blank(node.from, node.to);
    draft.put(node.from, ";");
    return false;
  }
  for (const part of parts) {
    if (MODIFIERS.has(part.name)) draft.blank(part.from, part.to);
    if (part.name === "LogicOp" && draft.source.slice(part.from, part.to) === "!")
      draft.blank(part.from, part.to);
  }
  return true;
}

function enterClass(node: SyntaxNode, draft: Draft): boolean {
  const body = node.getChild("ClassBody");
  for (const part of children(node)) {
    if (part.name === "abstract") draft.blank(part.from, part.to);
    if (part.name === "implements" && body) draft.blank(part.from, body.from);
  }
  return true;
}

function enterParameters(node: SyntaxNode, draft: Draft): void {
  const parts = children(node);
  const properties: string[] = [];
  parts.forEach((part, index) => {
    if (part.name === "this") {
      const comma = parts.slice(index).find((next) => next.name === ",");
      draft.blank(part.from, comma ? comma.to : part.to);
    }
    if (part.name !== "Privacy" && part.name !== "readonly") return;
    draft.blank(part.from, part.to);
    const named = parts.slice(index).find((next) => next.name === "VariableDefinition");
    const name = named && draft.source.slice(named.from, named.to);
    if (name && !properties.includes(name)) properties.push(name);
  });
  const body = node.parent?.getChild("Block");
  if (properties.length > 0 && body) {
    const assignments = properties.map((name) => `this.${name} = ${name};`).join(" ");
    draft.insert(afterSuper(body), ` ${assignments}`);
  }
}

/** Where a constructor may first say `this`: after `super(…)` where it calls that, else at its start. */
function afterSuper(body: SyntaxNode): number {
  for (const statement of body.getChildren("ExpressionStatement")) {
    if (statement.getChild("CallExpression")?.getChild("super")) return statement.to;
  }
  return body.from + 1;
}

/** `catch (error: unknown)`: the grammar does not know the type there and calls it a mistake. */
function enterCatch(node: SyntaxNode, draft: Draft): void {
  const bound =
    node.getChild("VariableDefinition") ?? node.getChild("ObjectPattern") ?? node.getChild("ArrayPattern");
  const close = node.getChild(")");
  if (bound && close) draft.blank(bound.to, close.from);
}

/** `let name!: T`: the mark before the type. */
function enterVariables(node: SyntaxNode, draft: Draft): void {
  for (const part of children(node)) {
    if (part.type.isError && draft.source.slice(part.from, part.to) === "!") draft.blank(part.from, part.to);
  }
}

/** `value as T` and `value satisfies T`. */
function enterOperator(node: SyntaxNode, draft: Draft): void {
  const operator = node.getChild("as") ?? node.getChild("satisfies");
  if (!operator) return;
  draft.blank(operator.from, node.to);
  // Without its type the next line might continue this one: `x as T` ⏎ `(…)` must not become a call.
  if (node.parent?.name === "CallExpression" && node.parent.firstChild?.from === node.from) {
    draft.put(operator.from, ";");
    return;
  }
  let outer: SyntaxNode | null = node;
  while (outer && !/Statement$|Declaration$/.test(outer.name)) outer = outer.parent;
  if (outer && outer.to === node.to) draft.put(operator.from, ";");
}
