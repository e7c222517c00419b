import {
  Sandbox,
  createBackend,
  SandboxApiError,
  type ExecResult,
  type SandboxInstance,
} from "simplesandbox-mock";
import { Sandbox as Connect } from "simplesandbox-mock/client";

const backend = createBackend({ seed: 1, clock: 0, plan: "free", limits: { concurrentSandboxes: 2 } });
const client = Sandbox({ backend, apiKey: process.env["KEY"] });

export async function main(): Promise<string> {
  await using sandbox: SandboxInstance = await client.sandboxes.create({
    image: "node:20",
    env: { A: "1" },
    volumes: { "/w": { name: "typed", sizeGb: 3 } },
  });
  sandbox.cwd("/w");
  const result: ExecResult = await sandbox.exec(["ls", "-l"], { background: false, timeoutMs: 10 });
  const text: string = await sandbox.files.read("a");
  const bytes: ArrayBuffer = await sandbox.files.read("a", { encoding: "binary" });
  const { terminal, wsUrl } = await sandbox.terminals.create({ shell: "bash", cols: 120 });
  const socket: WebSocket = backend.connect(wsUrl);
  socket.addEventListener("message", ({ data }) => console.log(terminal.id, data));
  // @ts-expect-error: no such shell
  await sandbox.terminals.create({ shell: "ksh" });
  const response: Response = await backend.fetch(new Request("http://localhost/api/v1/sandboxes"));
  // @ts-expect-error: the image is required
  await client.sandboxes.create({ region: "iad" });
  // @ts-expect-error: no such option
  await sandbox.exec("x", { timeout: 10 });
  try {
    await Connect({ baseUrl: "http://localhost:1/api/v1" }).sandboxes.get("x");
  } catch (error) {
    if (error instanceof SandboxApiError) {
      const {
        status,
        reason,
        details,
      }: { status: number; reason: string; details: Record<string, unknown> } = error;
      return `${status} ${reason} ${Object.keys(details)}`;
    }
  }
  return `${result.stdout} ${text} ${bytes.byteLength} ${response.status}`;
}
