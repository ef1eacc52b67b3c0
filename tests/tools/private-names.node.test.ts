// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { privateNames } from "../../tools/private-names.ts";

const namesIn = (...sources: string[]) => [...privateNames(sources)].sort().join();

test("names of members that are private everywhere are found, in all their forms", () => {
  const source = `class One {
    private count = 0;
    private late?: number;
    private static all = 1;
    private get size(): number { return this.count; }
    private async read(): Promise<void> { this.late = this.size; }
    #own = 1;
    start(): void { void this.read(); }
  }`;
  assert.equal(namesIn(source), "all,count,late,read,size");
});

test("a name that means anything else in some source is not private", () => {
  const one = "class One { private name = 1; private other(): number { return this.name; } }";
  assert.equal(namesIn(one), "name,other");
  for (const more of [
    "class Two { name = 1; }",
    "class Two { get name() { return 1; } }",
    "interface Two { readonly name: number }",
    "type Two = { name(): void };",
    "const two = { name: 1 };",
    "const name = 1; const two = { name };",
    "const { name } = two();",
    "two().name = 1;",
    "two()?.name();",
    'const key = "name";',
    "class Two { private name = 1; same(two: Two): boolean { return two.name === this.name; } }",
  ]) {
    assert.equal(namesIn(one, more), "other", more);
  }
});

test("a member that only a constructor's parameter declares is refused, as its uses are not seen", () => {
  assert.throws(
    () => namesIn("class One { constructor(private readonly size: number) {} }"),
    /declare the member/,
  );
});
