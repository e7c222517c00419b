/** The scenario files, with the ids that every surface gives their scenarios. */
import { readFileSync, readdirSync } from "node:fs";
import { quote } from "./matcher.mjs";
import { sha256 } from "./transcript.mjs";

const folder = new URL("../scenarios/", import.meta.url);

/** Every scenario, by file and place in the file: what the file says, its `id`, and the hash of its file. */
export function allScenarios() {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .flatMap((file) => {
      const text = readFileSync(new URL(file, folder), "utf8");
      const stem = file.slice(0, -".json".length);
      return [JSON.parse(text)].flat().map((scenario) => ({
        ...scenario,
        options: scenario.options ?? {},
        steps: scenario.steps.flatMap(expand),
        id: `${identifier(stem)}::${identifier(scenario.name)}`,
        sha256: sha256(text),
      }));
    });
}

/** Whether two runs must give the same bytes: the seed is fixed and the clock is virtual. */
export function isDeterministic({ options }) {
  return Number.isInteger(options.seed) && Number.isInteger(options.clock);
}

/** A table stands for its steps once a value: the rule of `runner/src/each.rs`. */
function expand(entry) {
  return entry.each === undefined
    ? [entry]
    : entry.each.flatMap((value) => entry.steps.map((step) => withEach(step, value)));
}

function withEach(part, value) {
  const plain = typeof value === "string" ? value : JSON.stringify(value);
  if (part === "{{each}}") return value;
  if (typeof part === "string") {
    return part.replaceAll("{{each}}", () => (part.startsWith("$match:") ? quote(plain) : plain));
  }
  if (Array.isArray(part)) return part.map((item) => withEach(item, value));
  if (typeof part !== "object" || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).map(([name, item]) => [
      name.replaceAll("{{each}}", () => plain),
      withEach(item, value),
    ]),
  );
}

/** The rule of `runner/src/identifier.rs`. */
function identifier(name) {
  const words = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
  return /^[0-9]/.test(words) ? `n_${words}` : words;
}
