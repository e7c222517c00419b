/**
 * Where a page gets the engine's wasm from: a file beside this module, with its progress; and where a tool in between
 * serves something else under that address, from a chunk of the package itself.
 */
import type { EngineProgress } from "../backend.js";
import { SandboxApiError } from "../errors.js";

/** `\0asm`, the first bytes of every wasm file. */
const MAGIC = [0x00, 0x61, 0x73, 0x6d];

/** Loads and compiles the engine. */
export async function loadWasm(
  wasmUrl: string | URL | undefined,
  onProgress: (progress: EngineProgress) => void,
): Promise<WebAssembly.Module> {
  if (wasmUrl !== undefined) {
    const bytes = await download(wasmUrl, onProgress);
    if (bytes === undefined) {
      const message = `There is no wasm at ${wasmUrl}`;
      throw new SandboxApiError({ status: 0, message, reason: "engine_not_found" });
    }
    return WebAssembly.compile(bytes);
  }
  const beside = new URL("../engine/engine_bg.wasm", import.meta.url);
  return WebAssembly.compile((await download(beside, onProgress)) ?? (await fromPackage()));
}

/** The bytes at `url`; undefined where there is no wasm: a development server may answer with its page. */
async function download(
  url: string | URL,
  onProgress: (progress: EngineProgress) => void,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch {
    return undefined;
  }
  const reader = response.body?.getReader();
  if (!response.ok || reader === undefined || response.headers.get("content-type")?.startsWith("text/html")) {
    reader?.cancel().catch(() => undefined);
    return undefined;
  }
  // With a content encoding, the length is that of the compressed bytes, not of those that are counted here.
  const encoded = response.headers.get("content-encoding") !== null;
  const length = Number(response.headers.get("content-length") ?? 0);
  const total = encoded || !(length > 0) ? undefined : length;
  const pieces: Uint8Array[] = [];
  let loaded = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    pieces.push(piece.value);
    loaded += piece.value.length;
    onProgress({ loaded, total });
  }
  const bytes = new Uint8Array(loaded);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return MAGIC.every((byte, i) => bytes[i] === byte) ? bytes : undefined;
}

/** The engine out of a chunk of the package, which is loaded only in this case. */
async function fromPackage(): Promise<Uint8Array<ArrayBuffer>> {
  const { default: base64 } = await import("virtual:wasm-base64");
  const packed = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
}
