/** Attacks by code that was pasted: `www/playground/README.md` names the threats. */

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { openPlayground, setUp } from "./lib/playground.mjs";

let ground;
let playground;
before(async () => {
  ground = await setUp();
  playground = await openPlayground(await ground.profile(), ground.site, "quick-start");
});
after(() => ground?.close());
beforeEach(() => void (playground.problems.length = 0));

async function runCode(code) {
  await playground.paste(code);
  return playground.runToEnd();
}

/** Starts code that lives for a while, and gives the frame in which it does: as an attacker who got in there. */
async function runningFrame(name, ms) {
  await playground.paste(
    `console.log(${JSON.stringify(name)});\nawait new Promise((resolve) => setTimeout(resolve, ${ms}));\n`,
  );
  await playground.run.click();
  await playground.log.getByText(name, { exact: true }).waitFor();
  return playground.page.frames().find((frame) => frame !== playground.page.mainFrame());
}

/** An address of the site's own server, which counts who asks for it. */
const leak = (what) => `${ground.site.url}leak?${what}`;
const leaks = () => ground.site.requests.filter((path) => path.startsWith("/leak"));
/** Long enough for a script to be loaded and a document to be asked for. */
const WAIT = "await new Promise((resolve) => setTimeout(resolve, 700));\n";

test("F2: a script that the worker names is not run in the frame's document", async () => {
  const script = `location = ${JSON.stringify(leak("named"))}`;
  const verdict = await runCode(
    `const url = URL.createObjectURL(new Blob([${JSON.stringify(script)}], { type: "text/javascript" }));\npostMessage({ kind: "locate", url });\n${WAIT}`,
  );
  assert.equal(verdict, "Finished");
  assert.deepEqual(leaks(), []);
});

test("F2: the program itself is parsed in the frame's document, and not run there", async () => {
  const verdict = await runCode(
    `if (typeof document === "object") location.href = ${JSON.stringify(leak("program"))};\nelse postMessage({ kind: "locate", url: import.meta.url });\n${WAIT}`,
  );
  assert.equal(verdict, "Finished");
  assert.deepEqual(leaks(), []);
  assert.ok(
    playground.problems.some((text) => text.includes("data:,")),
    `the frame tried to parse it, and its policy refused what it imports first: ${playground.problems}`,
  );
});

test("F2: the frame answers one question a run", async () => {
  const verdict = await runCode(
    `let answers = 0;\naddEventListener("message", () => (answers += 1));\nfor (let i = 0; i < 3; i++) postMessage({ kind: "locate" });\npostMessage(null);\n${WAIT}console.log("answers:", answers);\n`,
  );
  assert.equal(verdict, "Finished");
  assert.match(await playground.output(), /answers: 1\b/);
});

test("F2: a frame that leaves its document ends the run", async () => {
  const frame = await runningFrame("leaving", 20_000);
  await frame.evaluate((url) => void (location.href = url), leak("left"));
  assert.match(await playground.ended(5_000), /^Ended by an error/);
  assert.match(await playground.output(), /The frame in which the code ran was left/);
  assert.equal(await playground.page.locator("iframe").count(), 0);
  ground.site.requests.length = 0;
});

test("F2: a frame that says again that it is ready gets nothing, and does no harm", async () => {
  const frame = await runningFrame("ready again", 2_000);
  const heard = await frame.evaluate(
    () =>
      new Promise((resolve) => {
        addEventListener("message", ({ data }) => resolve(data.kind));
        parent.postMessage({ kind: "ready" }, "*");
        setTimeout(resolve, 500, "nothing");
      }),
  );
  assert.equal(heard, "nothing");
  assert.equal(await playground.ended(), "Finished");
  assert.deepEqual(playground.problems, []);
});

test("F3: the whole cloud can neither be read, replaced nor emptied, however its path is written", async () => {
  const paths = [
    "/api/v1/_mock/state",
    "/api/v1/%5Fmock/%73tate?a",
    "/x/../api//v1/./_mock//state/",
    "http://elsewhere.invalid/api/v1/_mock/state",
  ];
  const verdict = await runCode(`await client.volumes.create({ name: "kept_volume" });
const post = MessagePort.prototype.postMessage;
let asked = { method: "GET", path: "" };
MessagePort.prototype.postMessage = function (message: any, ...rest: any[]) {
  return post.call(this, message?.kind === "request" ? { ...message, ...asked } : message, ...rest);
};
const reasons = new Set<string>();
for (const method of ["GET", "PUT", "DELETE"]) {
  for (const path of ${JSON.stringify(paths)}) {
    asked = { method, path };
    await client.volumes.list().then(
      () => reasons.add("answered: " + method + path),
      (error: any) => reasons.add(error.status + " " + error.reason),
    );
  }
}
console.log("reasons:", [...reasons].join(", "));
`);
  assert.match(verdict, /^Finished/);
  assert.match(await playground.output(), /^reasons: 403 not_from_the_reader$/m);
  assert.match(await playground.volumes().first().innerText(), /kept_volume/);
});
