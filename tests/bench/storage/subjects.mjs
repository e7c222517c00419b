// Ours and its peers, each as its users would use it. Every `write…` resolves when what it wrote is durable; whoever
// opens the same name again reads what the one before wrote.
import LightningFS from "@isomorphic-git/lightning-fs";
import { configureSingle, fs as zenfs } from "@zenfs/core";
import { IndexedDB } from "@zenfs/dom";
import { memfs } from "memfs";
import { Sandbox, createBackend } from "/browser/index.js";
import { directories, tar } from "./data.mjs";

// The peers leave the durability of their transactions to the browser, whose default survives no power cut. Here all
// get what ours asks for.
const transaction = IDBDatabase.prototype.transaction;
let durability = "strict";
IDBDatabase.prototype.transaction = function (stores, mode, options) {
  return transaction.call(this, stores, mode, mode === "readwrite" ? { ...options, durability } : options);
};

/** Bare IndexedDB, a file a value. */
export class Idb {
  static async open(name) {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("files");
    return new Idb(await done(request));
  }
  constructor(database) {
    this.database = database;
  }
  async writeTogether(files) {
    const all = this.database.transaction("files", "readwrite");
    for (const { path, data } of files) {
      all.objectStore("files").put(data, path);
    }
    await ended(all);
  }
  async writeOneByOne(files) {
    for (const file of files) {
      await this.writeTogether([file]);
    }
  }
  read(path) {
    return done(this.database.transaction("files").objectStore("files").get(path));
  }
  readAll() {
    return done(this.database.transaction("files").objectStore("files").getAll());
  }
  async close() {
    this.database.close();
  }
}

/** A file system with the promises of Node's `fs`. */
class Promised {
  constructor(fs) {
    this.fs = fs;
  }
  async makeDirectories(files) {
    for (const directory of directories(files)) {
      await this.fs.mkdir(`/${directory}`);
    }
    await this.settled();
  }
  async writeTogether(files) {
    await Promise.all(files.map(({ path, data }) => this.fs.writeFile(`/${path}`, data)));
    await this.settled();
  }
  async writeOneByOne(files) {
    for (const { path, data } of files) {
      await this.fs.writeFile(`/${path}`, data);
    }
    await this.settled();
  }
  read(path) {
    return this.fs.readFile(`/${path}`);
  }
  close() {
    return this.settled();
  }
  /** Resolves when what was written is durable, where a write alone does not promise that. */
  async settled() {}
}

/** LightningFS, as isomorphic-git uses it. */
export class Lightning extends Promised {
  static async open(name) {
    return new Lightning(new LightningFS(name).promises);
  }
  settled() {
    return this.fs.flush();
  }
}

/** ZenFS on its IndexedDB backend. */
export class Zen extends Promised {
  static async open(name) {
    await configureSingle({ backend: IndexedDB, storeName: name });
    return new Zen(zenfs.promises);
  }
}

/** Files of the origin's private file system. */
export class Opfs {
  static async open(name) {
    const root = await navigator.storage.getDirectory();
    return new Opfs(await root.getDirectoryHandle(name, { create: true }));
  }
  constructor(root) {
    this.root = root;
    this.directories = new Map();
  }
  async makeDirectories(files) {
    for (const directory of directories(files)) {
      await this.#directory(directory);
    }
  }
  async #directory(name) {
    let handle = this.directories.get(name);
    if (handle === undefined) {
      handle = await this.root.getDirectoryHandle(name, { create: true });
      this.directories.set(name, handle);
    }
    return handle;
  }
  async #file(path, create) {
    const [directory, name] = path.split("/");
    return (await this.#directory(directory)).getFileHandle(name, { create });
  }
  async #write({ path, data }) {
    const writable = await (await this.#file(path, true)).createWritable();
    await writable.write(data);
    await writable.close();
  }
  async writeTogether(files) {
    await Promise.all(files.map((file) => this.#write(file)));
  }
  async writeOneByOne(files) {
    for (const file of files) {
      await this.#write(file);
    }
  }
  async read(path) {
    return new Uint8Array(await (await (await this.#file(path, false)).getFile()).arrayBuffer());
  }
  async close() {}
}

/** memfs: what no durability costs. */
export class Memory extends Promised {
  static #clouds = new Map();
  static async open(name) {
    if (!Memory.#clouds.has(name)) {
      Memory.#clouds.set(name, new Memory(memfs().fs.promises));
    }
    return Memory.#clouds.get(name);
  }
}

const VOLUME = { name: "benchmark", sizeGb: 100 };

/** Ours: a sandbox with a volume, through the SDK. */
export class Ours {
  static async open(name, options = {}) {
    const backend = createBackend({ storage: "indexeddb", name, ...options });
    const client = Sandbox({ backend });
    const sandbox = await client.sandboxes.create({ image: "debian", volumes: { "/data": VOLUME } });
    return new Ours(backend, client, sandbox);
  }
  constructor(backend, client, sandbox) {
    Object.assign(this, { backend, client, sandbox });
  }
  async makeDirectories(files) {
    for (const directory of directories(files)) {
      await this.sandbox.files.mkdir(`/data/${directory}`);
    }
  }
  async writeTogether(files) {
    await Promise.all(files.map(({ path, data }) => this.sandbox.files.write(`/data/${path}`, data)));
  }
  async writeOneByOne(files) {
    for (const { path, data } of files) {
      await this.sandbox.files.write(`/data/${path}`, data);
    }
  }
  async bringTar(files) {
    await this.sandbox.files.write("/tmp/files.tar", tar(files));
  }
  async untar() {
    await this.run("tar xf /tmp/files.tar -C /data");
  }
  async run(command) {
    const { exitCode, stdout, stderr } = await this.sandbox.exec(command, { timeoutMs: 60_000 });
    if (exitCode !== 0) {
      throw new Error(`${command}: ${exitCode} ${stderr}`);
    }
    return stdout;
  }
  async read(path) {
    return new Uint8Array(await this.sandbox.files.read(`/data/${path}`, { encoding: "binary" }));
  }
  /** Makes the journal as small as it gets, and tells the sizes. */
  async compact() {
    const answer = await this.backend.fetch("/api/v1/_mock/compact", { method: "POST" });
    if (!answer.ok) {
      throw new Error(`compact: ${answer.status} ${await answer.text()}`);
    }
    return answer.json();
  }
  async close() {
    await this.sandbox.kill();
    await this.backend.close();
  }
}

/** Has the engine's worker started, so that its start is not measured with what comes first. */
export async function warmUp() {
  const backend = createBackend({ storage: "memory" });
  await backend.ready;
  await backend.close();
}

/** What the transactions of all promise from now on. */
export function promise(what) {
  durability = what;
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function ended(all) {
  return new Promise((resolve, reject) => {
    all.oncomplete = () => resolve();
    all.onabort = () => reject(all.error);
  });
}
