/**
 * Hostile input in every field of every route, against the wasm module: its answers are those of the native router, byte
 * for byte (`cargo test -p sandbox-backend --test conformance` makes the requests from the OpenAPI document, judges the
 * answers and writes both down).
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { closeEngines, engineDoor } from "./lib/engine.mjs";

test("hostile input is answered in wasm as it is natively", async () => {
  const { options, clouds } = nativeAnswers();
  const wrong = [];
  for (const requests of clouds) {
    const door = engineDoor(options);
    for (const request of requests) {
      const { status, answer } = await answered(door, request);
      if (status !== request.status || answer !== request.answer) wrong.push(told(request, status, answer));
    }
    await closeEngines();
  }
  assert.deepEqual(wrong.slice(0, 10), [], `${wrong.length} answers differ`);
});

async function answered(door, { method, path, headers, body }) {
  const { status, body: pieces } = await door({ method, path, headers, body: Buffer.from(body, "base64") });
  if (status === 200 && path.split("?")[0].endsWith("/events")) {
    // A stream without an end.
    return { status, answer: "" };
  }
  const all = [];
  for await (const piece of pieces) all.push(piece);
  return { status, answer: Buffer.concat(all).toString("base64") };
}

function told(request, status, answer) {
  const text = (base64) => Buffer.from(base64, "base64").toString().slice(0, 200);
  const sent = `${request.method} ${request.path.slice(0, 200)} ${text(request.body)}`;
  return `${sent}: ${status} ${text(answer)}, natively ${request.status} ${text(request.answer)}`;
}

function nativeAnswers() {
  const target = process.env.CARGO_TARGET_DIR ?? resolve(import.meta.dirname, "../../target");
  const file = join(target, "conformance/hostile.json.gz");
  assert.ok(existsSync(file), "no native answers: run the native tests first");
  return JSON.parse(gunzipSync(readFileSync(file)));
}
