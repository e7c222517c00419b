// The part of the storage benchmarks that runs in the page. The driver calls one function at a time, and reloads the page
// where a benchmark is about what comes after.
import { bytes, files, same } from "./data.mjs";
import { Idb, Lightning, Memory, Opfs, Ours, Zen, promise, warmUp } from "./subjects.mjs";

const subjects = { ours: Ours, idb: Idb, lightning_fs: Lightning, zenfs: Zen, opfs: Opfs, memfs: Memory };

const KIB = 1 << 10;
const MIB = 1 << 20;
const small = () => files(1000, KIB);

/** Writes that are measured each in a store of its own: what is done before, what is measured, by whom. */
const writes = {
  untar_1000: {
    work: { ours: (it) => it.untar() },
    before: { ours: (it, all) => it.bringTar(all) },
    others: (it, all) => it.writeTogether(all),
    peers: { idb_one_tx: "idb", lightning_fs: "lightning_fs", zenfs: "zenfs", opfs: "opfs", memfs: "memfs" },
  },
  write_1000_concurrent: {
    work: {},
    before: { ours: (it, all) => it.makeDirectories(all) },
    others: (it, all) => it.writeTogether(all),
    peers: { idb_one_tx: "idb", lightning_fs: "lightning_fs", zenfs: "zenfs", opfs: "opfs", memfs: "memfs" },
  },
  write_1000_sequential: {
    work: {},
    before: { ours: (it, all) => it.makeDirectories(all) },
    others: (it, all) => it.writeOneByOne(all),
    peers: {
      idb_tx_per_file: "idb",
      lightning_fs: "lightning_fs",
      zenfs: "zenfs",
      opfs: "opfs",
      memfs: "memfs",
    },
  },
};

let last = 0;
const fresh = (what) => `bench-${what}-${Date.now()}-${last++}`;

const timed = async (work) => {
  const began = performance.now();
  const value = await work();
  return { took: performance.now() - began, value };
};

/** One round of a benchmark of writes for one subject: in a store of its own, read back by another. */
async function writeRound(name, kind) {
  const { work, before, others } = writes[name];
  const all = small();
  const place = fresh(kind);
  const it = await subjects[kind].open(place);
  await (before[kind] ?? ((subject, of) => subject.makeDirectories?.(of)))(it, all);
  const { took } = await timed(() => (work[kind] ?? others)(it, all));
  await it.close();
  const again = await subjects[kind].open(place);
  for (const { path, data } of all) {
    same(new Uint8Array(await again.read(path)), data, `${name}, ${kind}: ${path}`);
  }
  await again.close();
  return took;
}

const BIG = { path: "d0/big", size: 10 * MIB };

/** Writes one big file; what comes after a reload is `readBig`. */
async function writeBig(kind, place, seed) {
  const file = { path: BIG.path, data: bytes(BIG.size, seed) };
  const it = await subjects[kind].open(place);
  await it.makeDirectories?.([file]);
  const { took } = await timed(() => it.writeTogether([file]));
  await it.close();
  return took;
}

async function readBig(kind, place, seed) {
  const { took, value } = await timed(async () => {
    const it = await subjects[kind].open(place);
    return { it, data: new Uint8Array(await it.read(BIG.path)) };
  });
  same(value.data, bytes(BIG.size, seed), `big_file, ${kind}`);
  await value.it.close();
  return took;
}

/** Fills a store with many files, a part at a time. */
async function fill(kind, place, count, size) {
  const all = files(count, size);
  const it = await subjects[kind].open(place);
  await it.makeDirectories?.(all);
  for (let from = 0; from < all.length; from += 500) {
    await it.writeTogether(all.slice(from, from + 500));
  }
  const sizes = await it.compact?.();
  await it.close();
  return sizes;
}

/** From an engine that runs to the first `ls` in a volume. */
async function attach(place) {
  const { took, value } = await timed(async () => {
    const it = await Ours.open(place);
    return { it, listed: await it.run("ls /data") };
  });
  await value.it.close();
  return { took, entries: value.listed.trim().split("\n").length };
}

/** Everything, contents too. */
async function readAll(place) {
  const { took, value } = await timed(async () => {
    const it = await Idb.open(place);
    return { it, all: await it.readAll() };
  });
  await value.it.close();
  return { took, entries: value.all.length };
}

/** Files one after another, in an order of chance. */
async function readCold(kind, place, count, size) {
  const all = files(count, size);
  const { took, value } = await timed(async () => {
    const it = await subjects[kind].open(place);
    const found = [];
    for (const { path } of all) {
      found.push(new Uint8Array(await it.read(path)));
    }
    return { it, found };
  });
  value.found.forEach((data, number) => same(data, all[number].data, `read_1000_cold, ${kind}`));
  await value.it.close();
  return took;
}

/** Makes a volume of many small files, by the shell. */
async function grow(place, count) {
  const it = await Ours.open(place);
  const step = 10_000;
  for (let from = 0; from < count; from += step) {
    const to = Math.min(count, from + step);
    await it.run(
      `cd /data && for ((i = ${from}; i < ${to}; i++)); do ((i % 1000)) || mkdir d$((i / 1000)); echo $i > d$((i / 1000))/f$i; done`,
    );
  }
  await it.compact();
  await it.close();
}

/** Writes into volumes of different sizes, in turns; the times of each. */
async function growth(places, writesEach) {
  const opened = [];
  for (const place of places) {
    opened.push(await Ours.open(place));
  }
  const times = places.map(() => []);
  for (let number = -20; number < writesEach; number++) {
    for (const [which, it] of opened.entries()) {
      const data = bytes(KIB, number + 1000);
      const { took } = await timed(() => it.sandbox.files.write(`/data/d0/new${number}`, data));
      if (number >= 0) {
        times[which].push(took);
      }
    }
  }
  for (const it of opened) {
    await it.close();
  }
  return times;
}

/** What is stored after files were written over and over, and compacted. */
async function space(place) {
  const it = await Ours.open(place);
  const before = (await navigator.storage.estimate()).usage;
  const all = files(1000, 20 * KIB);
  await it.makeDirectories(all);
  for (let times = 0; times < 4; times++) {
    await it.writeTogether(
      all.map(({ path }, number) => ({ path, data: bytes(20 * KIB, times * 7919 + number) })),
    );
    // Some of them go, so that what stays is strewn.
    await it.run("rm -f /data/d*/f*[37]");
  }
  const sizes = await it.compact();
  await it.close();
  const live = sizes.liveBytes;
  return { live, stored: sizes.storedBytes, usage: (await navigator.storage.estimate()).usage - before };
}

globalThis.bench = {
  writes: Object.fromEntries(Object.entries(writes).map(([name, { peers }]) => [name, peers])),
  fresh,
  promise,
  warmUp,
  writeRound,
  writeBig,
  readBig,
  fill,
  attach,
  readAll,
  readCold,
  grow,
  growth,
  space,
};
