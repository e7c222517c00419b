/** What stays: after a reload, in a second tab, after an undo. And where the page says that it stays. */

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { openPlayground, setUp } from "./lib/playground.mjs";

let ground;
let profile;
before(async () => void (ground = await setUp()));
after(() => ground?.close());
beforeEach(async () => void (profile = await ground.profile()));
afterEach(() => profile.close());

const open = (slug) => openPlayground(profile, ground.site, slug);
const badge = ({ page }) => page.locator(".badge");

async function reload(playground) {
  await playground.page.reload();
  await playground.ready();
}

test("after a reload everything is there, and the reader is told about the processes", async () => {
  const playground = await open("what-survives");
  assert.match(await badge(playground).innerText(), /Nothing stored yet/);
  await playground.runToEnd();
  assert.match(await badge(playground).innerText(), /Saved in this browser/);

  await reload(playground);
  await playground.living().first().waitFor();
  assert.equal(await playground.living().count(), 1);
  assert.match(
    await playground.volumes().first().innerText(),
    /what_survives[\s\S]*attached to\s+[0-9a-f]{14}/,
  );
  assert.match(await playground.endedSandboxes().first().innerText(), /killed at\s+\d\d:\d\d:\d\d/);
  const notice = playground.page.getByText(/1 sandbox still lives, with all files/);
  await notice.waitFor();

  await playground.page.getByRole("button", { name: "kept.txt" }).click();
  const content = playground.page.getByRole("region", { name: "Content of /workspace/kept.txt" });
  assert.match(await content.innerText(), /written by [0-9a-f]{14}/);
  assert.deepEqual(playground.problems, []);
});

test("edits survive a reload; Restore example brings the original back, and its undo the edit", async () => {
  const playground = await open("size-limit");
  const original = await playground.text();
  await playground.paste('console.log("mine");');
  await reload(playground);
  assert.equal(await playground.text(), 'console.log("mine");');

  const restore = playground.page.getByRole("button", { name: "Restore example" });
  await restore.click();
  assert.equal(await playground.text(), original);
  await restore.waitFor({ state: "hidden" });
  await playground.page.getByRole("button", { name: "Undo" }).click();
  assert.equal(await playground.text(), 'console.log("mine");');

  await restore.click();
  await reload(playground);
  assert.equal(await playground.text(), original);
});

test("the news of a reload goes with the cloud that it is about", async () => {
  const playground = await open("what-survives");
  await playground.runToEnd();
  await reload(playground);
  const news = playground.page.getByText("1 sandbox still lives");
  await news.waitFor();
  await playground.page.getByRole("button", { name: "Empty the cloud" }).click();
  await playground.page.getByText("No sandbox yet").waitFor();
  await news.waitFor({ state: "detached", timeout: 5_000 });
});

test("Empty the cloud empties it, and its undo brings volumes, files and sandboxes back", async () => {
  const playground = await open("what-survives");
  const empty = playground.page.getByRole("button", { name: "Empty the cloud" });
  assert.ok(await empty.isDisabled(), "nothing to empty before the first run");
  await playground.runToEnd();
  const ended = await playground.endedSandboxes().first().innerText();

  await empty.click();
  await playground.page.getByText("The cloud is empty").waitFor();
  await playground.page.getByText("No volume yet").waitFor();
  await playground.page.getByText("No sandbox yet").waitFor();

  await playground.page.getByRole("button", { name: "Undo" }).click();
  await playground.page.getByText("back as it was").waitFor();
  assert.equal(await playground.volumes().count(), 1);
  assert.equal(await playground.living().count(), 1);
  await playground.endedSandboxes().first().waitFor();
  assert.equal(await playground.endedSandboxes().count(), 1);
  assert.equal(await playground.endedSandboxes().first().innerText(), ended);
  await playground.page.getByRole("button", { name: "kept.txt" }).click();
  await playground.page
    .getByRole("region", { name: /Content of/ })
    .getByText("written by")
    .waitFor();

  await empty.click();
  await playground.page.getByText("No volume yet").waitFor();
  await reload(playground);
  await playground.page.getByText("Saved in this browser").waitFor();
  assert.equal(await playground.volumes().count(), 0, "empty after a reload too");
});

test("a volume can be deleted when nobody holds it, and be brought back", async () => {
  const playground = await open("regions");
  await playground.runToEnd();
  const ended = await playground.endedSandboxes().allInnerTexts();
  assert.notEqual(ended.length, 0);
  await playground.page.getByRole("button", { name: "Delete volume regional_data" }).click();
  await playground.page.getByText("No volume yet").waitFor();
  await playground.page.getByRole("button", { name: "Undo" }).click();
  await playground.volumes().first().waitFor();
  await playground.page.getByText("back as it was").waitFor();
  assert.deepEqual(await playground.endedSandboxes().allInnerTexts(), ended);
});

test("a second tab is told so, cannot write, and can go on once the first is closed", async () => {
  const first = await open("simple-volume");
  await first.runToEnd();

  const second = await openPlayground(profile, ground.site, "simple-volume");
  await second.page.getByText("Your cloud is open in another tab").waitFor();
  assert.match(await badge(second).innerText(), /Not open/);
  await second.run.click();
  await second.page.getByText("so nothing ran").waitFor();
  assert.equal(await first.volumes().count(), 1);

  await first.page.close();
  await second.page.getByRole("button", { name: "Try again" }).click();
  await second.volumes().first().waitFor();
  assert.match(await badge(second).innerText(), /Saved in this browser/);
});

test("a tab that does not have the cloud shows why, and nothing of it", async () => {
  const first = await open("what-survives");
  await first.runToEnd();
  assert.equal(await first.endedSandboxes().count(), 1);

  const second = await openPlayground(profile, ground.site, "simple-volume");
  const cloud = second.page.getByRole("complementary", { name: "Your cloud" });
  await cloud.getByRole("heading", { name: "Shown in your other tab" }).waitFor();
  assert.equal(await second.page.locator(".sandbox, .volume, .tree").count(), 0);
  assert.doesNotMatch(await cloud.innerText(), /No volume yet|No sandbox yet/);

  await first.page.close();
  await second.page.getByRole("button", { name: "Try again" }).click();
  await second.endedSandboxes().first().waitFor();
  assert.equal(await second.volumes().count(), 1);
});

test("a sandbox whose image is not emulated is marked, also after a reload and its end", async () => {
  const playground = await open("simple-volume");
  await playground.paste('await client.sandboxes.create({ image: "nodee:20" });\n');
  await playground.runToEnd();
  const mark = /Image not emulated: a plain Linux\. Nearest known: node:20/;
  await playground.living().getByText("Image not emulated").waitFor();
  assert.match(await playground.living().innerText(), mark);

  await reload(playground);
  await playground.living().first().waitFor();
  assert.match(await playground.living().innerText(), mark);
  await playground.page.getByRole("button", { name: /^End sandbox/ }).click();
  await playground.endedSandboxes().first().waitFor();
  assert.match(await playground.endedSandboxes().innerText(), mark);
});

test("in a second tab one can work in memory, which the badge tells", async () => {
  const first = await open("what-survives");
  await first.runToEnd();
  const second = await openPlayground(profile, ground.site, "what-survives");
  await second.page.getByRole("button", { name: "Work in memory" }).click();
  await second.page.getByText("Memory only").waitFor();
  assert.equal(await second.endedSandboxes().count(), 0, "nothing of the first tab's cloud");
  assert.match(await second.runToEnd(), /^Finished/);
  assert.equal(await first.volumes().count(), 1, "the first tab's cloud is untouched");
});

test("without storage the page works in memory and says so", async () => {
  const page = await profile.newPage();
  await page.addInitScript(() => {
    delete Object.getPrototypeOf(globalThis).indexedDB;
    Object.defineProperty(globalThis, "indexedDB", { value: undefined });
    const fail = () => {
      throw new DOMException("denied", "SecurityError");
    };
    Object.defineProperty(globalThis, "localStorage", { get: fail });
  });
  // The engine's worker has a global of its own, where the same must be missing.
  await page.addInitScript(() => {
    const { Blob } = globalThis;
    globalThis.Blob = class extends Blob {
      constructor(parts, options) {
        const script = options?.type === "text/javascript";
        super(
          script ? ["Object.defineProperty(self, 'indexedDB', { value: undefined });", ...parts] : parts,
          options,
        );
      }
    };
  });
  await page.goto(`${ground.site.url}#simple-volume`);
  await page.locator(".cm-content").waitFor();
  await page.getByRole("button", { name: "Run" }).click();
  await page.getByText("Memory only").waitFor();
  await page.getByText("Finished", { exact: false }).first().waitFor();
});

test("a sandbox is extended by its button, and ended by its other", async () => {
  const playground = await open("simple-volume");
  await playground.runToEnd();
  const left = async () => (await playground.living().locator(".left").innerText()).replace(" left", "");
  assert.match(await left(), /^(9:5\d|10:00)$/);
  await playground.page.getByRole("button", { name: /^Extend sandbox/ }).click();
  await playground.page.waitForFunction(() =>
    /^1[89]:|^20:/.test(document.querySelector(".left").textContent),
  );
  await playground.page.getByRole("button", { name: /^End sandbox/ }).click();
  await playground.endedSandboxes().first().waitFor();
  assert.equal(await playground.living().count(), 0);
});

test("an engine that crashes is started anew, with the same cloud, and the reader is told", async () => {
  const playground = await open("what-survives");
  await playground.runToEnd();
  const engine = playground.page.workers()[0];
  await engine.evaluate(
    () =>
      void setTimeout(() => {
        throw new Error("a crash on purpose");
      }),
  );
  await playground.page.getByText("The engine was started anew: 1 sandbox still lives").waitFor();
  assert.equal(await playground.volumes().count(), 1);
  assert.match(await playground.runToEnd(), /^Finished/);
});

test("an engine that cannot be started anew is tried again and again, and comes back", async () => {
  const playground = await open("what-survives");
  await playground.runToEnd();
  const engine = playground.page.workers()[0];
  await playground.page.evaluate(() => {
    globalThis.realWorker = Worker;
    globalThis.Worker = class {
      constructor() {
        throw new Error("no worker for now");
      }
    };
  });
  await engine.evaluate(
    () =>
      void setTimeout(() => {
        throw new Error("a crash on purpose");
      }),
  );
  await badge(playground).getByText("Not open").waitFor();

  await playground.page.evaluate(() => void (globalThis.Worker = globalThis.realWorker));
  await playground.page.getByText("The engine was started anew: 1 sandbox still lives").waitFor();
  assert.match(await playground.runToEnd(), /^Finished/);
  assert.equal(await playground.volumes().count(), 1);
});
