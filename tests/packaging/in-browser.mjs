/** A real browser for the projects of this folder, and a file server as plain as there are. */
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { tool } from "./installed-project.mjs";

const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
  ".css": "text/css",
};

/**
 * Serves a folder on a free port; `headersOf` gives more headers for a path.
 *
 * @returns its address, and how to stop it.
 */
export async function serveFolder(folder, headersOf = () => ({})) {
  const server = createServer(async ({ url }, response) => {
    const path = normalize(new URL(url, "http://localhost").pathname);
    const file = path.endsWith("/") ? `${path}index.html` : path;
    try {
      const content = await readFile(join(folder, file));
      const type = TYPES[extname(file)] ?? "application/octet-stream";
      response.writeHead(200, { "content-type": type, "content-length": content.length, ...headersOf(file) });
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `http://localhost:${server.address().port}/`, stop };
}

/** Starts Chromium: the one of `CHROME_PATH`, else the system's. */
export async function startChromium() {
  const { default: playwright } = await tool("playwright-core");
  const executablePath = process.env.CHROME_PATH ?? "/usr/bin/chromium";
  return playwright.chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/**
 * Opens a page of a project and waits for its report: each of them ends with `report(value)`, which is `window.report`.
 *
 * @returns the page, its report, and what its console said, each as `type: text`.
 */
export async function openPage(context, address) {
  const page = await context.newPage();
  const said = [];
  page.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => said.push(`uncaught: ${error.stack}`));
  await page.goto(address);
  return { page, said, report: await reportOf(page, said) };
}

/** The report of a page that was loaded anew. */
export async function reportOf(page, said = []) {
  try {
    const handle = await page.waitForFunction(() => globalThis.reported, undefined, { timeout: 30_000 });
    return await handle.jsonValue();
  } catch (error) {
    throw new Error(`The page reported nothing. Its console: ${said.join("\n") || "(empty)"}`, {
      cause: error,
    });
  }
}
