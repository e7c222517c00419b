/**
 * The conformance scenarios against the wasm module in Node, and its answers against those of the native router, byte
 * for byte (`cargo test -p sandbox-backend --test conformance` writes them down).
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, describe, test } from "node:test";
import { closeEngines, engineDoor } from "./lib/engine.mjs";
import { requestsOf, withWrongStatus, withWrongText } from "./lib/fault.mjs";
import { Failure, run } from "./lib/run.mjs";
import { allScenarios, isDeterministic } from "./lib/scenarios.mjs";
import { entry } from "./lib/transcript.mjs";

const scenarios = allScenarios();
const transcripts = new Map();
after(closeEngines);

describe("scenarios in wasm", () => {
  for (const scenario of scenarios) {
    test(scenario.id, { timeout: 60_000 }, async () => {
      const door = engineDoor(scenario.options);
      const transcript = await run(scenario, door);
      // What is kept is compared too, not only what was answered.
      const { status, body } = await door({ method: "GET", path: "/api/v1/_mock/state", headers: [] });
      transcripts.set(scenario.id, [...transcript, entry(status, [], await whole(body))]);
    });
  }
});

describe("wasm answers as the native router does, byte for byte", () => {
  const native = nativeTranscripts();
  for (const scenario of scenarios.filter(isDeterministic)) {
    test(scenario.id, () => {
      assert.ok(transcripts.has(scenario.id), "the scenario itself does not hold in wasm");
      const { scenarios: file, answers } = native[scenario.id] ?? {};
      assert.equal(file, scenario.sha256, "no native answers to this scenario: run the native tests first");
      assert.deepEqual(transcripts.get(scenario.id), answers);
    });
  }
});

describe("the runner in Node can fail", () => {
  test("a wrong last status is noticed in every scenario", async () => {
    for (const scenario of scenarios) {
      const door = withWrongStatus(engineDoor(scenario.options), requestsOf(scenario));
      await assert.rejects(run(scenario, door), Failure, `${scenario.id} does not look at its last answer`);
    }
  });

  test("a changed message is noticed", async () => {
    const scenario = scenarios.find(
      ({ id }) => id === "volume_names::capitals_and_other_characters_are_refused",
    );
    const door = withWrongText(engineDoor(scenario.options), "must be lowercase", "should be lowercase");
    await assert.rejects(
      run(scenario, door),
      (failure) => failure.step === 1 && failure.mismatches[0].at === "$.message",
    );
  });
});

async function whole(pieces) {
  const all = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

function nativeTranscripts() {
  const target = resolve(import.meta.dirname, "../..", process.env.CARGO_TARGET_DIR ?? "target");
  const file = join(target, "conformance", "native.json");
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {};
  }
}
