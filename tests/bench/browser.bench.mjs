// In Chromium, with no bundler: from the opening of a page to the result of its first command. Each round has a
// profile of its own, so that the engine is loaded, compiled and started anew; the files come from this machine.
import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "./lib/package.mjs";
import { show, summary } from "./lib/figures.mjs";

const ROUNDS = 7;
const packageFolder = fileURLToPath(new URL("../../www/sdk/dist", import.meta.url));
const types = { ".js": "text/javascript", ".wasm": "application/wasm", ".html": "text/html" };

const PAGE = `<!doctype html><meta charset="utf-8"><title>first result</title>
<script type="module">
  import { Sandbox } from "/browser/index.js";
  try {
    const client = Sandbox();
    const sandbox = await client.sandboxes.create({ image: "node:20" });
    const first = (await sandbox.exec("echo ready")).stdout;
    const took = performance.now();
    const began = performance.now();
    for (let i = 0; i < 50; i++) await sandbox.exec("echo ready");
    globalThis.outcome = { first, took, later: (performance.now() - began) / 50 };
  } catch (error) {
    globalThis.outcome = { error: String(error) };
  }
</script>`;

const server = createServer((request, response) => {
  if (request.url === "/") {
    response.setHeader("content-type", "text/html").end(PAGE);
    return;
  }
  const file = join(packageFolder, normalize(new URL(request.url, "http://localhost").pathname));
  response.setHeader("content-type", types[extname(file)] ?? "application/octet-stream");
  createReadStream(file)
    .on("error", () => response.writeHead(404).end())
    .pipe(response);
});
await new Promise((resolve) => server.listen(0, "localhost", resolve));
const address = `http://localhost:${server.address().port}/`;

const browser = await chromium().launch({
  executablePath: process.env.CHROME_PATH,
  args: ["--no-sandbox", "--disable-gpu"],
});
const first = [];
const later = [];
try {
  for (let round = 0; round < ROUNDS; round++) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(address);
    await page.waitForFunction(() => "outcome" in globalThis, undefined, { timeout: 60_000 });
    const outcome = await page.evaluate(() => globalThis.outcome);
    if (outcome.first !== "ready\n") {
      throw new Error(`Unexpected outcome: ${JSON.stringify(outcome)}`);
    }
    first.push(outcome.took);
    later.push(outcome.later);
    await context.close();
  }
} finally {
  await browser.close();
  server.close();
}

show({
  name: "browser",
  about: "the npm package in a page of its own, data kept in IndexedDB, files from this machine",
  results: {
    "opening the page to the first result": summary(first),
    "each exec after it (mean of 50)": summary(later),
  },
});
