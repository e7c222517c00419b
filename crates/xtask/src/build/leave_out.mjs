// Cuts what is never reached out of a module: `module out list`. Commands of the shell engine that no image has, and the
// filesystems that it brings besides ours. Each function that begins such a thing is replaced by a trap; what only it
// called is then dead code, which wasm-opt removes.
import { readFileSync, writeFileSync } from "node:fs";
import binaryen from "binaryen";

const [module, out, list] = process.argv.slice(1);
const types = readFileSync(list, "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => line.split(" ")[1]);
const begins = new RegExp(
  `^<bashkit(?:\\[\\w+\\])?::builtins::(?:\\w+::)*(${types.join("|")}) as bashkit(?:\\[\\w+\\])?::builtins::Builtin>::(?:execute|execution_plan)\\b`,
);

// Ours is the only one that is ever mounted; one of these is made, to ask for the names of the commands, and not used.
const filesystem =
  /^<bashkit(?:\[\w+\])?::fs::(?:memory::InMemoryFs|overlay::OverlayFs|readonly::ReadOnlyFs|rootfs::RootFs) as bashkit(?:\[\w+\])?::fs::traits::FileSystem>::/;

const parsed = binaryen.readBinary(readFileSync(module));
const found = new Set();
for (let index = 0; index < parsed.getNumFunctions(); index++) {
  const reference = parsed.getFunctionByIndex(index);
  const { name } = binaryen.getFunctionInfo(reference);
  const type = filesystem.test(name) ? "a filesystem" : begins.exec(name)?.[1];
  if (type !== undefined) {
    found.add(type);
    binaryen.Function.setBody(reference, parsed.unreachable());
  }
}
const missing = types.filter((type) => !found.has(type));
if (missing.length > 0) {
  console.error(
    `The module has no command ${missing.join(", ")}: names have changed, or it was stripped of them.`,
  );
  process.exit(1);
}
writeFileSync(out, parsed.emitBinary());
if (!found.delete("a filesystem")) {
  console.error("The module has none of the engine's filesystems: names have changed.");
  process.exit(1);
}
console.log(`${found.size} commands of the shell engine left out, and its filesystems`);
