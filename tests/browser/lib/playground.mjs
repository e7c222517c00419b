/** The playground as a person uses it: what the tests click, type and read. */

import { createRequire } from "node:module";
import { serveSite } from "./site.mjs";

const require = createRequire(new URL("../../../www/package.json", import.meta.url));
const { chromium } = require("playwright-core");

/** Nothing that calls home or asks questions; no inner sandbox, which containers and root do not allow. */
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A browser and a served site, for the tests of one file. */
export async function setUp(siteOptions) {
  const site = await serveSite(siteOptions);
  const browser = await chromium.launch({
    executablePath: process.env.CHROME_PATH ?? "/usr/bin/chromium",
    headless: true,
    args: ARGS,
  });
  return {
    site,
    browser,
    /** A browser profile of its own: nothing stored yet. */
    profile: (options = {}) => browser.newContext({ viewport: { width: 1280, height: 900 }, ...options }),
    async close() {
      await browser.close();
      await site.close();
    },
  };
}

/** Opens the playground in a new tab of a profile. */
export async function openPlayground(profile, site, slug = "quick-start") {
  const page = await profile.newPage();
  const problems = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  await page.goto(`${site.url}#${slug}`);
  const playground = new Playground(page, problems);
  await playground.ready();
  return playground;
}

export class Playground {
  constructor(page, problems) {
    this.page = page;
    /** What the console said in red or yellow. */
    this.problems = problems;
    this.run = page.getByRole("button", { name: /^(Run|Running)$/ });
    this.stop = page.getByRole("button", { name: "Stop" });
    this.log = page.getByRole("log");
    this.verdict = page.locator(".verdict");
    this.code = page.locator(".cm-content");
  }

  async ready() {
    await this.code.waitFor();
  }

  /** Chooses an example as a reader does, by its link. */
  async choose(title) {
    await this.page.getByRole("navigation", { name: "Examples" }).getByRole("link", { name: title }).click();
    await this.page.getByRole("heading", { level: 2, name: title }).waitFor();
  }

  /** Clicks Run and waits for the end; returns the verdict. */
  async runToEnd(timeout = 60_000) {
    await this.run.click();
    return this.ended(timeout);
  }

  async ended(timeout = 60_000) {
    await this.page.waitForFunction(
      () => !["Preparing", "Running", ""].includes(document.querySelector(".verdict").textContent),
      undefined,
      { timeout },
    );
    return this.verdict.innerText();
  }

  /** Replaces the code by typing as a paste does. */
  async paste(text) {
    await this.code.click();
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.insertText(text);
  }

  output() {
    return this.log.innerText();
  }

  /** The text in the editor, results left out. */
  text() {
    return this.page.evaluate(() =>
      [...document.querySelectorAll(".cm-line")].map((line) => line.textContent).join("\n"),
    );
  }

  volumes() {
    return this.page.locator(".volume");
  }

  living() {
    return this.page.locator(".sandbox:not(.is-ended)");
  }

  endedSandboxes() {
    return this.page.locator(".sandbox.is-ended");
  }
}
