/** Reads server-sent events from a body that arrives in pieces. The rules are those of `runner/src/sse.rs`. */

/** The part of a body that has arrived and is not read yet. */
export class EventReader {
  #decoder = new TextDecoder();
  #unread = "";

  /** Adds a piece of the body. */
  push(piece) {
    this.#unread += this.#decoder.decode(piece, { stream: true });
  }

  /** The next whole event: its text, and `{ event?, data }` with data parsed as JSON where it is JSON. */
  next() {
    for (let end = this.#unread.indexOf("\n\n"); end >= 0; end = this.#unread.indexOf("\n\n")) {
      const text = this.#unread.slice(0, end + 2);
      this.#unread = this.#unread.slice(end + 2);
      const value = parse(text);
      if (value !== undefined) return { text, value };
    }
    return undefined;
  }
}

/** Every event of a whole body, with neighbours of one output joined: how output is cut into pieces is no promise. */
export function events(body) {
  const reader = new EventReader();
  reader.push(body);
  const events = [];
  for (let next = reader.next(); next !== undefined; next = reader.next()) {
    const last = events.at(-1);
    const { value } = next;
    const isOutput = value.event === "stdout" || value.event === "stderr";
    if (isOutput && last?.event === value.event && typeof value.data === "string") {
      last.data += value.data;
    } else {
      events.push(value);
    }
  }
  return events;
}

function parse(block) {
  let event;
  const data = [];
  for (const line of block.split("\n")) {
    const [, field, value] = /^([^:]*): ?(.*)$/.exec(line) ?? [];
    if (field === "event") event = value;
    if (field === "data") data.push(value);
  }
  if (data.length === 0) return undefined;
  const value = { data: json(data.join("\n")) };
  return event === undefined ? value : { event, ...value };
}

function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
