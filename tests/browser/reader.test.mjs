/** The reader's code: what runs as pasted, where mistakes are shown, and that nothing it does holds the page up. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openPlayground, setUp } from "./lib/playground.mjs";

let ground;
let playground;
before(async () => {
  ground = await setUp();
  playground = await openPlayground(await ground.profile(), ground.site, "quick-start");
});
after(async () => {
  assert.deepEqual(playground?.problems, []);
  await ground?.close();
});

/** Runs pasted code; returns the verdict and the entries as { place, text, classes }. */
async function runCode(code) {
  await playground.paste(code);
  const verdict = await playground.runToEnd();
  const entries = await playground.page.locator(".entry").evaluateAll((all) =>
    all.map((entry) => ({
      place: entry.querySelector(".line-chip")?.textContent ?? "",
      text: (entry.querySelector(".entry-body") ?? entry).innerText,
      classes: entry.className,
    })),
  );
  return { verdict, entries: entries.filter(({ classes }) => !classes.includes("is-note")) };
}

describe("mistakes are shown at the reader's own line and column", () => {
  const cases = {
    "an error below types": [
      'type Size = { gb: number };\ninterface Named { name: string }\nconst size: Size & Named = { gb: 1, name: "x" };\n  size.missing.field;\n',
      "4:16",
      /TypeError: .*'field'/,
    ],
    "a syntax error": ["const a = 1;\nconst b: number = ;\n", "2:19", /SyntaxError: Unexpected token ';'/],
    "a call that failed": [
      'const options = { image: "node:20", volumes: { "/w": "Bad-Name" } } as const;\n\nawait client.sandboxes.create(options);\n',
      "3:24",
      /Volume name must be lowercase[\s\S]*Not caught/,
    ],
    "an import that is not here": [
      'import { readFile } from "node:fs/promises";\n',
      "1:26",
      /Only "@simplesandbox\/sdk".*"node:fs\/promises" is not here/,
    ],
    "a name that the SDK does not have": [
      'import { Sandbx } from "@simplesandbox/sdk";\nSandbx();\n',
      "1:10",
      /no export named "Sandbx"/,
    ],
    "an enum": ["const a = 1;\nenum Colour { Red }\n", "2:1", /enum needs TypeScript's compiler/],
    "an error in a function that nothing awaits": [
      "async function main() {\n  await null;\n  throw new Error('late');\n}\nmain();\n",
      "3:9",
      /Error: late/,
    ],
    "an error thrown by a parameter property's class": [
      "class Box { constructor(private readonly size: number) { throw new Error(`size ${this.size}`); } }\nnew Box(3);\n",
      "1:64",
      /Error: size 3/,
    ],
  };
  for (const [name, [code, place, text]] of Object.entries(cases)) {
    test(name, async () => {
      const { verdict, entries } = await runCode(code);
      assert.match(verdict, /^Ended by an error/);
      const shown = entries.at(-1);
      assert.equal(shown.place, place);
      assert.match(shown.text, text);
      assert.match(shown.classes, /is-failure/);
    });
  }

  test("a forgotten await", async () => {
    const { verdict, entries } = await runCode(
      'const sandbox = await client.sandboxes.create({ image: "node:20" });\n  sandbox.exec("echo hi");\nawait sandbox.exec("true");\nawait sandbox.kill();\n',
    );
    assert.equal(verdict, "Ran to its end: 1 call not awaited");
    const forgotten = entries.filter(({ text }) => text.includes("Nothing waited for this call"));
    assert.deepEqual(
      forgotten.map(({ place }) => place),
      ["2:11"],
    );
  });

  test("awaiting later, together or through another function is not forgotten", async () => {
    const { verdict } = await runCode(
      'const sandbox = await client.sandboxes.create({ image: "node:20" });\nconst later = sandbox.exec("true");\nconst run = async (c: string) => sandbox.exec(c);\nawait Promise.all([run("true"), sandbox.exec("true")]);\nawait later;\nawait sandbox.kill();\n',
    );
    assert.equal(verdict, "Finished");
  });
});

describe("code runs as pasted from documentation", () => {
  test("client is there where the code does not declare it", async () => {
    const { verdict } = await runCode("console.log(await client.sandboxes.list());\n");
    assert.match(verdict, /^Finished/);
  });

  test("both names of the SDK resolve, under any form of import", async () => {
    const { verdict, entries } = await runCode(
      'import { Sandbox as Cloud, type SandboxOptions } from "@simplesandbox/sdk";\nimport * as mock from "simplesandbox-mock";\nconst { SandboxApiError } = await import("simplesandbox-mock");\nconst options: SandboxOptions = { apiKey: process.env.SANDBOX_API_KEY! };\nconst client = Cloud(options);\ntry {\n  await client.sandboxes.get("00000000000000");\n} catch (error: unknown) {\n  console.log(error instanceof SandboxApiError, error instanceof mock.SandboxApiError, (error as { status: number }).status);\n}\n',
    );
    assert.equal(verdict, "Finished: 1 error caught");
    assert.ok(
      entries.some(({ text, place }) => place === "9:11" && text === "true true 404"),
      JSON.stringify(entries),
    );
  });

  test("console.log prints as Node does, in order with the calls", async () => {
    const { entries } = await runCode(
      'console.log("one", { a: [1, 2], b: new Map([["k", "v"]]) });\nawait client.volumes.list();\nconsole.log("%s is %d", "x", 4);\nconsole.error(new Set(["y"]));\n',
    );
    assert.deepEqual(
      entries.map(({ place, text }) => [place, text.split("\n")[0]]),
      [
        ["1:9", "one { a: [ 1, 2 ], b: Map(1) { 'k' => 'v' } }"],
        ["2:22", "client.volumes.list()"],
        ["3:9", "x is 4"],
        ["4:9", "Set(1) { 'y' }"],
      ],
    );
  });

  test("a client prints as in Node, where the reader's cloud is the default one", async () => {
    const { verdict, entries } = await runCode(
      'import { Sandbox } from "@simplesandbox/sdk";\nconsole.log(Sandbox({ apiKey: "key" }), client);\n',
    );
    assert.equal(verdict, "Finished");
    assert.equal(entries.at(-1).text, "SandboxClient (the default cloud) SandboxClient (the default cloud)");
    assert.ok(
      entries.slice(0, -1).every(({ text }) => !text.includes("of its own")),
      JSON.stringify(entries),
    );
  });

  test("a long argument is cut, and no count of the rest is made up", async () => {
    const { entries } = await runCode('await client.volumes.get("x".repeat(3_000_000)).catch(() => {});\n');
    const [call] = entries;
    assert.match(call.text, /^client\.volumes\.get\('x{299}… \(cut\)/);
    assert.doesNotMatch(call.text.slice(0, 400), /more characters/);
  });

  test("a command that fails is red although nothing was thrown", async () => {
    const { verdict, entries } = await runCode(
      'const sandbox = await client.sandboxes.create({ image: "node:20" });\nawait sandbox.exec("echo out; echo err >&2; exit 3");\nawait sandbox.kill();\n',
    );
    assert.equal(verdict, "Ran to its end: 1 command failed");
    const exec = entries.find(({ place }) => place === "2:15");
    assert.match(exec.text, /out[\s\S]*err[\s\S]*exit 3/);
    assert.match(exec.classes, /is-failure/);
  });

  test("every failed command of a run counts", async () => {
    const { verdict } = await runCode(
      'await using sandbox = await client.sandboxes.create({ image: "node:20" });\nawait sandbox.exec("false");\nawait Promise.all(["exit 3", "nonesuch", "true"].map((c) => sandbox.exec(c)));\nawait sandbox.exec("exit 4", { onStdout: () => {} });\n',
    );
    assert.equal(verdict, "Ran to its end: 4 commands failed");
  });

  test("a failed command counts also where its call is one too many to be shown", async () => {
    const { verdict } = await runCode(
      'await using sandbox = await client.sandboxes.create({ image: "node:20" });\nfor (let i = 0; i < 2000; i++) console.log(i);\nawait sandbox.exec("false");\n',
    );
    assert.equal(verdict, "Ran to its end: 1 command failed");
  });

  test("what is started in the background is shown as neither good nor bad", async () => {
    const { verdict, entries } = await runCode(
      [
        'await using sandbox = await client.sandboxes.create({ image: "postgres:16" });',
        'await sandbox.exec("docker-entrypoint.sh postgres", { background: true });',
        'await sandbox.exec("docker-entrypoint.sh postgres >/tmp/log 2>&1 &");',
        `await sandbox.exec("echo 'a & b' && echo 2>&1 # & no more");`,
        "",
      ].join("\n"),
    );
    assert.equal(verdict, "Finished: 2 commands with unknown end");
    assert.match(await playground.verdict.getAttribute("class"), /is-open/);
    const shown = entries.filter(({ text }) => text.startsWith("sandbox.exec"));
    assert.deepEqual(
      shown.map(({ text, classes }) => [
        classes,
        /^exit 0/m.test(text),
        /how it ends is not known/.test(text),
      ]),
      [
        ["entry is-open", false, true],
        ["entry is-open", false, true],
        ["entry is-call", true, false],
      ],
    );
    assert.equal(await playground.page.locator(".cm-mark.is-open").count(), 2);
  });

  test("a terminal's colours are colours, and its other codes are gone", async () => {
    const { entries } = await runCode(
      [
        'await using sandbox = await client.sandboxes.create({ image: "node:20" });',
        String.raw`await sandbox.exec("printf '\\033]0;title\\007\\033[1;31mred\\033[22;39m plain\\033[K\\n'");`,
        String.raw`console.log("\x1b[32mgreen\x1b[39m as chalk writes it");`,
        "",
      ].join("\n"),
    );
    const texts = entries.map(({ text }) => text).join("\n");
    assert.match(texts, /red plain/);
    assert.match(texts, /^green as chalk writes it$/m);
    const printed = (await playground.log.locator("pre").allTextContents()).join("\n");
    assert.doesNotMatch(printed, /\x1b|\[39m|title/);
    const looks = await playground.log
      .locator("pre span")
      .evaluateAll((all) => all.map((one) => [one.textContent, one.className]));
    assert.deepEqual(looks, [
      ["red", "ansi-1 ansi-is-1"],
      ["green", "ansi-2"],
    ]);
    const results = await playground.page.locator(".cm-result").allInnerTexts();
    assert.ok(results.includes("red plain"), JSON.stringify(results));
  });

  test("a call that has nothing to give says the same in the output and at its line", async () => {
    const { entries } = await runCode(
      'const sandbox = await client.sandboxes.create({ image: "node:20" });\nawait sandbox.kill();\n',
    );
    assert.match(entries.at(-1).text, /^sandbox\.kill\(\)[\s\S]*\ndone$/);
    assert.equal((await playground.page.locator(".cm-result").allInnerTexts()).at(-1), "done");
  });

  test("an error that the code caught is marked so", async () => {
    const { entries } = await runCode(
      'try {\n  await client.sandboxes.get("x");\n} catch {}\nconsole.log("on");\n',
    );
    assert.match(entries[0].text, /Caught by the code · reason sandbox_not_found/);
    assert.match(entries[0].classes, /is-caught/);
  });

  const caughtBeforeTheEnd = {
    "another error": ["throw new Error('another');", "Ended by an error: 1 error caught"],
    "an error that stands for it": [
      "throw new Error('another', { cause: error });",
      "Ended by an error: 1 error caught",
    ],
    "the error of another call": ['await client.sandboxes.get("y");', "Ended by an error: 1 error caught"],
    "process.exit()": ["process.exit(1);", "Ended by an error: 1 error caught"],
    "self.close()": ["self.close();", "The code ended its own worker: 1 error caught"],
  };
  for (const [name, [end, sentence]] of Object.entries(caughtBeforeTheEnd)) {
    test(`an error that the code caught is marked so also where ${name} ends the run`, async () => {
      const { verdict, entries } = await runCode(
        `try {\n  await client.sandboxes.get("x");\n} catch (error) {\n  ${end}\n}\n`,
      );
      assert.equal(verdict, sentence);
      assert.match(entries[0].text, /Caught by the code · reason sandbox_not_found/);
    });
  }

  test("what nothing caught is not marked as caught because another error came first", async () => {
    const { verdict, entries } = await runCode(
      [
        "const lost = async (id: string) => void (await client.sandboxes.get(id));",
        'client.sandboxes.get("caught").catch(() => {});',
        'lost("first"), lost("second");',
        "await client.sandboxes.list();",
        "",
      ].join("\n"),
    );
    assert.equal(verdict, "Ended by an error: 1 error caught");
    const remarks = entries.map(({ text }) => [
      /^client\.sandboxes\.get\('(\w+)'\)/.exec(text)?.[1],
      /Caught by the code|Not caught|Thrown/.exec(text)?.[0],
    ]);
    const [caught, first] = remarks;
    assert.deepEqual(caught, ["caught", "Caught by the code"]);
    assert.deepEqual(first, ["first", "Not caught"]);
    assert.notEqual(remarks[2]?.[1], "Caught by the code");
  });

  test("several errors of one moment that nothing caught are all told", async () => {
    const { entries } = await runCode(
      [
        "const lost = async (port: number) => { await null; return sandbox.expose(port); };",
        'const sandbox = await client.sandboxes.create({ image: "node:20" });',
        "await sandbox.kill();",
        "void lost(-1);",
        "void lost(-2);",
        "await new Promise(() => setInterval(() => {}, 1000));",
        "",
      ].join("\n"),
    );
    const failed = entries.filter(({ text }) => text.startsWith("sandbox.expose"));
    assert.deepEqual(
      failed.map(({ text }) => /Caught by the code|Not caught|Thrown/.exec(text)?.[0]),
      ["Not caught", "Not caught"],
    );
    assert.equal(entries.at(-1), failed.at(-1), "and each once, at its call");
  });

  test("output streams and a given-up exec reach the code", async () => {
    const { verdict, entries } = await runCode(
      'const sandbox = await client.sandboxes.create({ image: "node:20" });\nconst heard: string[] = [];\nawait sandbox.exec("echo a; sleep 0.1; echo b", { onStdout: (text) => heard.push(text) });\nconsole.log(heard.join(""));\nconst stop = new AbortController();\nsetTimeout(() => stop.abort(new Error("enough")), 50);\ntry {\n  await sandbox.exec("sleep 30", { signal: stop.signal });\n} catch (error) {\n  console.log((error as Error).message);\n}\nawait sandbox.kill();\n',
    );
    assert.equal(verdict, "Finished: 1 error caught");
    assert.ok(entries.some(({ text }) => text.trim() === "a\nb"));
    assert.ok(entries.some(({ text }) => text === "enough"));
  });

  test("await using ends its sandbox", async () => {
    const { entries } = await runCode(
      'await using sandbox = await client.sandboxes.create({ image: "node:20" });\nconsole.log(sandbox.id.length);\n',
    );
    assert.ok(
      entries.some(({ text }) => text.startsWith("sandbox[Symbol.asyncDispose]()")),
      JSON.stringify(entries),
    );
  });
});

describe("nothing holds the page up", () => {
  test("while (true) {} is ended by Stop, and the page answers meanwhile", async () => {
    await playground.paste("console.log('before');\nwhile (true) {}\n");
    await playground.run.click();
    await playground.log.getByText("before", { exact: true }).waitFor();
    const began = Date.now();
    await playground.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    assert.ok(Date.now() - began < 500, "the page draws");
    await playground.stop.click();
    assert.equal(await playground.ended(2_000), "Stopped");
    assert.match(await playground.output(), /^before$/m);
    await playground.page.waitForFunction(() => document.querySelectorAll("iframe").length === 0);

    const { verdict } = await runCode("console.log('after');\n");
    assert.equal(verdict, "Finished");
  });

  test("Stop shows what a running command had written", async () => {
    await playground.paste(
      'const sandbox = await client.sandboxes.create({ image: "node:20" });\nawait sandbox.exec("echo so far; echo and this >&2; sleep 30");\n',
    );
    await playground.run.click();
    await playground.log.getByText("running", { exact: true }).waitFor();
    await playground.page.waitForTimeout(500);
    await playground.stop.click();
    assert.equal(await playground.ended(2_000), "Stopped");
    assert.match(
      await playground.output(),
      /stdout\s+so far\s+stderr\s+and this\s+Not finished when the run ended/,
    );
  });

  for (const [name, close] of Object.entries({
    "self.close()": "self.close();",
    "close() while a call is under way": "client.volumes.list(); close();",
  })) {
    test(`${name} ends the run, which says so`, async () => {
      const { verdict } = await runCode(`console.log("before");\n${close}\nawait new Promise(() => {});\n`);
      assert.match(verdict, /^The code ended its own worker/);
      assert.match(
        await playground.output(),
        /^before$[\s\S]*The code ended its own worker, and the run with it/m,
      );
      assert.equal((await runCode("console.log('after');\n")).verdict, "Finished");
    });
  }

  test("every line printed before an endless loop is shown, to the last one", async () => {
    await playground.paste('for (let i = 1; i <= 120; i++) console.log("line", i);\nfor (;;) {}\n');
    await playground.run.click();
    await playground.log.getByText("line 120", { exact: true }).waitFor({ timeout: 5_000 });
    await playground.stop.click();
    assert.equal(await playground.ended(2_000), "Stopped");
    const lines = (await playground.output()).match(/^line \d+$/gm);
    assert.deepEqual(
      lines,
      Array.from({ length: 120 }, (_, i) => `line ${i + 1}`),
    );
  });

  test("a run that is stopped in the middle leaves sandboxes that the next run ends", async () => {
    await playground.paste('await client.sandboxes.create({ image: "node:20" });\nwhile (true) {}\n');
    await playground.run.click();
    await playground.living().first().waitFor();
    await playground.stop.click();
    await playground.ended();
    await playground.paste("console.log('next');\n");
    await playground.runToEnd();
    assert.match(await playground.output(), /Ended sandbox [0-9a-f]{14}, which the last run/);
  });

  test("a flood of output is cut and counted", async () => {
    const { verdict } = await runCode("for (let i = 0; i < 10_000; i++) console.log(i);\n");
    assert.equal(verdict, "Finished");
    assert.match(await playground.output(), /8000 more calls and lines are not shown/);
  });

  test("the code is kept from the page, its storage and the network", async () => {
    const { entries } = await runCode(
      'console.log(typeof document, typeof localStorage, self.origin);\nconsole.log(await new Promise((done) => { try { const r = indexedDB.open("x"); r.onsuccess = () => done("open"); r.onerror = () => done("refused"); } catch (e) { done("refused"); } }));\ntry { await fetch("https://example.invalid/"); } catch (e) { console.log((e as Error).message); }\n',
    );
    assert.deepEqual(
      entries.map(({ text }) => text),
      [
        "undefined undefined null",
        "refused",
        "Code in the playground has no network: it reaches its own cloud, and nothing else.",
      ],
    );
  });
});

describe("the editor shows what a run gave", () => {
  test("results stand under their lines and go with the first edit", async () => {
    await playground.paste('console.log(\n  "shown",\n);\nawait client.sandboxes.get("x");\n');
    await playground.runToEnd();
    const results = playground.page.locator(".cm-result");
    assert.deepEqual(await results.allInnerTexts(), ["shown", 'SandboxApiError: Sandbox "x" not found']);
    assert.equal(await playground.page.locator(".cm-mark.is-failure").count(), 1);
    await playground.page.locator(".cm-line").first().click();
    await playground.page.keyboard.type(" ");
    assert.equal(await results.count(), 0);
  });

  test("a click on a line in the output shows it in the code", async () => {
    await runCode("const a = 1;\n\n\nconsole.log(a);\n");
    await playground.page.getByRole("button", { name: "Line 4, column 9: show it in the code" }).click();
    await playground.page.keyboard.type("X");
    assert.equal((await playground.text()).split("\n")[3], "console.Xlog(a);");
  });
});
