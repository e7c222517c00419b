/** By keyboard, on a narrow screen, in dark and light, with a slow line; and how much is loaded when. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { OUTCOMES } from "./lib/outcomes.mjs";
import { openPlayground, setUp } from "./lib/playground.mjs";
import { SITE, serveSite } from "./lib/site.mjs";

let ground;
before(async () => void (ground = await setUp()));
after(() => ground?.close());

/** Presses Tab until the named control has the focus. */
async function tabTo(page, name, limit = 60) {
  for (let presses = 0; presses < limit; presses++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === document.body) return "";
      return `${element.getAttribute("aria-label") ?? ""} ${element.innerText ?? ""}`.trim();
    });
    if (focused.includes(name)) return;
  }
  assert.fail(`Tab never reached ${name}`);
}

test("an example is chosen, changed, run, stopped and read by keyboard alone", async () => {
  const profile = await ground.profile();
  const { page, verdict, log } = await openPlayground(profile, ground.site);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the code");
  await tabTo(page, "Size limit");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 2, name: "Size limit" }).waitFor();

  await tabTo(page, "Code of the example Size limit");
  await page.keyboard.press("Control+End");
  await page.keyboard.type("\nconsole.log('typed');");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => document.querySelector(".verdict").textContent.startsWith("Finished"));
  assert.match(await log.innerText(), /typed/);

  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  assert.ok(
    await page.evaluate(() => !document.activeElement.closest(".cm-editor")),
    "Escape, then Tab leaves the editor",
  );
  await tabTo(page, "Line ");
  await tabTo(page, "Empty the cloud");
  await page.keyboard.press("Enter");
  await page.getByText("The cloud is empty").waitFor();
  await tabTo(page, "Undo");
  await page.keyboard.press("Enter");
  await page.getByText("back as it was").waitFor();
  assert.match(await verdict.innerText(), /^Finished/);
  await profile.close();
});

test("the focus is always to be seen", async () => {
  const profile = await ground.profile();
  const { page } = await openPlayground(profile, ground.site);
  for (let presses = 0; presses < 30; presses++) {
    await page.keyboard.press("Tab");
    const seen = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === document.body) return true;
      const style = getComputedStyle(element.closest(".editor-host") ?? element);
      return style.outlineStyle !== "none" || style.boxShadow !== "none";
    });
    assert.ok(seen, await page.evaluate(() => document.activeElement.outerHTML.slice(0, 120)));
  }
  await profile.close();
});

test("the page has its landmarks and names its parts", async () => {
  const profile = await ground.profile();
  const { page } = await openPlayground(profile, ground.site);
  for (const [role, name] of [
    ["banner", undefined],
    ["navigation", "Examples"],
    ["main", undefined],
    ["complementary", "Your cloud"],
    ["log", "Output of the run"],
    ["textbox", "Code of the example Quick start"],
  ]) {
    assert.equal(await page.getByRole(role, name && { name }).count(), 1, `${role} ${name ?? ""}`);
  }
  assert.equal(
    await page
      .locator("button:not([aria-label])")
      .evaluateAll((all) => all.filter((b) => !b.innerText.trim()).length),
    0,
  );
  assert.match(await page.locator("#editor-help").innerText(), /Esc, then Tab leaves the editor/);
  await profile.close();
});

for (const scheme of ["light", "dark"]) {
  test(`at 360 px nothing is cut off or scrolls sideways, in ${scheme}`, { timeout: 120_000 }, async () => {
    const profile = await ground.profile({ viewport: { width: 360, height: 740 }, colorScheme: scheme });
    const playground = await openPlayground(profile, ground.site);
    for (const { title, slug } of OUTCOMES.slice(0, 6)) {
      await playground.page.getByLabel("Example", { exact: true }).selectOption(slug);
      await playground.page.getByRole("heading", { level: 2, name: title }).waitFor();
      await playground.runToEnd();
      const wide = await playground.page.evaluate(() => ({
        page: document.documentElement.scrollWidth,
        parts: [...document.querySelectorAll("button, .card, .panel, .entry, .row, select")]
          .filter((part) => part.getBoundingClientRect().right > 360.5 && part.getClientRects().length > 0)
          .map((part) => part.className),
      }));
      assert.deepEqual(wide, { page: 360, parts: [] }, slug);
    }
    await profile.close();
  });
}

test("text has a contrast of 4.5 to 1, in dark and light", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const profile = await ground.profile({ colorScheme, reducedMotion: "reduce" });
    const playground = await openPlayground(profile, ground.site, "custom-size");
    await playground.runToEnd();
    await playground.page.waitForFunction(() =>
      document.getAnimations().every(({ playState }) => playState === "finished"),
    );
    const poor = await playground.page.evaluate(findPoorContrast);
    assert.deepEqual(poor, [], colorScheme);
    await profile.close();
  }
});

test("the theme switch changes the colours and keeps edits and output", async () => {
  const profile = await ground.profile({ colorScheme: "light" });
  const playground = await openPlayground(profile, ground.site);
  await playground.paste("console.log('kept');\n");
  await playground.runToEnd();
  const background = () => playground.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  const theme = playground.page.getByRole("button", { name: /^Theme/ });
  await theme.click();
  assert.equal(await background(), light, "light was the system's, and is now chosen");
  await theme.click();
  assert.notEqual(await background(), light);
  assert.equal((await playground.text()).trim(), "console.log('kept');");
  assert.match(await playground.output(), /kept/);
  await playground.page.reload();
  await playground.ready();
  assert.notEqual(await background(), light, "the choice is remembered");
  await profile.close();
});

test("who wants less motion gets none", async () => {
  const profile = await ground.profile({ reducedMotion: "reduce" });
  const playground = await openPlayground(profile, ground.site);
  await playground.runToEnd();
  const moving = await playground.page.evaluate(
    () =>
      document.getAnimations().filter((animation) => animation.effect.getComputedTiming().duration > 1)
        .length,
  );
  assert.equal(moving, 0);
  await profile.close();
});

test("the engine is loaded when it is first needed, with its progress", async (context) => {
  const size = readFileSync(join(SITE, "engine/engine_bg.wasm")).length;
  const site = await serveSite({ slow: size });
  context.after(() => site.close());
  const profile = await ground.profile();
  const playground = await openPlayground(profile, site);
  assert.ok(!site.requests.some((path) => path.includes("engine")), "not before");
  await playground.run.click();
  const bar = playground.page.getByRole("progressbar", { name: "Loading the engine" });
  await bar.waitFor();
  const seen = new Set();
  for (let look = 0; look < 12; look++) {
    if ((await bar.count()) === 0) break;
    const value = await bar.evaluate((element) => element.value / element.max).catch(() => undefined);
    if (value > 0 && value < 1) seen.add(value);
    await playground.page.waitForTimeout(60);
  }
  assert.ok(seen.size >= 3, `the bar moves: ${[...seen]}`);
  assert.match(await playground.ended(), /^Finished/);
  assert.equal(await bar.count(), 0);
  await profile.close();
});

test("a page that is opened again finds its cloud without Run", async () => {
  const profile = await ground.profile();
  const playground = await openPlayground(profile, ground.site, "simple-volume");
  await playground.runToEnd();
  await playground.page.reload();
  await playground.volumes().first().waitFor();
  await profile.close();
});

test("at most 250 KB (brotli) are loaded before the engine", async (context) => {
  const site = await serveSite();
  context.after(() => site.close());
  const profile = await ground.profile();
  const playground = await openPlayground(profile, site);
  await playground.page.waitForLoadState("networkidle");
  const files = [...new Set(site.requests)].map((path) => (path.endsWith("/") ? `${path}index.html` : path));
  const sizes = files.map((path) => [path, brotliCompressSync(readFileSync(join(SITE, path))).length]);
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  const page = files.find((path) => path.endsWith(".wasm"));
  await profile.close();
  // A build for development is not optimised: only what is the same in both is measured then.
  const optimised = readFileSync(join(SITE, page)).length < 1_000_000;
  const counted = optimised ? total : total - sizes.find(([path]) => path === page)[1];
  context.diagnostic(
    `${counted} bytes${optimised ? "" : " without the page's wasm, which is not optimised here"}`,
  );
  assert.ok(counted <= (optimised ? 250_000 : 150_000), JSON.stringify(sizes));
});

/** Runs in the page: text whose colour is too near to what lies behind it. */
function findPoorContrast() {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], [R, G, B]) => [
    r * a + R * (1 - a),
    g * a + G * (1 - a),
    b * a + B * (1 - a),
    1,
  ];
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
    return layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255, 1]);
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) =>
      v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const poor = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (
      !node.textContent.trim() ||
      !element.checkVisibility() ||
      element.closest("button:disabled, option, script, noscript, .visually-hidden, .skip-link")
    )
      continue;
    const background = behind(element);
    let alpha = 1;
    for (let at = element; at; at = at.parentElement) alpha *= Number(getComputedStyle(at).opacity);
    const [r, g, b, a] = rgba(getComputedStyle(element).color);
    const text = over([r, g, b, a * alpha], background);
    const [bright, dark] = [light(text), light(background)].sort((x, y) => y - x);
    const ratio = (bright + 0.05) / (dark + 0.05);
    if (ratio < 4.5)
      poor.add(
        `${element.className || element.tagName} ${ratio.toFixed(2)}: ${node.textContent.trim().slice(0, 30)}`,
      );
  }
  return [...poor];
}
