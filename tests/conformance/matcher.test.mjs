/** The JavaScript matcher against `matcher-cases.json`, which the Rust matcher is held to as well. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ScenarioFault, mismatches } from "./lib/matcher.mjs";

const cases = JSON.parse(readFileSync(new URL("matcher-cases.json", import.meta.url), "utf8"));

for (const { why, expected, got, at, fault } of cases) {
  test(`matcher: ${why}`, () => {
    if (fault) {
      assert.throws(() => mismatches(expected, got, new Map()), ScenarioFault);
    } else {
      assert.deepEqual(
        mismatches(expected, got, new Map()).map((mismatch) => mismatch.at),
        at,
      );
    }
  });
}
