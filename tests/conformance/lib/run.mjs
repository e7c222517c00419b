/**
 * Sends a scenario's requests in order and compares every answer. The rules are those of `runner/src/run.rs`; the
 * Rust tests of that crate check that a file holds no typo, so here steps are taken as they are.
 */
import { fill, fillValue, mismatches } from "./matcher.mjs";
import { EventReader, events } from "./sse.mjs";
import { entry } from "./transcript.mjs";

/** A scenario that did not hold: the step, the request, and every difference. */
export class Failure extends Error {
  constructor(scenario, step, what, mismatches, answer) {
    const differences = mismatches.map(
      ({ at, expected, got }) => `  at ${at}\n    expected ${expected}\n    got      ${got}\n`,
    );
    super(`${scenario.id}: step ${step}, ${what}\n${differences.join("")}  the whole answer: ${answer}`);
    this.name = "Failure";
    this.step = step;
    this.mismatches = mismatches;
  }
}

/**
 * Runs a scenario through `door`, from a fresh backend made with `scenario.options`.
 *
 * A door takes `{ method, path, headers, body, json, expected }` (headers as a list of pairs, body as bytes or
 * undefined, the parsed JSON where the body is JSON, and the step's expectation) and resolves to
 * `{ status, headers, body }`, whose body is an async iterable of bytes.
 *
 * @returns the transcript: one entry an answer.
 * @throws Failure for the first step that does not hold.
 */
export async function run(scenario, door) {
  const state = {
    door,
    saved: new Map(),
    bodies: new Map(),
    streams: new Map(),
    started: new Map(),
    transcript: [],
  };
  for (const [index, step] of scenario.steps.entries()) {
    let found;
    let answer = "(none)";
    try {
      ({ found, answer } = await take(state, step));
    } catch (error) {
      found = [{ at: "the run", expected: "an answer", got: String(error?.stack ?? error) }];
    }
    if (found.length > 0) throw new Failure(scenario, index + 1, describe(step), found, answer);
  }
  return state.transcript;
}

async function take(state, step) {
  if (step.read !== undefined) return read(state, step);
  if (step.finish !== undefined) return compare(state, await started(state, step.finish), step.response);
  const answer = state.door(build(state, step));
  if (step.start !== undefined) {
    state.started.set(step.start, answer);
    // Its failure is told at the step that waits for it.
    answer.catch(() => undefined);
    return { found: [], answer: "" };
  }
  return step.stream === undefined
    ? compare(state, await answer, step.response)
    : open(state, await answer, step);
}

function build({ saved, bodies }, { request, response, stream }) {
  const headers = Object.entries(request.headers ?? {}).map(([name, value]) => [name, fill(value, saved)]);
  const json = request.json === undefined ? undefined : fillValue(request.json, saved);
  if (json !== undefined && !headers.some(([name]) => name === "content-type")) {
    headers.push(["content-type", "application/json"]);
  }
  const { method } = request;
  const expected = response === undefined ? undefined : { ...response, open: stream !== undefined };
  return {
    method,
    path: fill(request.path, saved),
    headers,
    body: bytesOf(request, json, saved, bodies),
    json,
    expected,
  };
}

function bytesOf(request, json, saved, bodies) {
  if (json !== undefined) return Buffer.from(JSON.stringify(json));
  if (request.text !== undefined) return Buffer.from(fill(request.text, saved));
  if (request.base64 !== undefined) return Buffer.from(request.base64, "base64");
  if (request.repeat !== undefined) return Buffer.from(request.repeat.text.repeat(request.repeat.times));
  return request.saved === undefined ? undefined : bodies.get(request.saved);
}

function started(state, name) {
  const answer = state.started.get(name);
  if (answer === undefined) throw new Error(`no request was started as ${name}`);
  return answer;
}

async function open(state, { status, headers, body }, { response, stream }) {
  state.transcript.push(entry(status, headers, new Uint8Array()));
  state.streams.set(stream, { pieces: body[Symbol.asyncIterator](), reader: new EventReader() });
  return {
    found: headMismatches(response, status, headers, state.saved),
    answer: `${status}, an open stream`,
  };
}

async function compare(state, { status, headers, body: pieces }, expected) {
  const chunks = [];
  for await (const piece of pieces) chunks.push(piece);
  const body = Buffer.concat(chunks);
  state.transcript.push(entry(status, headers, body));
  const found = headMismatches(expected, status, headers, state.saved);
  found.push(...bodyMismatches(expected, body, state.saved));
  if (expected.save !== undefined) state.bodies.set(expected.save, body);
  return { found, answer: `${status} ${shorten(body)}` };
}

async function read(state, step) {
  const { pieces, reader } = state.streams.get(step.read) ?? {};
  if (reader === undefined) throw new Error(`no stream was opened as ${step.read}`);
  const got = [];
  while (got.length < step.events.length) {
    const next = reader.next();
    if (next !== undefined) {
      got.push(next);
      continue;
    }
    const { done, value } = await pieces.next();
    if (done) break;
    reader.push(value);
  }
  state.transcript.push(entry(0, [], Buffer.from(got.map(({ text }) => text).join(""))));
  const values = got.map(({ value }) => value);
  return { found: mismatches(step.events, values, state.saved), answer: JSON.stringify(values) };
}

function headMismatches(expected, status, headers, saved) {
  const found = [];
  if (expected.status !== status) {
    found.push({ at: "status", expected: String(expected.status), got: String(status) });
  }
  for (const [name, matcher] of Object.entries(expected.headers ?? {})) {
    const got = headers.find(([header]) => header.toLowerCase() === name)?.[1] ?? null;
    found.push(...mismatches(matcher, got, saved).map((mismatch) => ({ ...mismatch, at: `header ${name}` })));
  }
  return found;
}

function bodyMismatches(expected, body, saved) {
  if (expected.json !== undefined) {
    let json;
    try {
      json = JSON.parse(body.toString());
    } catch {
      return [{ at: "$", expected: "JSON", got: shorten(body) }];
    }
    return mismatches(expected.json, json, saved);
  }
  if (expected.text !== undefined) return mismatches(expected.text, body.toString(), saved);
  if (expected.sse !== undefined) return mismatches(expected.sse, events(body), saved);
  if (expected.base64 !== undefined) return mismatches(expected.base64, body.toString("base64"), saved);
  if (expected.length !== undefined) return mismatches(expected.length, body.byteLength, saved);
  return [];
}

function shorten(body) {
  const text = body.toString();
  return text.length > 2000 ? `${text.slice(0, 2000)}… (${body.byteLength} bytes)` : text;
}

function describe(step) {
  if (step.read !== undefined) return `read events of ${step.read}`;
  if (step.finish !== undefined) return `the answer of ${step.finish}`;
  return `${step.request.method} ${step.request.path}`;
}
