/**
 * What a request's body cannot carry, told by its field before anything is sent.
 *
 * JSON makes NaN and Infinity null, and leaves functions out: the API would tell of a value that nobody gave, or of
 * none. Everything else that is wrong it tells itself.
 */
import type { CallSite } from "./caller.js";
import { type Rule, aString, check } from "./checks.js";

const aNumber: Rule = {
  rule: "a finite number",
  holds: Number.isFinite,
  typeFits: (value) => typeof value === "number",
};
const aJsonValue: Rule = { rule: "a value that JSON can hold", holds: () => false };
const noCircle: Rule = { rule: "free of circles", holds: () => false, typeFits: () => true };

/** Throws at the caller's line where `value`, the body or the part of it at `field`, is or has such a value. */
export function checkJsonable(site: CallSite, value: unknown, field = ""): void {
  checkPart(site, value, { field, ofTexts: false, around: [] });
}

/** Where a part stands: within an object of texts (an environment) or a list of them, and within which objects. */
interface Part {
  readonly field: string;
  readonly ofTexts: boolean;
  readonly around: readonly object[];
}

function checkPart(site: CallSite, value: unknown, { field, ofTexts, around }: Part): void {
  if (typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value))) {
    check(site, field, value, ofTexts ? aString : aNumber);
  } else if (typeof value === "function" || typeof value === "symbol") {
    check(site, field, value, aJsonValue);
  } else if (typeof value === "object" && value !== null && !("toJSON" in value)) {
    if (around.includes(value)) {
      check(site, field, value, noCircle);
    }
    for (const [name, part] of Object.entries(value)) {
      const isList = Array.isArray(value);
      checkPart(site, part, {
        field: isList ? `${field}[${name}]` : memberOf(field, name),
        ofTexts: ofTexts || isList || name === "env",
        around: [...around, value],
      });
    }
  }
}

/** As the API names it: a name of the caller's own stands in brackets. */
function memberOf(field: string, name: string): string {
  const isOwn = /(^|\.)(env|volumes)$/.test(field);
  const separator = field === "" ? "" : ".";
  return isOwn ? `${field}[${JSON.stringify(name)}]` : field + separator + name;
}
