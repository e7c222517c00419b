/** What was answered in a run, byte for byte, in the form of `runner/src/transcript.rs`. */
import { createHash } from "node:crypto";

/** Longer bodies are written down as their hash. */
const LONGEST_BODY = 16 * 1024;

/** One entry: the status, the headers sorted by name, an empty line, and the body or its hash. */
export function entry(status, headers, body) {
  const lines = headers.map(([name, value]) => `${name}: ${value}\n`);
  return `${status}\n${lines.sort().join("")}\n${shown(body)}`;
}

/** SHA-256 in lower-case hex. */
export function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

function shown(body) {
  if (body.byteLength <= LONGEST_BODY) {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
    } catch {
      // Not text: its hash is written down.
    }
  }
  return `sha256:${sha256(body)}`;
}
