// The arithmetic of the benchmarks.
import assert from "node:assert/strict";
import test from "node:test";
import { median, quantile, summary, takeTurns } from "./lib/figures.mjs";

test("the median lies in the middle, between neighbours where there is no middle", () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([7]), 7);
});

test("a quantile counts from the smallest number", () => {
  const hundred = Array.from({ length: 101 }, (_, index) => 100 - index);
  assert.equal(quantile(hundred, 0.95), 95);
  assert.equal(quantile(hundred, 1), 100);
});

test("jobs take turns by blocks, and warming up is not counted", async () => {
  const order = [];
  const jobs = { a: async () => order.push("a"), b: async () => order.push("b") };
  const times = await takeTurns(jobs, { blocks: 2, rounds: 2, warmUp: 1 });
  assert.equal(order.join(""), "aaabbbaaabbb");
  assert.deepEqual([times.a.length, times.b.length], [4, 4]);
  assert.equal(summary(times.a).rounds, 4);
});
