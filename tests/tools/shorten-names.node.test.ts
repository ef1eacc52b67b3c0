// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { runInNewContext } from "node:vm";
import { transform } from "esbuild";
import { shortenNames } from "../../tools/shorten-names.ts";

/** What a module makes of `result`, after it was shortened; beside the shortened source. */
async function shortened(source: string, options = {}) {
  const { code } = await transform(source, { minifyIdentifiers: true, format: "esm" });
  // A bundle has `var` for what is constant in its modules.
  const bundled = code.replaceAll(/^(const|let|class (\w+)) /gm, (whole, word, name) =>
    word.startsWith("class") ? `var ${name} = class ` : whole.replace(word, "var"),
  );
  const text = shortenNames(bundled, options);
  const result: Record<string, unknown> = {};
  runInNewContext(`"use strict";${text}`, { result, Error });
  return { text, result };
}

test("calls variables like properties, so that XS keeps no name for them alone", async () => {
  const { text, result } = await shortened(`
    function twice(amount) { const half = amount; return half + half; }
    const board = { humidity: 20, pressure: twice(4), twice };
    const { humidity, pressure: other = 3, absent = 5 } = board;
    result.text = [humidity, other, absent, board.twice(1)].join();
  `);
  assert.equal(result.text, "20,8,5,2");
  const names = new Set(text.match(/[a-z]\w*/gi));
  for (const word of [
    "const",
    "result",
    "humidity",
    "pressure",
    "twice",
    "absent",
    "text",
    "join",
  ]) {
    assert.ok(names.delete(word), word);
  }
  // Only where there are more variables than properties are there words for them.
  for (const name of names) assert.ok(name === "return" || name.length === 1, name);
  assert.ok(names.size < 4, [...names].join());
});

test("a name that belongs to the language or to nobody in the program stays what it is", async () => {
  const { result } = await shortened(`
    const object = { Error: 1, result: 2, undefined: 3, name: 4 };
    function fail(value) { return new Error("no " + value).message; }
    result.text = fail(object.Error + object.result + object.undefined + object.name);
  `);
  assert.equal(result.text, "no 10");
});

test("private members become properties that no other class of the same object has", async () => {
  const { text, result } = await shortened(`
    class Base { #value = 1; #late; get base() { return this.#value; } set(late) { this.#late = late; return this.#late; } }
    class Middle extends Base { _a = 7; }
    class Derived extends Middle { #value = 2; static #count = 0; get own() { return Derived.#count++ + this.#value; } }
    const one = new Derived();
    result.text = [one.base, one.own, one.own, one._a, one.set(5), Object.keys(new Base()).length].join();
  `);
  assert.equal(result.text, "1,2,3,7,5,1");
  assert.ok(!text.includes("#"));
});

test("members that TypeScript keeps private share their names with those of other classes", async () => {
  const { text, result } = await shortened(
    `
    class Base { #mark = 1; mark = 2; late; take() { return this.mark + this.#mark + this.step(); } step() { return 10; } }
    class Derived extends Base { #step = 100; more() { return this.take() + this.hop() + this.#step; } hop() { return 1000; } }
    class Other { step() { return 5; } get mark() { return 3; } all() { return this.step() + this.mark + this.free.step; } free = { step: 7 }; }
    result.text = [new Derived().more(), new Other().all(), Object.keys(new Base()).length].join();
  `,
    { privateNames: new Set(["mark", "step", "late", "hop"]) },
  );
  assert.equal(result.text, "1113,15,2");
  assert.doesNotMatch(text, /mark|late|hop/);
  // No field has the name of a method, so constructors give all fields their values.
  assert.equal(text.match(/constructor\(/g)?.length, 2);
});

test("private members stay private where somebody may look at objects", async () => {
  const { text, result } = await shortened(
    "class One { #secret = 1; get all() { return Object.keys(this).length + this.#secret; } }\nresult.text = new One().all;",
    { keepsPrivate: true, privateNames: new Set(["all"]) },
  );
  assert.equal(result.text, 1);
  assert.ok(text.includes("#") && text.includes("all"));
});

test("refuses a class of which nobody can tell what it extends", () => {
  const source = "var f = (Base) => class extends Base { #x = 1; x() { return this.#x; } };";
  assert.throws(() => shortenNames(source), /nobody can tell what class .* extends/);
});

test("functions that are only called need no prototype, and can be called before they stand", async () => {
  const { text, result } = await shortened(`
    const early = sum(1, 2);
    function sum(one, two = 1, ...others) { return others.reduce((all, next) => all + next, one + two); }
    function Old() { this.size = 3; }
    function bound() { return this.size; }
    function counted() { return arguments.length; }
    function* listed() { yield 1; }
    async function later() { return 1; }
    later();
    const held = bound.bind({ size: 4 });
    result.text = [early, sum(1), sum(1, 2, 3, 4), new Old().size, held(), counted(1, 2), [...listed()].length].join();
  `);
  assert.equal(result.text, "3,2,10,3,4,2,1");
  assert.equal(text.match(/=> /g)?.length, 2);
  assert.equal(text.match(/function/g)?.length, 5);
});

test("numbers stand where their names were, but for those that change or are more than a number", async () => {
  const { text, result } = await shortened(`
    const most = 31; const least = -3; let count = 5; const width = 4;
    count += 1;
    const low = () => 2 - least;
    result.text = [most, { most }.most, low(), count, width.toFixed(1)].join();
  `);
  assert.equal(result.text, "31,31,5,6,4.0");
  assert.equal(text.match(/31/g)?.length, 2);
  assert.doesNotMatch(text, /= -?3[;,]/);
});

test("constructors give fields their values, in their order, unless a method has such a name", async () => {
  const { text, result } = await shortened(`
    const log = [];
    const say = (value) => { log.push(value); return value; };
    class Bare { one = say(1); two; static all = say(0); #three = say(this.one + 2); get three() { return this.#three; } }
    class Made extends Bare {
      #list = [say(4)];
      constructor(more) { super(); say(more); }
      get list() { return this.#list; }
      read = () => this.#list[0];
    }
    class Late extends Bare { #late = say(6); get late() { return this.#late; } }
    class Base { get kind() { return "accessor"; } }
    class Own extends Base { kind = "field"; constructor() { super(); } }
    const made = new Made(5);
    result.text = [log, made.read(), made.three, new Late().late, new Own().kind, Object.keys(new Bare()), log].join(" ");
  `);
  assert.equal(result.text, "0,1,3,4,5,1,3,6,1,3 4 3 6 field one,two,_c 0,1,3,4,5,1,3,6,1,3");
  assert.equal(text.match(/constructor\(/g)?.length, 3);
});

test("constants of the program are constant, and what is assigned later is not", async () => {
  const { text, result } = await shortened(`
    const table = [1, 2]; let last; let next = [0];
    const take = (value) => { last = value; [next] = [value]; for (next of table) last += next; return last; };
    result.text = take(3);
  `);
  assert.equal(result.text, 6);
  assert.equal(text.match(/^var /gm)?.length, 2);
});
