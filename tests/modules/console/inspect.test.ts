// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { inspect, inspectThrown } from "../../../modules/console/inspect.ts";

class Sensor {
  name = "bme";
  #hidden = 1;
  get hidden(): number {
    return this.#hidden;
  }
}

test("values are shown as one would write them", () => {
  const cases: [unknown, string][] = [
    [undefined, "undefined"],
    [null, "null"],
    [true, "true"],
    [1.5, "1.5"],
    [-0, "-0"],
    [Number.NaN, "NaN"],
    [12n, "12n"],
    [Symbol("s"), "Symbol(s)"],
    ['a"b\n', '"a\\"b\\n"'],
    [[1, "x", [undefined]], '[1, "x", [undefined]]'],
    [{ co2: 400, "bmp P": 1 }, '{co2: 400, "bmp P": 1}'],
    [{}, "{}"],
    [Object.create(null), "{}"],
    [new Sensor(), 'Sensor {name: "bme"}'],
    [Uint8Array.of(1, 2), "Uint8Array [1, 2]"],
    [new Map([[1, 2]]), "Map(1) {}"],
    [new Set([1, 2]), "Set(2) {}"],
    [new Date(0), "1970-01-01T00:00:00.000Z"],
    [new Date(Number.NaN), "no date"],
    [/a+/g, "/a+/g"],
    [new RangeError("too\nfar"), "[RangeError: too far]"],
    [Promise.resolve(1), "a promise; its result is not waited for"],
    [function go() {}, "function go"],
    [() => {}, "function"],
  ];
  for (const [value, text] of cases) assert.equal(inspect(value), text);
});

test("what goes round in circles, or deep, or on for long is cut", () => {
  const ring: Record<string, unknown> = { size: 1 };
  ring.self = ring;
  assert.equal(inspect(ring), "{size: 1, self: [circular]}");
  // The same object twice is no circle.
  const twin = { a: 1 };
  assert.equal(inspect([twin, twin]), "[{a: 1}, {a: 1}]");
  assert.equal(inspect([[[[[1]]]]]), "[[[[[…]]]]]");
  assert.equal(inspect({ a: { b: { c: { d: { e: 1 } } } } }), "{a: {b: {c: {d: {…}}}}}");
  assert.match(inspect(Array.from({ length: 100 }, () => 1)), /^\[(1, ){32}… 68 more\]$/);
  assert.match(inspect("x".repeat(5_000)), /^"x{200}…"$/);
  const wide = Array.from({ length: 10_000 }, () => ({ text: "y".repeat(100) }));
  for (const value of [wide, { wide }, [wide, wide, wide], Object.assign({}, wide)]) {
    assert.ok(inspect(value).length <= 801, `${inspect(value).length}`);
  }
});

test("nothing that a value does when it is looked at gets out", () => {
  const thrower = () => {
    throw new TypeError("mine");
  };
  const revoked = Proxy.revocable([], {});
  revoked.revoke();
  const trapped = new Proxy({}, { ownKeys: thrower });
  const classless = new Proxy({}, { getPrototypeOf: thrower });
  const getter = Object.defineProperty({ a: 1 }, "b", { get: thrower, enumerable: true });
  const strange = { toString: thrower, toJSON: thrower, valueOf: thrower };
  const nameless = Object.defineProperty(new Error("x"), "name", { get: thrower });
  assert.equal(inspect(getter), "{a: 1, b: [TypeError when it was looked at]}");
  assert.match(inspect(strange), /^\{toString: function thrower, /);
  for (const value of [revoked.proxy, trapped, classless, nameless, [[getter]], [revoked.proxy]]) {
    assert.match(inspect(value), /when it was looked at\]/);
  }
  // What comes behind it is shown, and its depth is not counted any more.
  assert.match(inspect([[trapped], { a: { b: { c: 1 } } }]), /c: 1\}\}\}\]$/);
});

test("what is thrown is one line without a stack, whatever it is", () => {
  const hidden = Object.defineProperty(new Error("x"), "message", {
    get() {
      throw new Error("y");
    },
  });
  const cases: [unknown, RegExp][] = [
    [new TypeError("a\nb"), /^TypeError: a b$/],
    [new Error("z".repeat(2_000)), /^Error: z{793}…$/],
    ["text", /^thrown: "text"$/],
    [undefined, /^thrown: undefined$/],
    [{ code: 1 }, /^thrown: \{code: 1\}$/],
    [Object.create(null), /^thrown: \{\}$/],
    [hidden, /^thrown: \[/],
  ];
  for (const [value, text] of cases) assert.match(inspectThrown(value), text);
});
