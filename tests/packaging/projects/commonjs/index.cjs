const { Sandbox, SandboxApiError } = require("simplesandbox-mock");
const { Sandbox: Connect } = require("simplesandbox-mock/client");

async function main() {
  const client = Sandbox();
  const sandbox = await client.sandboxes.create({ image: "node:20", volumes: { "/out": "from_cjs" } });
  await sandbox.files.write("/out/greeting", "hello from CommonJS\n");
  process.stdout.write((await sandbox.exec("cat /out/greeting")).stdout);

  const esm = await import("simplesandbox-mock");
  const same = await esm.Sandbox().sandboxes.get(sandbox.id);
  console.log(same.id === sandbox.id, esm.SandboxApiError === SandboxApiError);
  console.log(typeof Connect);
}

main();
