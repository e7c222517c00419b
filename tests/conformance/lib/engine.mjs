/** The wasm module in Node as a door for `run`: no SDK, no package, just the engine and its glue. */
import { readFileSync } from "node:fs";
import { Engine, initSync } from "../../../www/sdk/engine/engine.js";

const wasm = new URL("../../../www/sdk/engine/engine_bg.wasm", import.meta.url);
initSync({ module: readFileSync(wasm) });

const engines = [];

/** A door to a fresh cloud in memory. */
export function engineDoor(options) {
  const engine = Engine.openMemory(options);
  engines.push(engine);
  return async ({ method, path, headers, body }) => {
    const answer = await engine.handle(method, `http://localhost${path}`, headers.flat(), body);
    return { status: answer.status, headers: pairs(answer.headers), body: pieces(answer) };
  };
}

/** Ends every cloud: the timer of a sandbox that lives ten minutes would keep the process as long. */
export async function closeEngines() {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
}

async function* pieces(answer) {
  if (answer.streaming) {
    for (let piece = await answer.next(); piece !== undefined; piece = await answer.next()) yield piece;
  } else {
    yield answer.body();
  }
}

function pairs(flat) {
  return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1]]] : []));
}
