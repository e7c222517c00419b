import { Sandbox, defaultBackend, type EngineProgress } from "simplesandbox-mock";
import { Sandbox as Connect, type CloudEvent } from "simplesandbox-mock/client";

const show = ({ loaded, total }: EngineProgress) => console.log(loaded, total ?? "?");

export async function main(): Promise<CloudEvent[]> {
  const backend = defaultBackend({
    onProgress: show,
    workerUrl: "/worker.js",
    wasmUrl: new URL("http://localhost/x"),
  });
  await backend.ready;
  const seen: CloudEvent[] = [];
  for await (const event of backend.events({ signal: AbortSignal.timeout(10) })) {
    seen.push(event);
  }
  const entries = await (await Sandbox().sandboxes.get("x")).files.list("/");
  const names: string[] = entries.filter(({ type }) => type === "symlink").map(({ name }) => name);
  const through = Connect({ backend: { fetch: (url, init) => backend.fetch(url, init) } });
  // @ts-expect-error: an exec result has no such property
  (await (await through.sandboxes.create({ image: names[0] ?? "x" })).exec("x")).code;
  return seen;
}
