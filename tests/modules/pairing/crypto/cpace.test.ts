// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  CPace,
  type CPaceOptions,
  generatorString,
} from "../../../../modules/pairing/crypto/cpace.ts";
import { Elligator2 } from "../../../../modules/pairing/crypto/elligator.ts";
import { bytesOf, digitsOf } from "../../../support/hex.ts";
import { testCrypto } from "../../../support/test-crypto.ts";

// draft-irtf-cfrg-cpace-21, appendix B.1: CPACE-X25519-SHA512.
const code = new TextEncoder().encode("Password");
const channel = bytesOf("0b415f696e69746961746f720b425f726573706f6e646572");
const session = bytesOf("7e4b4791d6a8ef019b936c79fb7f2c57");
const ya = "21b4f4bd9e64ed355c3eb676a28ebedaf6d8f17bdc365995b319097153044080";
const yb = "848b0779ff415f0af4ea14df9dd1d3c29ac41d836c7808896c4eba19c51ac40a";
const shareA = "1d13c89278cdadd826f6d8d7f887701430f8380ddc17611cdd6dc989ce0c9f32";
const shareB = "248cccf6d5cdc3646f0ad593f9e6cef4e69d4945f8372e623512ecea32185623";
const key =
  "6e19b875f7a561d6b3ca3dbb9ef42ac55de3e717881018204b8922b4d5e53bb2" +
  "aa82c300bea7b65d2b671da71922ddf6472301b79bc270adfa8bf413285f2263";
const text = (value: string) => new TextEncoder().encode(value);

const crypto = testCrypto();

function end(isInitiator: boolean, more: Partial<CPaceOptions> = {}): CPace {
  return new CPace({
    crypto,
    code,
    channel,
    session,
    data: text(isInitiator ? "ADa" : "ADb"),
    isInitiator,
    scalar: bytesOf(isInitiator ? ya : yb),
    ...more,
  });
}

function pointOf(bytes: Uint8Array): Uint8Array {
  const map = new Elligator2(bytes);
  for (let step = 0; step < 20; step++) {
    const point = map.step();
    if (point) return point;
  }
  throw new Error("the map does not end");
}

test("the generator is that of the draft, from its string to its point", () => {
  const string = generatorString(code, channel, session);
  assert.equal(string.length, 170);
  assert.equal(digitsOf(string).slice(0, 38), "0843506163653235350850617373776f72646d");
  assert.equal(
    digitsOf(pointOf(crypto.sha512(string).subarray(0, 32))),
    "d04bf6d41f6a289632a2e929fa29bebd51092512a7829fdde7d314b62f05a73f",
  );
});

test("both ends make the shares and the key of the draft, and believe each other", () => {
  const [a, b] = [end(true), end(false)];
  assert.equal(digitsOf(a.makeShare()), shareA);
  assert.equal(digitsOf(b.makeShare()), shareB);
  assert.equal(digitsOf(a.finish(bytesOf(shareB), text("ADb")) ?? text("")), key);
  assert.equal(digitsOf(b.finish(bytesOf(shareA), text("ADa")) ?? text("")), key);
  assert.ok(b.checkTag(a.makeTag()));
  assert.ok(a.checkTag(b.makeTag()));
});

test("points of low order, and those that are none, end a run without a key", () => {
  // Appendix B.1.10: with these the result is 0.
  const refused = [
    "00".repeat(32),
    `01${"00".repeat(31)}`,
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "",
    "00".repeat(31),
    "11".repeat(33),
  ];
  for (const point of refused) {
    const run = end(true);
    run.makeShare();
    assert.equal(run.finish(bytesOf(point), text("ADb")), undefined, point);
    assert.throws(() => run.makeTag(), /no key/);
  }
});

test("one's own share that comes back is refused", () => {
  const run = end(true);
  assert.equal(run.finish(run.makeShare(), text("ADb")), undefined);
});

test("a run takes one share and is over", () => {
  const run = end(true);
  assert.throws(() => run.finish(bytesOf(shareB), text("ADb")), /not at this point/);
  run.makeShare();
  run.finish(bytesOf(shareB), text("ADb"));
  assert.throws(() => run.finish(bytesOf(shareB), text("ADb")), /not at this point/);
});

test("another code, channel, session, role or data gives no key that the other end believes", () => {
  const changes: [string, Partial<CPaceOptions>][] = [
    ["code", { code: text("Passwore") }],
    ["channel", { channel: text("elsewhere") }],
    ["session", { session: text("another") }],
    ["data", { data: text("ADc") }],
    ["role", { isInitiator: true }],
  ];
  for (const [what, change] of changes) {
    const [a, b] = [end(true), end(false, change)];
    const [fromA, fromB] = [a.makeShare(), b.makeShare()];
    a.finish(fromB, text("ADb"));
    b.finish(fromA, text("ADa"));
    assert.ok(!b.checkTag(a.makeTag()) || !a.checkTag(b.makeTag()), what);
  }
});

test("a tag is one's own: it does not do for the other end's", () => {
  const [a, b] = [end(true), end(false)];
  const [fromA, fromB] = [a.makeShare(), b.makeShare()];
  a.finish(fromB, text("ADb"));
  b.finish(fromA, text("ADa"));
  assert.ok(!a.checkTag(a.makeTag()));
  assert.ok(!b.checkTag(a.makeTag().subarray(1)));
});
