/** While a script in a sandbox loops, the caller's own event loop keeps turning. */
import assert from "node:assert/strict";
import { performance } from "node:perf_hooks";
import test from "node:test";
import { createBackend, Sandbox } from "../../www/sdk/dist/node/index.mjs";

/** The most that a timer of the caller, or another request, may wait, in milliseconds. */
const LONGEST_WAIT_MS = 100;

/** Runs `command` to its timeout and tells the longest wait of a timer and of another sandbox's exec. */
async function longestWaitsDuring(command) {
  const client = Sandbox({ backend: createBackend() });
  const busy = await client.sandboxes.create({ image: "node:20" });
  const other = await client.sandboxes.create({ image: "node:20" });
  await other.exec("true");
  let timerWait = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    timerWait = Math.max(timerWait, now - last);
    last = now;
  }, 1);
  const looping = busy.exec(command, { timeoutMs: 1_000 });
  let requestWait = 0;
  let over = false;
  looping.finally(() => (over = true));
  while (!over) {
    const began = performance.now();
    await other.exec("true");
    requestWait = Math.max(requestWait, performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  clearInterval(timer);
  const result = await looping;
  const after = await busy.exec("echo usable");
  return { result, after, timerWait, requestWait };
}

for (const command of [
  "while :; do :; done",
  "while true; do true; done",
  "i=0; until false; do i=$((i+1)); done",
]) {
  test(`a loop that never ends leaves turns to others: ${command}`, async () => {
    const { result, after, timerWait, requestWait } = await longestWaitsDuring(command);
    assert.deepEqual([result.exitCode, result.success], [124, false]);
    assert.equal(after.stdout, "usable\n");
    assert.ok(timerWait <= LONGEST_WAIT_MS, `a timer waited ${timerWait} ms`);
    assert.ok(requestWait <= LONGEST_WAIT_MS, `a request waited ${requestWait} ms`);
  });
}
