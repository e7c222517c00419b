/** The conformance scenarios through the SDK of the built package: its calls, its results, its errors. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { withWrongStatus, requestsOf } from "./lib/fault.mjs";
import { Failure, run } from "./lib/run.mjs";
import { allScenarios } from "./lib/scenarios.mjs";
import { sdkDoor } from "./lib/sdk.mjs";
import * as sdk from "../../www/sdk/dist/node/index.mjs";

const scenarios = allScenarios();
const used = new Map();

/** Every call that the SDK has a route for. */
const CALLS = [
  "sandboxes.create",
  "sandboxes.get",
  "sandboxes.list",
  "sandboxes.setTimeout",
  "sandboxes.kill",
  "sandbox.refresh",
  "sandbox.info",
  "sandbox.setTimeout",
  "sandbox.kill",
  "sandbox.exec",
  "sandbox.exec streaming",
  "terminals.create",
  "files.read",
  "files.read binary",
  "files.write",
  "files.list",
  "files.stat",
  "files.mkdir",
  "files.rename",
  "files.remove",
  "volumes.create",
  "volumes.get",
  "volumes.list",
  "volumes.delete",
];

describe("scenarios through the SDK", () => {
  for (const scenario of scenarios) {
    test(scenario.id, { timeout: 60_000 }, () => run(scenario, sdkDoor(sdk, scenario.options, used)));
  }
});

test("the scenarios use every call of the SDK, and mostly those", () => {
  assert.deepEqual(
    CALLS.filter((call) => !used.has(call)),
    [],
  );
  const past = used.get("fetch") ?? 0;
  const all = [...used.values()].reduce((sum, times) => sum + times, 0);
  assert.ok(past * 4 < all, `${past} of ${all} requests went past the SDK's calls`);
});

describe("the runner of the SDK can fail", () => {
  test("a wrong last answer is noticed in every scenario", async () => {
    for (const scenario of scenarios) {
      const door = withWrongStatus(sdkDoor(sdk, scenario.options, new Map()), requestsOf(scenario));
      await assert.rejects(run(scenario, door), Failure, `${scenario.id} does not look at its last answer`);
    }
  });

  test("an error with another message, reason or status is noticed", async () => {
    const scenario = scenarios.find(
      ({ id }) => id === "volume_names::capitals_and_other_characters_are_refused",
    );
    for (const [wrong, at] of [
      [{ message: "Volume name is wrong" }, "$.message"],
      [{ status: 422 }, "status"],
      [{ code: 422 }, "$.code"],
      [{ reason: "wrong", details: { reason: "wrong" } }, "$.details.reason"],
    ]) {
      const door = sdkDoor(throwing(wrong), scenario.options, new Map());
      await assert.rejects(run(scenario, door), (failure) => failure.mismatches.some((it) => it.at === at));
    }
  });

  test("a handle with other data is noticed", async () => {
    const scenario = scenarios.find(({ id }) => id === "regions::iad_is_the_default_region");
    const door = sdkDoor(changing({ region: "lax" }), scenario.options, new Map());
    await assert.rejects(run(scenario, door), (failure) => failure.mismatches[0].at === "$.sandbox.region");
  });
});

/** The package with errors that are changed on their way to the caller. */
function throwing(wrong) {
  return wrapping(async (create, options) => {
    try {
      return await create(options);
    } catch (error) {
      throw new sdk.SandboxApiError({ ...error, message: error.message, ...wrong });
    }
  });
}

/** The package with handles whose data is changed. */
function changing(wrong) {
  return wrapping(async (create, options) => {
    const handle = await create(options);
    return { id: handle.id, data: { ...handle.data, ...wrong } };
  });
}

function wrapping(around) {
  const Sandbox = (options) => {
    const { sandboxes, volumes } = sdk.Sandbox(options);
    return { volumes, sandboxes: { create: (fields) => around((it) => sandboxes.create(it), fields) } };
  };
  return { ...sdk, Sandbox };
}
