/** Terminals in Node: the SDK's call, and sockets with the platform's interface. */
import assert from "node:assert/strict";
import test from "node:test";
import { createBackend, Sandbox } from "../../www/sdk/dist/node/index.mjs";
import { runScript } from "./package-under-test.mjs";

/** A sandbox, its backend, and the address of a terminal in it. */
async function opened(options, terminal) {
  const backend = createBackend(options);
  const sandbox = await Sandbox({ backend, apiKey: options?.apiKey }).sandboxes.create({ image: "node:20" });
  return { backend, sandbox, ...(await sandbox.terminals.create(terminal)) };
}

/** Collects what a socket shows. */
function watched(socket) {
  const watch = { shown: "", messages: [], events: [] };
  socket.addEventListener("message", ({ data }) => {
    const message = JSON.parse(data);
    watch.messages.push(message);
    watch.shown += message.data ?? "";
    watch.look?.();
  });
  for (const type of ["open", "error", "close"]) {
    socket.addEventListener(type, (event) => watch.events.push(event));
  }
  watch.until = (wanted) =>
    new Promise((resolve) => {
      watch.look = () => watch.shown.includes(wanted) && resolve(watch.shown);
      watch.look();
    });
  watch.closed = new Promise((resolve) => socket.addEventListener("close", resolve));
  watch.open = new Promise((resolve) => socket.addEventListener("open", resolve));
  return watch;
}

const type = (socket, data) => socket.send(JSON.stringify({ type: "input", data }));

test("a terminal is made, typed into, and exits", async () => {
  const { backend, sandbox, terminal, wsUrl } = await opened();
  assert.deepEqual(Object.keys(terminal), ["id", "sandboxId", "shell", "status", "createdAt"]);
  assert.deepEqual([terminal.sandboxId, terminal.shell, terminal.status], [sandbox.id, "bash", "running"]);
  const path = `/api/v1/sandboxes/${sandbox.id}/terminals/${terminal.id}/ws`;
  assert.equal(wsUrl, `wss://simplesandbox.local${path}`);
  const socket = backend.connect(wsUrl);
  assert.deepEqual([socket.readyState, socket.url, socket.protocol], [0, wsUrl, ""]);
  assert.throws(() => socket.send("early"), { name: "InvalidStateError" });
  const watch = watched(socket);
  await watch.open;
  assert.equal(socket.readyState, socket.OPEN);
  type(socket, "echo $((6 * 7)) > /tmp/answer; cat /tmp/answer\r");
  await watch.until("42\r\n");
  assert.equal(await sandbox.files.read("/tmp/answer"), "42\n");
  type(socket, "exit 5\r");
  const { code, reason, wasClean } = await watch.closed;
  assert.deepEqual([code, reason, wasClean], [1000, "", true]);
  assert.deepEqual(watch.messages.at(-1), { type: "exit", code: 5 });
  assert.equal(socket.readyState, socket.CLOSED);
});

test("handlers, bytes, blobs and a close from this side are as the platform has them", async () => {
  const { backend, wsUrl } = await opened();
  const socket = backend.connect(wsUrl);
  const order = [];
  socket.onopen = () => order.push("first");
  socket.addEventListener("open", () => order.push("second"));
  socket.onopen = () => order.push("replaced, in its place");
  const watch = watched(socket);
  await watch.open;
  assert.deepEqual(order, ["replaced, in its place", "second"]);
  const bytes = new TextEncoder().encode("__echo b$((1))ytes\r");
  socket.send(bytes.subarray(2));
  bytes.fill(0);
  await watch.until("b1ytes\r\n");
  socket.send(new Blob(["echo b$((2))"]));
  socket.send(new TextEncoder().encode("lob\r").buffer);
  assert.ok(socket.bufferedAmount > 0);
  await watch.until("b2lob\r\n");
  assert.equal(socket.bufferedAmount, 0);
  for (const code of [999, 1001, 5000]) {
    assert.throws(() => socket.close(code), { name: "InvalidAccessError" });
  }
  assert.throws(() => socket.close(1000, "é".repeat(62)), { name: "SyntaxError" });
  socket.close(4000, "enough");
  assert.equal(socket.readyState, socket.CLOSING);
  const { code, reason, wasClean } = await watch.closed;
  assert.deepEqual([code, reason, wasClean], [4000, "enough", true]);
  socket.send("into nothing");
  socket.close();
  assert.equal(socket.onmessage, null);

  const again = watched(backend.connect(new URL(wsUrl)));
  await again.until("b2lob\r\n");
});

test("what is wrong is told, and the socket stays", async () => {
  const { backend, wsUrl } = await opened();
  const socket = backend.connect(wsUrl);
  const watch = watched(socket);
  await watch.open;
  socket.send("{");
  socket.send(JSON.stringify({ type: "resize", cols: 0, rows: 1 }));
  type(socket, "echo s$((1))till\r");
  await watch.until("s1till");
  const errors = watch.messages.filter((message) => message.type === "error");
  assert.deepEqual(
    errors.map(({ code, details }) => [code, details.reason, details.field]),
    [
      [400, "invalid_json", "body"],
      [400, "invalid_value", "cols"],
    ],
  );
});

test("a socket to what is not there fails, and the address must be one", async () => {
  const { backend, wsUrl } = await opened({ apiKey: "secret" });
  const socket = backend.connect(wsUrl.replace(/[0-9a-f]{14}\/ws$/, "nope/ws"));
  const watch = watched(socket);
  const { code, wasClean } = await watch.closed;
  assert.deepEqual([code, wasClean], [1006, false]);
  assert.deepEqual(
    watch.events.map((event) => event.type),
    ["error", "close"],
  );
  assert.equal(watch.events[0].error.reason, "terminal_not_found");
  assert.throws(() => backend.connect("ftp://x/"), { name: "SyntaxError" });
  assert.throws(() => backend.connect("wss://"), { name: "SyntaxError" });
  await backend.close();
  const late = watched(backend.connect(wsUrl));
  await late.closed;
  assert.equal(late.events[0].error.reason, "backend_closed");
});

test("sockets end with their sandbox and their cloud, and say so", async () => {
  const { backend, sandbox, wsUrl } = await opened();
  const killed = watched(backend.connect(wsUrl));
  await killed.open;
  await sandbox.kill();
  const { code, reason } = await killed.closed;
  assert.deepEqual([code, reason], [1001, "sandbox_killed"]);

  const other = await opened();
  const lost = watched(other.backend.connect(other.wsUrl));
  await lost.open;
  await other.backend.close();
  assert.equal((await lost.closed).reason, "engine_restarted");
});

test("a terminal starts where it is told, and refuses what it cannot be", async () => {
  const { backend, sandbox } = await opened();
  sandbox.cwd("/usr");
  for (const [options, where] of [
    [undefined, "/usr"],
    [{ cwd: "lib" }, "/usr/lib"],
    [{ cwd: "/tmp" }, "/tmp"],
  ]) {
    const { wsUrl } = await sandbox.terminals.create(options);
    const socket = backend.connect(wsUrl);
    const watch = watched(socket);
    await watch.open;
    type(socket, "echo =$(pwd)=\r");
    await watch.until(`=${where}=`);
  }
  await assert.rejects(sandbox.terminals.create({ shell: "fish" }), { reason: "shell_not_installed" });
  await assert.rejects(sandbox.terminals.create({ cols: 0 }), { reason: "invalid_value" });
  await assert.rejects(sandbox.terminals.create({ columns: 80 }), { reason: "unknown_field" });
  const error = await sandbox.terminals.create({ cwd: 1 }).catch((error) => error);
  assert.equal(error.reason, "invalid_type");
  assert.ok(error.stack.split("\n")[1].includes(import.meta.filename), error.stack);
});

test("a terminal at its prompt keeps no process alive, nor does one that nobody listens to", async () => {
  const { code, stdout, ms } = await runScript(`
    import { createBackend, Sandbox } from SDK;
    const backend = createBackend();
    const sandbox = await Sandbox({ backend }).sandboxes.create({ image: "node:20" });
    const open = async () => {
      const socket = backend.connect((await sandbox.terminals.create()).wsUrl);
      await new Promise((resolve) => (socket.onopen = resolve));
      return socket;
    };
    const unheard = await open();
    unheard.send(JSON.stringify({ type: "input", data: "sleep 1000\\r" }));
    const heard = await open();
    await new Promise((resolve) => {
      heard.onmessage = ({ data }) => data.includes("r1eady") && resolve();
      heard.send(JSON.stringify({ type: "input", data: "echo r$((1))eady\\r" }));
    });
    console.log("last line");
  `);
  assert.deepEqual([code, stdout], [0, "last line\n"]);
  assert.ok(ms < 5_000, `took ${ms} ms`);
});

test("a script waits for what runs in a terminal that it listens to", async () => {
  const { code, stdout, ms } = await runScript(`
    import { createBackend, Sandbox } from SDK;
    const backend = createBackend();
    const sandbox = await Sandbox({ backend }).sandboxes.create({ image: "node:20" });
    const socket = backend.connect((await sandbox.terminals.create()).wsUrl);
    socket.onopen = () => socket.send(JSON.stringify({ type: "input", data: "sleep 1; exit 3\\r" }));
    socket.onclose = ({ code }) => console.log("closed", code);
    socket.onmessage = ({ data }) => data.includes('"exit"') && console.log(data);
  `);
  assert.deepEqual([code, stdout], [0, '{"type":"exit","code":3}\nclosed 1000\n']);
  assert.ok(ms >= 1_000, `took ${ms} ms`);
});
