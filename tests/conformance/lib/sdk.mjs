/**
 * The SDK as a door for `run`: a request that the SDK has a call for is made by that call, and what the call gave, or
 * the error it threw, is put back into the form of an HTTP answer. Everything else goes through `backend.fetch`, the
 * SDK's own door: malformed requests, other headers than the SDK sends, and streams that stay open.
 */
import assert from "node:assert/strict";

const SANDBOX_FIELDS = ["image", "region", "timeoutMs", "env", "volumes"];
const EXEC_OPTIONS = ["background", "timeoutMs", "env", "cwd"];
const TERMINAL_OPTIONS = ["shell", "cwd", "cols", "rows"];
const VOLUME_FIELDS = ["name", "sizeGb", "region"];

/**
 * A door to a fresh cloud.
 *
 * @param sdk the package: `{ Sandbox, createBackend, SandboxApiError, FileSizeError }`.
 * @param used a Map that counts calls of the SDK by name, `fetch` for what went past it.
 */
export function sdkDoor(sdk, options, used) {
  const backend = sdk.createBackend({ ...options, storage: "memory" });
  const cloud = { sdk, backend, client: sdk.Sandbox({ backend }), handles: new Map(), used, asked: 0 };
  return async (request) => {
    const call = callFor(cloud, request);
    if (call === undefined) {
      count(used, "fetch");
      return fetched(backend, request);
    }
    count(used, call.name);
    try {
      return answer(call.status, await call.make());
    } catch (error) {
      return failure(sdk, error, call);
    }
  };
}

/** The SDK's call for a request, where it has one: its name, the status that its success stands for, and itself. */
function callFor(cloud, request) {
  if (!isUtf8(request.path)) return undefined;
  const url = new URL(request.path, "http://localhost");
  const [, api, version, kind, id, ...rest] = url.pathname.split("/").map(decodeURIComponent);
  const sdkHeaders = request.headers.every(([name]) => name === "content-type" || name === "accept");
  if (
    `${api}/${version}` !== "api/v1" ||
    !sdkHeaders ||
    request.expected?.headers ||
    request.expected?.open
  ) {
    return undefined;
  }
  const route = [request.method, ...rest].join(" ");
  if (kind === "sandboxes") return sandboxCall(cloud, request, url, id, route);
  if (kind === "volumes") return volumeCall(cloud, request, url, id, route);
  return undefined;
}

function sandboxCall(cloud, request, url, id, route) {
  const { client, handles } = cloud;
  const { json } = request;
  const remember = (handle) => {
    handles.set(handle.id, handle);
    return handle.data;
  };
  if (id === undefined) {
    if (route === "POST" && isPlain(json)) {
      const make = async () => ({ sandbox: remember(await client.sandboxes.create(json)) });
      return { name: "sandboxes.create", status: 201, make };
    }
    if (route === "GET") {
      const make = async () => ({ sandboxes: (await client.sandboxes.list()).map((handle) => handle.data) });
      return { name: "sandboxes.list", status: 200, make };
    }
    return undefined;
  }
  const handle = handles.get(id);
  if (route === "GET") return getCall(cloud, id, handle, remember);
  if (route === "DELETE") {
    return handle === undefined
      ? { name: "sandboxes.kill", status: 204, make: () => client.sandboxes.kill(id) }
      : { name: "sandbox.kill", status: 204, make: () => handle.kill() };
  }
  if (route === "PATCH timeout" && has(json, ["timeoutMs"], [])) {
    const name = handle === undefined ? "sandboxes.setTimeout" : "sandbox.setTimeout";
    const make = () =>
      handle === undefined
        ? client.sandboxes.setTimeout(id, json.timeoutMs)
        : handle.setTimeout(json.timeoutMs);
    return { name, status: 200, make };
  }
  if (handle === undefined) return undefined;
  if (route === "POST exec") return execCall(handle, request);
  if (route === "POST terminals") return terminalCall(handle, request);
  return fileCall(handle.files, request, url, route);
}

/** Asking for a sandbox has three calls in the SDK; they take turns. */
function getCall(cloud, id, handle, remember) {
  const turn = handle === undefined ? 0 : (cloud.asked += 1) % 3;
  if (turn === 1)
    return { name: "sandbox.refresh", status: 200, make: async () => ({ sandbox: await handle.refresh() }) };
  if (turn === 2)
    return { name: "sandbox.info", status: 200, make: async () => ({ sandbox: await handle.info() }) };
  const make = async () => ({ sandbox: remember(await cloud.client.sandboxes.get(id)) });
  return { name: "sandboxes.get", status: 200, make };
}

function execCall(handle, { json, headers }) {
  if (!has(json, ["command"], ["options"]) || (json.options !== undefined && !isPlain(json.options)))
    return undefined;
  const { options = {} } = json;
  // The SDK makes a relative directory absolute, and has options of its own.
  if (!has(options, [], EXEC_OPTIONS) || (options.cwd !== undefined && !isPlainPath(options.cwd)))
    return undefined;
  if (headers.some(([name]) => name === "accept")) {
    return {
      name: "sandbox.exec streaming",
      status: 200,
      make: () => streamed(handle, json.command, options),
    };
  }
  return { name: "sandbox.exec", status: 200, make: () => handle.exec(json.command, options) };
}

function terminalCall(handle, { json }) {
  // The SDK makes a relative directory absolute.
  if (!has(json, [], TERMINAL_OPTIONS) || (json.cwd !== undefined && !isPlainPath(json.cwd)))
    return undefined;
  return { name: "terminals.create", status: 201, make: () => handle.terminals.create(json) };
}

/** A streaming exec's callbacks as the events they stand for. */
async function streamed(handle, command, options) {
  const events = [];
  const onStdout = (text) => events.push(["stdout", text]);
  const onStderr = (text) => events.push(["stderr", text]);
  const { stdout, stderr, exitCode, success } = await handle.exec(command, {
    ...options,
    onStdout,
    onStderr,
  });
  const told = (name) => events.flatMap(([event, text]) => (event === name ? [text] : [])).join("");
  assert.deepEqual(
    [stdout, stderr],
    [told("stdout"), told("stderr")],
    "the result is what the callbacks were told",
  );
  events.push(["exit", { exitCode, success }]);
  return Buffer.from(
    events.map(([event, data]) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join(""),
  );
}

function volumeCall({ client }, request, url, name, route) {
  const { json } = request;
  if (name === undefined) {
    if (route === "POST" && has(json, [], VOLUME_FIELDS)) {
      const make = async () => ({ volume: await client.volumes.create(json) });
      return { name: "volumes.create", status: 201, make };
    }
    const make = async () => ({ volumes: await client.volumes.list() });
    return route === "GET" ? { name: "volumes.list", status: 200, make } : undefined;
  }
  if (route === "GET") {
    return {
      name: "volumes.get",
      status: 200,
      make: async () => ({ volume: await client.volumes.get(name) }),
    };
  }
  if (route === "DELETE")
    return { name: "volumes.delete", status: 204, make: () => client.volumes.delete(name) };
  return fileCall(client.volumes.files(name), request, url, route);
}

function fileCall(files, { json, body, expected }, url, route) {
  const path = url.searchParams.get("path");
  const query = [...url.searchParams].map(([name, value]) => (name === "path" ? name : `${name}=${value}`));
  if (query.some((part) => part !== "path" && part !== "recursive=true")) return undefined;
  const known = { "POST files mkdir": ["path"], "POST files rename": ["from", "to"] }[route];
  if (
    known !== undefined
      ? !has(json, known, ["recursive"]) || !known.every((name) => isPlainPath(json[name]))
      : !isPlainPath(path)
  ) {
    return undefined;
  }
  switch (route) {
    case "GET files": {
      // Bytes stay bytes; text takes the other form of the call.
      if (expected?.base64 !== undefined || expected?.length !== undefined) {
        const make = async () => Buffer.from(await files.read(path, { encoding: "binary" }));
        return { name: "files.read binary", status: 200, make, path };
      }
      return { name: "files.read", status: 200, make: async () => Buffer.from(await files.read(path)), path };
    }
    case "PUT files": {
      return { name: "files.write", status: 200, make: () => files.write(path, body ?? new Uint8Array()) };
    }
    case "DELETE files": {
      const recursive = url.searchParams.get("recursive") === "true";
      return { name: "files.remove", status: 204, make: () => files.remove(path, { recursive }) };
    }
    case "GET files list":
      return { name: "files.list", status: 200, make: async () => ({ entries: await files.list(path) }) };
    case "GET files stat":
      return { name: "files.stat", status: 200, make: async () => ({ stat: await existing(files, path) }) };
    case "POST files mkdir":
      return {
        name: "files.mkdir",
        status: 201,
        make: () => files.mkdir(json.path, { recursive: json.recursive }),
      };
    case "POST files rename":
      return { name: "files.rename", status: 200, make: () => files.rename(json.from, json.to) };
    default:
      return undefined;
  }
}

/** What `stat` says, after `exists` has said whether it will. */
async function existing(files, path) {
  const exists = await files.exists(path).catch((error) => error);
  const stat = await files.stat(path).catch((error) => {
    if (["file_not_found", "not_a_directory"].includes(error.reason)) assert.equal(exists, false);
    throw error;
  });
  assert.equal(exists, true);
  return stat;
}

async function fetched(backend, { method, path, headers, body }) {
  const response = await backend.fetch(`http://localhost${path}`, { method, headers, body });
  return { status: response.status, headers: [...response.headers], body: response.body ?? [] };
}

function answer(status, value) {
  if (value === undefined) return { status, headers: [], body: [] };
  return {
    status,
    headers: [],
    body: [value instanceof Uint8Array ? value : Buffer.from(JSON.stringify(value))],
  };
}

/** An error of the SDK as the answer it stands for; each of its properties is put where a scenario looks at it. */
function failure(sdk, error, { name, path }) {
  if (error instanceof sdk.FileSizeError) {
    const details = { reason: error.reason, value: error.size, max: error.maxSize };
    return answer(413, { code: 413, message: error.message, details });
  }
  if (!(error instanceof sdk.SandboxApiError)) throw error;
  assert.ok(error instanceof Error);
  assert.equal(error.reason, error.details.reason, "the reason is the one in the details");
  let { message } = error;
  if (name.startsWith("files.read")) {
    const prefix = `Failed to read file ${path}: `;
    assert.ok(message.startsWith(prefix), message);
    // The path is told once, in front.
    message = message.slice(prefix.length);
    if (error.details.field === "path" && error.details.rule === message) message += `: ${path}`;
  }
  return answer(error.status, { code: error.code, message, details: error.details });
}

function isPlain(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is an object with all of `required` and nothing but these and `optional`. */
function has(value, required, optional) {
  return (
    isPlain(value) &&
    required.every((name) => Object.hasOwn(value, name)) &&
    Object.keys(value).every((name) => required.includes(name) || optional.includes(name))
  );
}

/** Whether the SDK sends a path on as it is: absolute, without empty parts, `.` and `..`. */
function isPlainPath(path) {
  if (typeof path !== "string" || !path.startsWith("/")) return false;
  const parts = path.slice(1).split("/");
  return path === "/" || parts.every((part) => part !== "" && part !== "." && part !== "..");
}

/** Whether what is percent-encoded is text: the SDK encodes text alone. */
function isUtf8(path) {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

function count(used, name) {
  used.set(name, (used.get(name) ?? 0) + 1);
}
