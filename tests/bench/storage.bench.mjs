// Storage in Chromium, side by side with its peers in one run: the same page, the same bytes, the same durability (what
// each acknowledges survives a power cut where the platform can). A line of JSON for each comparison:
// { name, ours_ms, peer, peer_ms, ratio }, where the ratio is peer / ours.
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { median, rounded } from "./lib/figures.mjs";
import { chromium } from "./lib/package.mjs";

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 7);
const KIB = 1 << 10;
const goals = {
  "untar_1000 idb_one_tx": 3,
  "untar_1000 lightning_fs": 25,
  "untar_1000 zenfs": 200,
  "write_1000_concurrent idb_one_tx": 2,
  "write_1000_concurrent lightning_fs": 15,
  "write_1000_concurrent zenfs": 150,
  "write_1000_sequential idb_tx_per_file": 1,
  "big_file idb_one_tx": 0.8,
  "attach_10k read_all": 5,
  "read_1000_cold lightning_fs": 3,
  "growth volume_of_1000": 1 / 1.2,
};

const require = createRequire(new URL("../../www/package.json", import.meta.url));
const packageFolder = fileURLToPath(new URL("../../www/sdk/dist", import.meta.url));
const only = process.env.BENCH_ONLY?.split(",");
const json = process.argv.includes("--json");
const types = { ".js": "text/javascript", ".wasm": "application/wasm" };

const { outputFiles } = await require("esbuild").build({
  entryPoints: [fileURLToPath(new URL("storage/page.mjs", import.meta.url))],
  bundle: true,
  format: "esm",
  platform: "browser",
  write: false,
  external: ["/browser/index.js"],
  define: { "process.env.NODE_ENV": '"production"', global: "globalThis" },
  // memfs is made for Node.
  alias: {
    "node:buffer": "buffer/",
    "node:events": "events/",
    "node:path": "path-browserify",
    "node:stream": "stream-browserify",
    "node:url": "url/",
  },
  inject: [fileURLToPath(new URL("storage/process.mjs", import.meta.url))],
  nodePaths: [fileURLToPath(new URL("../../www/node_modules", import.meta.url))],
  logLevel: "error",
});
const script = outputFiles[0].text;

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, "http://localhost");
  if (pathname === "/") {
    response.setHeader("content-type", "text/html");
    response.end(
      '<!doctype html><meta charset="utf-8"><title>storage</title><script type="module" src="/bench.js"></script>',
    );
  } else if (pathname === "/bench.js") {
    response.setHeader("content-type", "text/javascript").end(script);
  } else {
    response.setHeader("content-type", types[extname(pathname)] ?? "application/octet-stream");
    createReadStream(join(packageFolder, normalize(pathname)))
      .on("error", () => response.writeHead(404).end())
      .pipe(response);
  }
});
await new Promise((resolve) => server.listen(0, "localhost", resolve));
const address = `http://localhost:${server.address().port}/`;

const profile = await mkdtemp(join(tmpdir(), "storage-bench-"));
const context = await chromium().launchPersistentContext(profile, {
  executablePath: process.env.CHROME_PATH,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
  ],
});
const page = await context.newPage();
page.setDefaultTimeout(600_000);

/** Loads the page anew: nothing is in memory any more. */
async function reload() {
  await page.goto(address);
  await page.waitForFunction(() => "bench" in globalThis);
  await page.evaluate(() => globalThis.bench.warmUp());
}

/** Calls a function of the page. */
const call = (name, ...given) =>
  page.evaluate(([what, args]) => globalThis.bench[what](...args), [name, given]);

function report(name, oursMs, peer, peerMs, more = {}) {
  const figures = {
    name,
    ours_ms: rounded(oursMs),
    peer,
    peer_ms: rounded(peerMs),
    ratio: rounded(peerMs / oursMs),
    ...more,
  };
  if (json) {
    console.log(JSON.stringify(figures));
    return;
  }
  const goal = goals[`${name} ${peer}`];
  const wanted =
    goal === undefined ? "" : `goal ${rounded(goal)} ${figures.ratio >= goal ? "met" : "MISSED"}`;
  console.log(
    `${name.padEnd(22)} ours ${String(figures.ours_ms).padStart(9)} ms  ${peer.padEnd(16)} ` +
      `${String(figures.peer_ms).padStart(9)} ms  ratio ${String(figures.ratio).padStart(8)}  ${wanted}`,
  );
}

const wants = (name) => only === undefined || only.includes(name);

try {
  await reload();
  const peersOf = await page.evaluate(() => globalThis.bench.writes);
  for (const [name, peers] of Object.entries(peersOf).filter(([each]) => wants(each))) {
    const times = { ours: [], ...Object.fromEntries(Object.keys(peers).map((peer) => [peer, []])) };
    for (let round = -1; round < ROUNDS; round++) {
      for (const who of Object.keys(times)) {
        const took = await call("writeRound", name, peers[who] ?? "ours");
        if (round >= 0) {
          times[who].push(took);
        }
      }
    }
    for (const peer of Object.keys(peers)) {
      report(name, median(times.ours), peer, median(times[peer]));
    }
  }

  if (wants("big_file")) {
    const times = { ours: [], idb: [] };
    for (let round = -1; round < ROUNDS; round++) {
      for (const kind of Object.keys(times)) {
        const place = await call("fresh", `big-${kind}`);
        const wrote = await call("writeBig", kind, place, round + 10);
        await reload();
        const read = await call("readBig", kind, place, round + 10);
        if (round >= 0) {
          times[kind].push(wrote + read);
        }
      }
    }
    report("big_file", median(times.ours), "idb_one_tx", median(times.idb));
  }

  if (wants("attach_10k")) {
    const places = { ours: await call("fresh", "many"), idb: await call("fresh", "many-idb") };
    for (const [kind, place] of Object.entries(places)) {
      await call("fill", kind, place, 10_000, 20 * KIB);
    }
    const times = { ours: [], idb: [] };
    for (let round = -1; round < ROUNDS; round++) {
      await reload();
      const ours = await call("attach", places.ours);
      await reload();
      const all = await call("readAll", places.idb);
      if (ours.entries !== 100 || all.entries !== 10_000) {
        throw new Error(`Unexpected: ${JSON.stringify([ours, all])}`);
      }
      if (round >= 0) {
        times.ours.push(ours.took);
        times.idb.push(all.took);
      }
    }
    report("attach_10k", median(times.ours), "read_all", median(times.idb));
  }

  if (wants("read_1000_cold")) {
    const kinds = ["ours", "lightning_fs", "idb", "zenfs"];
    const places = {};
    const times = {};
    for (const kind of kinds) {
      places[kind] = await call("fresh", `cold-${kind}`);
      times[kind] = [];
      await call("fill", kind, places[kind], 1000, KIB);
    }
    for (let round = -1; round < ROUNDS; round++) {
      for (const kind of kinds) {
        await reload();
        const took = await call("readCold", kind, places[kind], 1000, KIB);
        if (round >= 0) {
          times[kind].push(took);
        }
      }
    }
    for (const peer of kinds.slice(1)) {
      report("read_1000_cold", median(times.ours), peer, median(times[peer]));
    }
  }

  if (wants("growth")) {
    const places = [await call("fresh", "large"), await call("fresh", "little")];
    await call("grow", places[0], 100_000);
    await call("grow", places[1], 1000);
    await reload();
    const [large, little] = await call("growth", places, 200);
    report("growth", median(large), "volume_of_1000", median(little));
  }

  if (wants("space")) {
    await reload();
    const { live, stored, usage } = await call("space", await call("fresh", "space"));
    const ratio = rounded(stored / live);
    if (json) {
      console.log(
        JSON.stringify({
          name: "space",
          live_bytes: live,
          stored_bytes: stored,
          browser_bytes: usage,
          ratio,
        }),
      );
    } else {
      console.log(
        `${"space".padEnd(22)} stored ${stored} bytes, live ${live}, the browser's own count ${usage}: ` +
          `stored / live ${ratio}  goal 1.3 ${ratio <= 1.3 ? "met" : "MISSED"}`,
      );
    }
  }
} finally {
  await context.close();
  server.close();
  await rm(profile, { recursive: true, force: true });
}
