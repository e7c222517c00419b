/**
 * Compares an answer with what a scenario expects, and tells every difference. The rules are those of
 * `runner/src/matcher.rs`; `matcher-cases.json` is put to both.
 */

/** A fault of the scenario itself: something was never saved, or an expression is none. */
export class ScenarioFault extends Error {}

/**
 * Every difference between `got` and `expected`, empty when it matches; `$save:` adds to `saved` (a Map).
 *
 * @returns {{ at: string, expected: string, got: string }[]}
 */
export function mismatches(expected, got, saved) {
  const found = [];
  compare("$", expected, got, saved, found);
  return found;
}

function compare(at, expected, got, saved, found) {
  if (isObject(expected) && isObject(got)) {
    compareObjects(at, expected, got, saved, found);
  } else if (Array.isArray(expected) && Array.isArray(got) && expected.length === got.length) {
    expected.forEach((item, index) => compare(`${at}[${index}]`, item, got[index], saved, found));
  } else if (typeof expected === "string") {
    if (!stringMatches(expected, got, saved)) {
      found.push({ at, expected: JSON.stringify(fill(expected, saved)), got: JSON.stringify(got) });
    }
  } else if (expected !== got) {
    found.push({ at, expected: JSON.stringify(expected), got: JSON.stringify(got) });
  }
}

function compareObjects(at, expected, got, saved, found) {
  for (const [name, value] of Object.entries(expected)) {
    if (name === "$partial") continue;
    if (Object.hasOwn(got, name)) {
      compare(`${at}.${name}`, value, got[name], saved, found);
    } else {
      found.push({ at: `${at}.${name}`, expected: JSON.stringify(value), got: "(no such field)" });
    }
  }
  if (expected.$partial !== true) {
    for (const name of Object.keys(got).filter((name) => !Object.hasOwn(expected, name))) {
      found.push({ at: `${at}.${name}`, expected: "(no such field)", got: JSON.stringify(got[name]) });
    }
  }
}

function stringMatches(expected, got, saved) {
  if (expected.startsWith("$save:")) {
    if (typeof got !== "string") return false;
    saved.set(expected.slice("$save:".length), got);
    return true;
  }
  if (expected.startsWith("$match:")) {
    const pattern = fill(expected.slice("$match:".length), saved, quote);
    return typeof got === "string" && expression(pattern).test(got);
  }
  switch (expected) {
    case "$any":
      return true;
    case "$string":
    case "$number":
    case "$boolean":
      return typeof got === expected.slice(1);
    default:
      return got === fill(expected, saved);
  }
}

function expression(pattern) {
  try {
    return new RegExp(pattern, "u");
  } catch (error) {
    throw new ScenarioFault(`$match:${pattern}: ${error.message}`);
  }
}

/** `text` as an expression that matches just it. */
export function quote(text) {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** `text` with every `{{name}}` replaced by what was saved under it, each value passed through `pass`. */
export function fill(text, saved, pass = (value) => value) {
  return text.replace(/\{\{([A-Za-z0-9]+)\}\}/g, (_, name) => {
    if (!saved.has(name)) throw new ScenarioFault(`{{${name}}} was never saved`);
    return pass(saved.get(name));
  });
}

/** `value` with `fill` done in every string of it, names of fields included. */
export function fillValue(value, saved) {
  if (typeof value === "string") return fill(value, saved);
  if (Array.isArray(value)) return value.map((item) => fillValue(item, saved));
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [fill(name, saved), fillValue(item, saved)]),
    );
  }
  return value;
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
