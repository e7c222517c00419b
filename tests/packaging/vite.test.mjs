/** A project of Vite: its build, served by a plain file server, and its development server. */
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { openPage, serveFolder, startChromium } from "./in-browser.mjs";
import { install, tool } from "./installed-project.mjs";

const EXPECTED = { stdout: "built by Vite", storage: "indexeddb", refused: "sandbox_not_found" };
let chromium;
let folder;
let vite;

before(async () => {
  [chromium, vite] = await Promise.all([startChromium(), tool("vite")]);
  folder = install("vite");
});
after(() => chromium?.close());

test("vite build", async (t) => {
  await vite.build({ root: folder, configFile: false, logLevel: "error" });
  const assets = readdirSync(join(folder, "dist/assets"));
  assert.ok(
    assets.some((name) => /^engine_bg-.*\.wasm$/.test(name)),
    assets.join(),
  );
  const { address, stop } = await serveFolder(join(folder, "dist"));
  t.after(stop);
  const asked = [];
  const context = await chromium.newContext();
  context.on("request", (request) => asked.push(request.url()));
  const { report, said } = await openPage(context, address);
  assert.deepEqual(report, EXPECTED);
  assert.deepEqual(said, []);
  assert.ok(
    !asked.some((url) => url.includes("wasm-base64")),
    "the copy inside the package was loaded for nothing",
  );
});

test("vite dev", async (t) => {
  const server = await vite.createServer({
    root: folder,
    configFile: false,
    logLevel: "error",
    server: { port: 0 },
  });
  await server.listen();
  t.after(() => server.close());
  assert.ok(existsSync(join(folder, "index.html")));
  const { report, said } = await openPage(await chromium.newContext(), server.resolvedUrls.local[0]);
  assert.deepEqual(report, EXPECTED);
  assert.deepEqual(
    said.filter((line) => !line.startsWith("debug: [vite]")),
    [],
  );
});
