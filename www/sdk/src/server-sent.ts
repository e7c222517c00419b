/** Server-sent events, read from a stream of bytes. */
import type { ByteStream } from "./transport.js";

/** One event: its name (`message` where none is given) and its data. */
export interface ServerSentEvent {
  event: string;
  data: string;
}

/** The events of a stream, in order. Leaving the loop early cancels the stream. */
export async function* serverSentEvents(
  stream: ByteStream,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const decoder = new TextDecoder();
  let text = "";
  let ended = false;
  try {
    for (;;) {
      const piece = await stream.next();
      if (piece === undefined) {
        ended = true;
        return;
      }
      text += decoder.decode(piece, { stream: true });
      const blocks = text.split(/\r?\n\r?\n/);
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const event = parse(block);
        if (event !== undefined) {
          yield event;
        }
      }
    }
  } finally {
    if (!ended) {
      stream.cancel();
    }
  }
}

/** One block of lines; undefined for a comment, which only keeps the line open. */
function parse(block: string): ServerSentEvent | undefined {
  let event = "message";
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") {
      event = value;
    } else if (field === "data") {
      data.push(value);
    }
  }
  return data.length === 0 ? undefined : { event, data: data.join("\n") };
}
