/**
 * The arguments of SDK calls: what the SDK itself uses of them, checked before it does.
 *
 * What goes to the API as it was given is checked there. Here is the rest: paths, ids and names that become part of a
 * URL, and options that never leave the SDK. The errors are those that the API gives for a wrong field.
 */
import { type CallSite, errorAt } from "./caller.js";
import { SandboxApiError } from "./errors.js";

/** What a value must be. */
export interface Rule {
  /** In words that follow "must be". */
  readonly rule: string;
  holds(value: unknown): boolean;
  /** Whether the type is right, where it can be without the rule being kept. */
  typeFits?(value: unknown): boolean;
}

export const aString: Rule = { rule: "a string", holds: isString };
export const aBoolean: Rule = { rule: "a boolean", holds: (value) => typeof value === "boolean" };
export const aFunction: Rule = { rule: "a function", holds: (value) => typeof value === "function" };
export const anAddress: Rule = {
  rule: "a string or a URL",
  holds: (value) => isString(value) || (isObject(value) && isString(value.href)),
};
/** By what it does, because a signal of another realm is no instance of ours; null is none, as for `fetch`. */
export const aSignal: Rule = {
  rule: "an AbortSignal",
  holds: (value) => value === null || (isObject(value) && typeof value.throwIfAborted === "function"),
};
export const aBackend: Rule = {
  rule: "a backend, which has a method fetch",
  holds: (value) => isObject(value) && typeof value.fetch === "function",
};
const anObject: Rule = { rule: "an object", holds: (value) => isObject(value) && !Array.isArray(value) };

/** A rule for a text that must not be empty, in words that follow "must be". */
export function aText(rule: string): Rule {
  return { rule, holds: (value) => isString(value) && value !== "", typeFits: isString };
}

export function oneOf(...values: string[]): Rule {
  const quoted = values.map((value) => `"${value}"`);
  const rule = `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
  return { rule, holds: (value) => isString(value) && values.includes(value), typeFits: isString };
}

/**
 * Throws, at the caller's line, unless `value` is there and keeps the rule. `field` is what the error calls it;
 * `documented` the message, where the service has one of its own.
 */
export function check(
  site: CallSite,
  field: string,
  value: unknown,
  wanted: Rule,
  documented?: string,
): void {
  const { rule } = wanted;
  if (value === undefined) {
    const message = documented ?? `${field} is required and must be ${rule}`;
    throw broken(site, "missing_field", message, { field, rule });
  }
  if (!wanted.holds(value)) {
    const reason = wanted.typeFits?.(value) ? "invalid_value" : "invalid_type";
    const message = documented ?? `${field} must be ${rule}, not ${shown(value)}`;
    throw broken(site, reason, message, { field, rule, value });
  }
}

/** Throws unless `value` is an object. */
export function checkObject(site: CallSite, field: string, value: unknown): asserts value is object {
  check(site, field, value, anObject);
}

/** Throws unless those fields of `object` that are there keep their rules. `prefix` is put before their names. */
export function checkFields(
  site: CallSite,
  prefix: string,
  object: object,
  rules: Record<string, Rule>,
): void {
  for (const [name, rule] of Object.entries(rules)) {
    const value = (object as Record<string, unknown>)[name];
    if (value !== undefined) {
      check(site, prefix + name, value, rule);
    }
  }
}

/** Throws where `object` has a field that `rules` do not name, or one that breaks its rule. */
export function checkAllFields(
  site: CallSite,
  prefix: string,
  object: object,
  rules: Record<string, Rule>,
): void {
  for (const [name, value] of Object.entries(object)) {
    if (!Object.hasOwn(rules, name)) {
      const field = prefix + name;
      const known = Object.keys(rules);
      const nearest = nearestOf(name, known);
      const message = `Unknown field ${field}: ${nearest ? `the nearest known field is ${nearest}` : allOf(known)}`;
      const details = { field, rule: "a known field", value, known, ...(nearest && { nearest }) };
      throw broken(site, "unknown_field", message, details);
    }
  }
  checkFields(site, prefix, object, rules);
}

function broken(
  site: CallSite,
  reason: string,
  message: string,
  details: Record<string, unknown>,
): SandboxApiError {
  return errorAt(
    site,
    new SandboxApiError({ status: 400, reason, message, details: { reason, ...details } }),
  );
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** A value in a message: as JSON where it has that form, and not at length. */
function shown(value: unknown): string {
  let text: string | undefined;
  try {
    text = typeof value === "number" ? String(value) : JSON.stringify(value);
  } catch {
    // A circle, or a bigint.
    if (typeof value === "bigint") {
      text = `${value}n`;
    }
  }
  text ??= Object.prototype.toString.call(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

/** The known name that may have been meant: as the API, one that begins alike or has at most a third of its letters wrong. */
function nearestOf(name: string, known: string[]): string | undefined {
  const typed = name.toLowerCase();
  const isNear = (candidate: string, distance: number): boolean => {
    const [short, long] = typed.length < candidate.length ? [typed, candidate] : [candidate, typed];
    return (short.length >= 3 && long.startsWith(short)) || distance * 3 <= long.length;
  };
  return known
    .map((candidate) => ({ candidate, distance: editDistance(typed, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => isNear(candidate.toLowerCase(), distance))
    .sort((a, b) => a.distance - b.distance)[0]?.candidate;
}

function allOf(known: string[]): string {
  if (known.length === 1) {
    return `the only known field is ${known[0]}`;
  }
  return `the known fields are ${known.slice(0, -1).join(", ")} and ${known.at(-1)}`;
}

/** How many letters must be added, removed or replaced to get from one text to the other. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
