/** `console.log`'s line: `%` places filled, values inspected, all joined by spaces. */

import { inspect, type InspectOptions } from "./inspect";

export function format(values: readonly unknown[], options: InspectOptions = {}): string {
  const [first, ...rest] = values;
  if (typeof first !== "string") return values.map((value) => plain(value, options)).join(" ");
  let used = 0;
  const filled =
    rest.length === 0
      ? first
      : first.replace(/%([sdifjoOc%])/g, (place, letter: string) => {
          if (letter === "%") return "%";
          if (used === rest.length) return place;
          return fill(letter, rest[used++], options);
        });
  return [filled, ...rest.slice(used).map((value) => plain(value, options))].join(" ");
}

/** Text as it is, anything else inspected. */
function plain(value: unknown, options: InspectOptions): string {
  return typeof value === "string" ? value : inspect(value, options);
}

function fill(letter: string, value: unknown, options: InspectOptions): string {
  switch (letter) {
    case "s":
      return asString(value, options);
    case "d":
      if (typeof value === "bigint") return `${value}n`;
      return typeof value === "symbol" ? "NaN" : inspect(Number(value));
    case "i":
      if (typeof value === "bigint") return `${value}n`;
      return typeof value === "symbol" ? "NaN" : inspect(Number.parseInt(String(value)));
    case "f":
      return typeof value === "symbol" ? "NaN" : inspect(Number.parseFloat(String(value)));
    case "j":
      return asJson(value);
    case "o":
      return inspect(value, { ...options, depth: 4 });
    case "O":
      return inspect(value, options);
    default:
      return ""; // %c: a style, which has nowhere to go in text
  }
}

function asString(value: unknown, options: InspectOptions): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null)
    return typeof value === "function" ? String(value) : inspect(value);
  const own =
    Object.hasOwn(value, "toString") ||
    (value.constructor !== Object && !Array.isArray(value) && hasOwnText(value));
  return own ? String(value) : inspect(value, { ...options, depth: 0 });
}

/** True where a class of the reader's, not a built-in one, says how its objects read as text. */
function hasOwnText(value: object): boolean {
  for (let from: object | null = value; from; from = Object.getPrototypeOf(from) as object | null) {
    const text = Object.getOwnPropertyDescriptor(from, "toString")?.value as unknown;
    if (typeof text === "function")
      return !Function.prototype.toString.call(text).includes("[native code]") || value instanceof Error;
  }
  return false;
}

function asJson(value: unknown): string {
  try {
    return String(JSON.stringify(value));
  } catch {
    return "[Circular]";
  }
}
