/** Values as Node's `util.inspect` prints them, with its default options. */

import { BREAK_LENGTH, compose, MAX_ITEMS, type Layout } from "./layout";
import { propertyName, quote, symbolText } from "./strings";

const CUSTOM = Symbol.for("nodejs.util.inspect.custom");
const MAX_STRING = 10_000;
/** Objects nested deeper than this are named only. */
const DEPTH = 2;

interface Context extends Layout {
  readonly depth: number;
  readonly seen: object[];
  readonly circular: Map<object, number>;
  readonly stackOf: (error: Error) => string;
}

export interface InspectOptions {
  /** How many levels below the first are printed; 2 unless told. */
  readonly depth?: number;
  /** The text of an error's stack; its own property unless told. */
  readonly stackOf?: (error: Error) => string;
}

export function inspect(value: unknown, options: InspectOptions = {}): string {
  const stackOf = options.stackOf ?? ((error) => String(error.stack ?? error));
  const depth = options.depth ?? DEPTH;
  return show({ indentation: 0, currentDepth: 0, depth, seen: [], circular: new Map(), stackOf }, value, 0);
}

function show(context: Context, value: unknown, level: number, inside = true): string {
  if (typeof value === "string") return inside ? showString(context, value) : value;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "symbol") return symbolText(value);
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return String(value);

  const custom = (value as Record<symbol, unknown>)[CUSTOM];
  if (typeof custom === "function" && !isPrototype(value)) {
    const shown: unknown = custom.call(
      value,
      context.depth - level,
      { depth: context.depth - level },
      inspect,
    );
    if (shown !== value) {
      if (typeof shown === "object" && shown !== null) return show(context, shown, level);
      const text = String(shown);
      return indent(
        context,
        value instanceof Error ? text.replace(String(value.stack), () => context.stackOf(value)) : text,
      );
    }
  }
  if (context.seen.includes(value)) {
    const number = context.circular.get(value) ?? context.circular.size + 1;
    context.circular.set(value, number);
    return `[Circular *${number}]`;
  }
  return showObject(context, value, level);
}

function showString(context: Context, text: string): string {
  let rest = "";
  if (text.length > MAX_STRING) {
    const more = text.length - MAX_STRING;
    text = text.slice(0, MAX_STRING);
    rest = `... ${more} more character${more > 1 ? "s" : ""}`;
  }
  if (text.length > 16 && text.length > BREAK_LENGTH - context.indentation - 4) {
    const lines = text.split(/(?<=\n)/).map(quote);
    return lines.join(` +\n${" ".repeat(context.indentation + 2)}`) + rest;
  }
  return quote(text) + rest;
}

/** What an object prints as before its own properties. */
interface Shape {
  base?: string;
  braces: [string, string];
  /** Printed whole when there is nothing in the braces. */
  empty: string;
  items?: () => string[];
  array?: ArrayLike<unknown>;
  keys: (string | symbol)[];
}

function showObject(context: Context, value: object, level: number): string {
  const name = constructorName(value);
  const tag = tagOf(value, name);
  const shape = shapeOf(context, value, name, tag, level);
  if (!shape.items && shape.keys.length === 0) return shape.empty;
  if (level > context.depth)
    return `[${prefix(name, tag, Array.isArray(value) ? "Array" : "Object").slice(0, -1)}]`;

  context.seen.push(value);
  context.currentDepth = level + 1;
  const output = shape.items?.() ?? [];
  for (const key of shape.keys) output.push(showProperty(context, value, level + 1, key));
  context.seen.pop();

  const reference = context.circular.get(value);
  const base = [reference === undefined ? "" : `<ref *${reference}>`, shape.base ?? ""]
    .filter(Boolean)
    .join(" ");
  if (output.length === 0) return shape.empty;
  return compose(context, level + 1, { output, base, braces: shape.braces, array: shape.array });
}

function shapeOf(context: Context, value: object, name: string | null, tag: string, level: number): Shape {
  const keys = keysOf(value);
  const within = (fallback: string, size = ""): string => prefix(name, tag, fallback, size);
  if (Array.isArray(value)) {
    const lead = name !== "Array" || tag ? within("Array", `(${value.length})`) : "";
    const items = value.length > 0 ? () => arrayItems(context, value, level) : undefined;
    return {
      braces: [`${lead}[`, "]"],
      empty: `${lead}[]`,
      items,
      array: value,
      keys: keys.filter(notIndex),
    };
  }
  if (value instanceof Set) {
    const lead = within("Set", `(${value.size})`);
    const items = value.size > 0 ? () => some([...value], (item) => nested(context, item, level)) : undefined;
    return { braces: [`${lead}{`, "}"], empty: `${lead}{}`, items, keys };
  }
  if (value instanceof Map) {
    const lead = within("Map", `(${value.size})`);
    const pair = ([key, item]: [unknown, unknown]): string =>
      `${nested(context, key, level)} => ${nested(context, item, level)}`;
    const items = value.size > 0 ? () => some([...value], pair) : undefined;
    return { braces: [`${lead}{`, "}"], empty: `${lead}{}`, items, keys };
  }
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const typed = value as unknown as ArrayLike<number | bigint>;
    const lead = within(tag, `(${typed.length})`);
    const items =
      typed.length > 0 ? () => some(Array.from(typed), (item) => show(context, item, level)) : undefined;
    return {
      braces: [`${lead}[`, "]"],
      empty: `${lead}[]`,
      items,
      array: typed,
      keys: keys.filter(notIndex),
    };
  }
  if (value instanceof ArrayBuffer) {
    const lead = within("ArrayBuffer");
    return { braces: [`${lead}{`, "}"], empty: `${lead}{}`, items: () => bufferItems(value), keys };
  }
  if (value instanceof Promise)
    return { braces: [`${within("Promise")}{`, "}"], empty: "", items: () => ["<pending>"], keys };
  if (value instanceof WeakMap || value instanceof WeakSet) {
    return { braces: [`${within("WeakMap")}{`, "}"], empty: "", items: () => ["<items unknown>"], keys };
  }
  const base = baseOf(context, value, name, tag, keys);
  if (base !== undefined) return { base, braces: ["{", "}"], empty: base, keys };
  const lead = name === "Object" && !tag ? "" : within("Object");
  return { braces: [`${lead}{`, "}"], empty: `${lead}{}`, keys };
}

/** The text of objects that print as something of their own; errors also drop keys that it already says. */
function baseOf(
  context: Context,
  value: object,
  name: string | null,
  tag: string,
  keys: (string | symbol)[],
): string | undefined {
  if (typeof value === "function") return functionText(value as { name: string }, name, tag);
  if (value instanceof Error) {
    const stack = context.stackOf(value);
    for (const said of ["name", "message", "stack"] as const) {
      const at = keys.indexOf(said);
      if (at >= 0 && stack.includes(String(value[said]))) keys.splice(at, 1);
    }
    if ("cause" in value && !keys.includes("cause")) keys.push("cause");
    if (Array.isArray((value as AggregateError).errors) && !keys.includes("errors")) keys.push("errors");
    return indent(context, /\n\s+at /.test(stack) ? stack : `[${stack}]`);
  }
  const lead = (usual: string): string => (name === usual ? "" : prefix(name, tag, usual));
  if (value instanceof RegExp) return lead("RegExp") + RegExp.prototype.toString.call(value);
  if (value instanceof Date) {
    return (
      lead("Date") + (Number.isNaN(value.getTime()) ? "Invalid Date" : Date.prototype.toISOString.call(value))
    );
  }
  for (const boxed of [Number, String, Boolean, BigInt, Symbol]) {
    if (!(value instanceof boxed)) continue;
    const inner: unknown = value.valueOf();
    if (boxed === String) keys.splice(0, keys.length, ...keys.filter(notIndex));
    return `[${boxed.name}${name === boxed.name ? "" : ` (${name})`}: ${show(context, inner, 0)}]`;
  }
  return undefined;
}

function functionText(value: { name: string }, name: string | null, tag: string): string {
  const source = Function.prototype.toString.call(value);
  if (source.startsWith("class") && source.endsWith("}")) {
    const parent = Object.getPrototypeOf(value) as { name?: string } | null;
    const own = Object.hasOwn(value, "name") && value.name ? value.name : "(anonymous)";
    return `[class ${own}${parent?.name ? ` extends ${parent.name}` : ""}]`;
  }
  const kind = name === null || name === "Object" ? "Function" : name;
  const suffix = tag && tag !== name ? ` [${tag}]` : "";
  return `[${kind}${value.name ? `: ${value.name}` : " (anonymous)"}]${suffix}`;
}

function arrayItems(context: Context, array: unknown[], level: number): string[] {
  const output: string[] = [];
  let index = 0;
  for (; index < array.length && output.length < MAX_ITEMS; index++) {
    if (Object.hasOwn(array, index)) {
      output.push(showElement(context, array, level + 1, index));
      continue;
    }
    const start = index;
    while (index + 1 < array.length && !Object.hasOwn(array, index + 1)) index++;
    const holes = index - start + 1;
    output.push(`<${holes} empty item${holes > 1 ? "s" : ""}>`);
  }
  return index < array.length ? [...output, moreItems(array.length - index)] : output;
}

function bufferItems(buffer: ArrayBuffer): string[] {
  const bytes = new Uint8Array(buffer);
  const hex = Array.from(bytes.subarray(0, MAX_ITEMS), (byte) => byte.toString(16).padStart(2, "0")).join(
    " ",
  );
  const more = bytes.length - MAX_ITEMS;
  const rest = more > 0 ? ` ... ${more} more byte${more > 1 ? "s" : ""}` : "";
  return [`[Uint8Contents]: <${hex}${rest}>`, `byteLength: ${bytes.length}`];
}

function some<T>(items: T[], text: (item: T) => string): string[] {
  const output = items.slice(0, MAX_ITEMS).map(text);
  return items.length > MAX_ITEMS ? [...output, moreItems(items.length - MAX_ITEMS)] : output;
}

function moreItems(count: number): string {
  return `... ${count} more item${count > 1 ? "s" : ""}`;
}

/** A value inside another: two columns further in. */
function nested(context: Context, value: unknown, level: number): string {
  context.indentation += 2;
  const text = show(context, value, level + 1);
  context.indentation -= 2;
  return text;
}

function showElement(context: Context, array: unknown[], level: number, index: number): string {
  return descriptorText(context, Object.getOwnPropertyDescriptor(array, index), level);
}

function showProperty(context: Context, value: object, level: number, key: string | symbol): string {
  const descriptor = Object.getOwnPropertyDescriptor(value, key) ?? {
    value: (value as Record<string | symbol, unknown>)[key],
    enumerable: true,
  };
  const text = descriptorText(context, descriptor, level);
  const name = propertyName(key);
  return `${descriptor.enumerable === false && typeof key === "string" ? `[${key}]` : name}: ${text}`;
}

function descriptorText(context: Context, descriptor: PropertyDescriptor | undefined, level: number): string {
  if (descriptor?.get) return descriptor.set ? "[Getter/Setter]" : "[Getter]";
  if (descriptor?.set) return "[Setter]";
  return nested(context, descriptor?.value, level - 1);
}

function keysOf(value: object): (string | symbol)[] {
  const symbols = Object.getOwnPropertySymbols(value).filter((key) =>
    Object.prototype.propertyIsEnumerable.call(value, key),
  );
  return [...Object.keys(value), ...symbols];
}

function notIndex(key: string | symbol): boolean {
  return typeof key === "symbol" || !/^(0|[1-9][0-9]*)$/.test(key);
}

function constructorName(value: object): string | null {
  for (let from: object | null = value; from; from = Object.getPrototypeOf(from) as object | null) {
    const own = Object.getOwnPropertyDescriptor(from, "constructor")?.value as unknown;
    if (typeof own === "function" && own.name !== "" && value instanceof own) return own.name;
  }
  return null;
}

function tagOf(value: object, name: string | null): string {
  const tag = (value as Record<symbol, unknown>)[Symbol.toStringTag];
  if (typeof tag !== "string" || tag === "") return "";
  if (ArrayBuffer.isView(value)) return tag;
  if (Object.prototype.propertyIsEnumerable.call(value, Symbol.toStringTag)) return "";
  return tag === name ? "" : tag;
}

function prefix(name: string | null, tag: string, fallback: string, size = ""): string {
  if (name === null)
    return `[${fallback}${size}: null prototype] ${tag && tag !== fallback ? `[${tag}] ` : ""}`;
  return `${name}${size} ${tag && tag !== name ? `[${tag}] ` : ""}`;
}

function isPrototype(value: object): boolean {
  const own = Object.getOwnPropertyDescriptor(value, "constructor")?.value as
    { prototype?: unknown } | undefined;
  return own?.prototype === value;
}

function indent(context: Context, text: string): string {
  return text.replaceAll("\n", `\n${" ".repeat(context.indentation)}`);
}
