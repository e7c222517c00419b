/** Serves the built playground as any plain file server would, under a path of its own. */

import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

/** The site's folder: where the caller says it is, else where `cargo xtask build` puts it. */
export const SITE =
  process.env.PLAYGROUND_DIR ?? fileURLToPath(new URL("../../../dist/playground", import.meta.url));

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

/** Starts a server; `slow` bytes a second for the engine, where a test wants to see it load. */
export async function serveSite({ slow } = {}) {
  if (!existsSync(join(SITE, "index.html"))) {
    throw new Error(`There is no playground in ${SITE}: build it with "cargo xtask build".`);
  }
  const requests = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://site.invalid");
    const inside = pathname.replace(/^\/docs\/playground/, "");
    requests.push(inside);
    const file = join(SITE, normalize(inside.endsWith("/") ? `${inside}index.html` : inside));
    if (inside === pathname || !file.startsWith(SITE) || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type, "content-length": statSync(file).size });
    if (slow && file.endsWith("engine_bg.wasm")) trickle(file, response, slow);
    else createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/docs/playground/`,
    requests,
    close: () => new Promise((resolve) => (server.close(resolve), server.closeAllConnections())),
  };
}

async function trickle(file, response, bytesPerSecond) {
  const step = Math.max(Math.round(bytesPerSecond / 20), 1);
  for await (const piece of createReadStream(file, { highWaterMark: step })) {
    response.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  response.end();
}
