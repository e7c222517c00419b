/** Every example, by real clicks: its outcome, again and again, and after every other. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { OUTCOMES, missingInOrder, verdictOf } from "./lib/outcomes.mjs";
import { openPlayground, setUp } from "./lib/playground.mjs";

let ground;
before(async () => void (ground = await setUp()));
after(() => ground?.close());

/** Runs the example that is shown and holds it to its outcome. */
async function runAndCheck(playground, outcome) {
  const verdict = await playground.runToEnd();
  const output = await playground.output();
  assert.equal(verdict, verdictOf(outcome), `${outcome.slug}:\n${output}`);
  assert.equal(missingInOrder(output, outcome.says), undefined, `${outcome.slug}:\n${output}`);
  for (const part of outcome.page) assert.ok(output.includes(part), `${part} in ${output}`);
  return output;
}

describe("each example, twice in a fresh browser", () => {
  for (const outcome of OUTCOMES) {
    test(outcome.title, async () => {
      const profile = await ground.profile();
      const playground = await openPlayground(profile, ground.site);
      if (outcome.slug !== "quick-start") await playground.choose(outcome.title);
      await runAndCheck(playground, outcome);
      assert.equal(await playground.living().count(), outcome.leaves, "living sandboxes");

      const again = await runAndCheck(playground, outcome);
      assert.equal(again.split("had left alive").length - 1, outcome.leaves, again);
      assert.equal(
        await playground.living().count(),
        outcome.leaves,
        "living sandboxes after the second run",
      );
      assert.deepEqual(playground.problems, []);
      await profile.close();
    });
  }
});

test("what is not here yet is said above Run and in the output", async () => {
  const profile = await ground.profile();
  const playground = await openPlayground(profile, ground.site);
  for (const outcome of OUTCOMES.filter(({ fails }) => fails > 0)) {
    await playground.choose(outcome.title);
    const note = await playground.page.getByRole("note").innerText();
    assert.match(note, /^Not here yet: .*exit code 127/s);
    await playground.runToEnd();
    assert.match(await playground.output(), /exit 127/);
    assert.match(await playground.verdict.getAttribute("class"), /is-failure/);
  }
  await profile.close();
});

test("every ordered pair of examples", { timeout: 900_000 }, async () => {
  const profile = await ground.profile();
  const playground = await openPlayground(profile, ground.site);
  const pairs = new Set();
  let last;
  for (const outcome of everyPairInARow(OUTCOMES)) {
    if (last !== outcome) await playground.choose(outcome.title);
    await runAndCheck(playground, outcome);
    if (last) pairs.add(`${last.slug} ${outcome.slug}`);
    last = outcome;
  }
  assert.equal(pairs.size, OUTCOMES.length ** 2);
  assert.deepEqual(playground.problems, []);
  await profile.close();
});

/** A walk in which each item follows each (itself too) exactly once. */
function everyPairInARow(items) {
  const left = new Map(items.map((item) => [item, [...items]]));
  const walk = [];
  const path = [items[0]];
  while (path.length > 0) {
    const next = left.get(path.at(-1)).pop();
    if (next) path.push(next);
    else walk.push(path.pop());
  }
  return walk.reverse();
}
