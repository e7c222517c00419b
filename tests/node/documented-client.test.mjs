/**
 * A client that knows nothing but the documented HTTP API carries files over the exec route, as the service's own SDK
 * does: `cat` (through base64 for bytes) to read, `printf … | base64 -d` in pieces of 100 KB to write.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { serve } from "./served-backend.mjs";
import { createBackend } from "../../www/sdk/dist/node/index.mjs";

const PIECE = 100_000;
const TEN_MB = 10 * 1024 * 1024;

/** Documented calls, by `fetch`. */
class Client {
  constructor(baseUrl) {
    this.baseUrl = baseUrl;
  }

  async call(method, path, body) {
    const headers = { "content-type": "application/json" };
    const response = await fetch(this.baseUrl + path, { method, headers, body: JSON.stringify(body) });
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
    return response.json();
  }

  async create() {
    const { sandbox } = await this.call("POST", "/sandboxes", { image: "node:20" });
    this.id = sandbox.id;
  }

  async exec(command) {
    const result = await this.call("POST", `/sandboxes/${this.id}/exec`, { command });
    assert.deepEqual({ code: result.exitCode, stderr: result.stderr }, { code: 0, stderr: "" });
    return result.stdout;
  }

  async write(path, bytes) {
    await this.exec(`: > ${path}`);
    const text = Buffer.from(bytes).toString("base64");
    for (let start = 0; start < text.length; start += PIECE) {
      await this.exec(`printf '%s' '${text.slice(start, start + PIECE)}' | base64 -d >> ${path}`);
    }
  }
}

async function client(t) {
  const { baseUrl } = await serve(t, createBackend());
  const client = new Client(baseUrl);
  await client.create();
  return client;
}

test("10 MB of bytes arrive and come back", { timeout: 120_000 }, async (t) => {
  const there = await client(t);
  const bytes = Buffer.from(Uint8Array.from({ length: TEN_MB }, (_, i) => (i * 7919 + (i >> 8)) % 256));
  await there.write("/bytes", bytes);
  assert.equal((await there.exec("wc -c < /bytes")).trim(), String(TEN_MB));
  const back = Buffer.from((await there.exec("cat /bytes | base64")).replaceAll("\n", ""), "base64");
  assert.ok(back.equals(bytes), "other bytes came back");
});

test("10 MB of text arrive and come back", { timeout: 120_000 }, async (t) => {
  const there = await client(t);
  const line = "naïve text, “quoted” ünd 漢字 🙂\n";
  const text = line.repeat(Math.floor(TEN_MB / Buffer.byteLength(line)));
  await there.write("/text", text);
  assert.ok((await there.exec("cat /text")) === text, "another text came back");
});
