/** Types are erased without moving a character, and values print as Node prints them. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { format as nodeFormat } from "node:util";
import { playgroundModule } from "./lib/bundle.mjs";

const { prepare } = await playgroundModule("code/prepare.ts");
const { columnInSource } = await playgroundModule("code/draft.ts");
const { format } = await playgroundModule("inspect/format.ts");

const AsyncFunction = (async () => {}).constructor;

describe("types are erased in place", () => {
  /** Each piece of code, and what must be left of it: a space for a blank, however many. */
  const erased = {
    "const a: number = 1;": "const a = 1;",
    "let a!: string;": "let a ;",
    "const { a, b }: { a: string; b: number } = x;": "const { a, b } = x;",
    "function f<T>(this: X, a?: T, ...rest: T[]): asserts a is T {}": "function f ( a , ...rest ) {}",
    "const f = async <T,>(a: T): Promise<T> => a;": "const f = async (a ) => a;",
    "const f = (a): {\n  b: number;\n} => ({ b: a });": "const f = (a \n \n) => ({ b: a });",
    "type A = string;\ninterface B { c: A }\nf();": "; \n; \nf();",
    "declare const a: string;\nf();": "; \nf();",
    "export type A = 1;\nexport const b = 2;": "; \nexport const b = 2;",
    "const a = b as unknown as C;": "const a = b ;",
    "const a = { b: 1 } satisfies C;": "const a = { b: 1 } ;",
    "const a = b as C\n(d)": "const a = b ; \n(d)",
    "const a = <C>b;": "const a = b;",
    "a!.b!.c();": "a .b .c();",
    "new Map<string, Set<number>>();": "new Map ();",
    "try {} catch (error: unknown) {}": "try {} catch (error ) {}",
    "abstract class A<T> extends B<T> implements C, D {\n  private readonly a: number = 1;\n  abstract b(): void;\n  declare c: string;\n  [key: string]: unknown;\n  d?: number;\n}":
      " class A extends B {\n a = 1;\n ; \n ; \n ; \n d ;\n}",
    "function a(b: string): void;\nfunction a(b: unknown) {}": "; \nfunction a(b ) {}",
    "let a: typeof import('x');": "let a ;",
    "import type { A } from 'anywhere';": "; ",
    "if (a < b && c > d) {}": "if (a < b && c > d) {}",
  };
  for (const [source, left] of Object.entries(erased)) {
    test(source.split("\n")[0], () => {
      const [, ...lines] = prepare(source).text.split("\n");
      const text = lines.join("\n");
      assert.equal(text.length, source.length, "nothing moves");
      assert.equal(text.replace(/ +/g, " "), left);
      for (let at = 0; at < text.length; at++) {
        assert.ok([source[at], " ", ";", "(", ")"].includes(text[at]), `${at}: ${text[at]}`);
      }
      new AsyncFunction(text.replaceAll("export ", ""));
    });
  }

  test("a parameter property becomes an assignment, and columns after it are translated back", () => {
    const source =
      "class A extends B { constructor(private readonly a: number, public b = 2) { super(); f(a); } }";
    const { text, insertions } = prepare(source);
    const line = text.split("\n")[1];
    assert.match(line, /super\(\); this\.a = a; this\.b = b; f\(a\);/);
    assert.equal(columnInSource(insertions, 1, line.indexOf("f(a)") + 1), source.indexOf("f(a)") + 1);
    assert.equal(columnInSource(insertions, 1, 5), 5);
    assert.equal(columnInSource(insertions, 2, 99), 99);
  });

  test("what cannot be erased is refused with its place", () => {
    for (const [source, line, column] of [
      ["const a = 1;\n  enum A { B }", 2, 3],
      ["namespace A { export const b = 1; }", 1, 1],
      ["import fs from 'node:fs';", 1, 16],
      ["export * from './other';", 1, 15],
      ["await import('left-pad');", 1, 14],
    ]) {
      const refused = prepare(source);
      assert.deepEqual([refused.line, refused.column], [line, column], source);
      assert.match(refused.message, /^[A-Z"].*\.$/);
    }
  });

  test("imports are bound before the first line", () => {
    const { text, imports } = prepare(
      'import { Sandbox as S, type SandboxOptions, SandboxData } from "@simplesandbox/sdk";\nlet a: SandboxData = S();',
    );
    assert.equal(text.split("\n")[0], 'const S = __sdk["Sandbox"];');
    assert.deepEqual(
      imports.map(({ imported }) => imported),
      ["Sandbox"],
      "names used only as types are no values",
    );
  });

  test("the first mistake has its place", () => {
    assert.deepEqual(prepare("const a = 1;\nconst = 2;").firstMistake, { line: 2, column: 7 });
    assert.equal(prepare("const a: number = 1;").firstMistake, undefined);
  });
});

describe("values print as Node prints them", () => {
  class Plain {
    a = 1;
  }
  const circle = { name: "x", list: [1] };
  circle.self = circle;
  circle.list.push(circle);
  const bare = Object.create(null);
  bare.x = 1;
  const error = new TypeError("boom");
  error.stack = "TypeError: boom\n    at f (a.js:1:2)";
  error.code = 3;
  const caused = new Error("outer", { cause: error });
  caused.stack = "Error: outer\n    at g (b.js:1:1)";
  const values = [
    [1, -0, 10n, NaN, "text", null, undefined, true, Symbol("s")],
    ["it's", { s: "it's", t: 'say "it\'s"', u: "tab\tnew\nline\u0001\\" }],
    [{ stdout: "hello\nworld\n", stderr: "", exitCode: 0, success: true }],
    [{ stdout: "a line that is long\nand another that is longer than the first one was\n", stderr: "" }],
    [
      {
        id: "e7847229c547d8",
        image: "node:20",
        region: "iad",
        createdAt: "2026-01-01T00:00:00.000Z",
        template: null,
      },
    ],
    [
      { a: { b: { c: { d: 1 } } } },
      [[[[1]]]],
      { f() {}, get g() {}, set s(v) {}, k: class A {}, [Symbol("k")]: 1 },
    ],
    [
      new Map([["a", { b: 1 }]]),
      new Set([1, "x"]),
      new Map(),
      new WeakMap(),
      new Date(0),
      new Date(NaN),
      /x/gi,
    ],
    [
      new Plain(),
      new (class extends Plain {})(),
      Plain,
      class extends Plain {},
      () => {},
      async function f() {},
    ],
    [circle, bare, [, 1, , , 2], Object.assign([1, 2], { x: 1 }), Object.assign(() => {}, { a: 1 })],
    [new Uint8Array([1, 2, 3]), new Uint8Array(0), new Uint8Array(200), new ArrayBuffer(3)],
    [error, caused, { error }],
    ["%s is %d and %i, %f %j %O %%", "x", 4.5, 4.5, "1.5", { a: 1 }, { b: 2 }, "more"],
    ["100%", 5],
    ["%s", { a: { b: 1 } }],
    [Array.from({ length: 150 }, (_, i) => i)],
    [Array.from({ length: 12 }, (_, i) => `file${i}.txt`)],
  ];
  for (const value of values) {
    test(
      nodeFormat(...value)
        .slice(0, 60)
        .replace(/\s+/g, " "),
      () => {
        assert.equal(format(value), nodeFormat(...value));
      },
    );
  }

  test("arrays of every width", () => {
    let seed = 7;
    const random = (below) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % below;
    const makers = [
      () => random(10 ** (1 + random(6))),
      () => "x".repeat(random(12)),
      () => (random(2) ? random(100) : "y".repeat(random(20))),
      () => ({ a: random(100), b: "z".repeat(random(30)) }),
    ];
    for (let round = 0; round < 400; round++) {
      const array = Array.from({ length: random(130) }, makers[round % makers.length]);
      const value = random(2) ? array : { deep: { array } };
      assert.equal(format([value]), nodeFormat(value));
    }
  });
});
