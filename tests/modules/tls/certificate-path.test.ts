// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { parseCertificate } from "../../../modules/tls/certificate.ts";
import { checkChain } from "../../../modules/tls/certificate-chain.ts";
import {
  authority,
  type CertificatePlan,
  extension,
  makeCertificate,
  names,
  purposes,
  type TestKey,
  testKey,
  usage,
} from "../../support/certificate-maker.ts";
import { seededCrypto } from "../../support/seeded-crypto.ts";

const aDay = Date.UTC(2030, 0, 1);
const late = { notAfter: "260101000000Z" };
const keys = Array.from({ length: 8 }, (_, i) => testKey(BigInt(77 + i)));
const [rootKey, middleKey, otherKey, leafKey] = keys as [TestKey, TestKey, TestKey, TestKey];

function make(
  subject: string,
  issuer: string,
  key: TestKey,
  signer: TestKey,
  more: Partial<CertificatePlan> = {},
): Uint8Array {
  return makeCertificate({ subject, issuer, key, signer, extensions: [authority()], ...more });
}

const root = make("root", "root", rootKey, rootKey);
const middle = make("middle", "root", middleKey, rootKey);
const leaf = make("leaf", "middle", leafKey, middleKey, { extensions: [names("localhost")] });

interface Result {
  /** "accepted", or why not. */
  readonly text: string;
  readonly signatures: number;
}

function attempt(chain: readonly Uint8Array[], trusted: readonly Uint8Array[] = [root]): Result {
  const effort = { powers: 0, products: 0 };
  const crypto = seededCrypto(5, effort);
  const authorities = trusted.map(parseCertificate);
  let text = "accepted";
  try {
    checkChain(chain, { crypto, authorities, host: "localhost", now: aDay });
  } catch (error) {
    text = (error as Error).message;
  }
  return { text, signatures: effort.products };
}

const outcome = (chain: readonly Uint8Array[], trusted?: readonly Uint8Array[]) =>
  attempt(chain, trusted).text;

test("one signature is checked for each step of a plain chain", () => {
  assert.deepEqual(attempt([leaf, middle]), { text: "accepted", signatures: 2 });
  assert.deepEqual(attempt([leaf, middle, root]), { text: "accepted", signatures: 2 });
  assert.deepEqual(attempt([leaf, middle], [middle]), { text: "accepted", signatures: 1 });
  assert.deepEqual(attempt([leaf], [leaf]), { text: "accepted", signatures: 0 });
});

test("an authority that was renewed with its key is found, also when the old one comes first", () => {
  const old = make("root", "root", rootKey, rootKey, late);
  assert.equal(outcome([leaf, middle], [old, root]), "accepted");
  assert.equal(outcome([leaf, middle], [root, old]), "accepted");
  assert.match(outcome([leaf, middle], [old]), /^tls\/expired/);
  const oldMiddle = make("middle", "root", middleKey, rootKey, late);
  assert.equal(outcome([leaf, oldMiddle, middle]), "accepted");
  assert.match(outcome([leaf, oldMiddle]), /^tls\/expired/);
});

test("an authority that two others have signed is believed when one of them is", () => {
  const foreign = make("middle", "other", middleKey, otherKey);
  const other = make("other", "other", otherKey, otherKey);
  for (const chain of [
    [leaf, foreign, middle],
    [leaf, middle, foreign],
    [leaf, foreign, other, middle],
  ]) {
    assert.equal(outcome(chain), "accepted");
    assert.equal(outcome(chain, [other]), "accepted");
  }
  assert.match(outcome([leaf, foreign, other]), /^tls\/unknown-authority/);
});

test("authorities of the same name with other keys are told apart by the signature", () => {
  const namesake = make("root", "root", otherKey, otherKey);
  assert.equal(outcome([leaf, middle], [namesake, root]), "accepted");
  assert.match(outcome([leaf, middle], [namesake]), /^tls\/unknown-authority/);
  assert.equal(outcome([leaf, make("middle", "x", otherKey, otherKey), middle]), "accepted");
});

test("a circle of signatures ends, and a way through all six certificates is found", () => {
  const one = make("one", "two", middleKey, otherKey);
  const two = make("two", "one", otherKey, middleKey);
  const under = make("leaf", "one", leafKey, middleKey, { extensions: [names("localhost")] });
  assert.match(outcome([under, one, two]), /^tls\/unknown-authority/);
  assert.match(outcome([under, one, two, one, two, one]), /^tls\/unsupported: too many/);
  const chain = ["5", "4", "3", "2", "1"].map((name, i) => {
    const [key, signer] = [keys[i], name === "1" ? rootKey : keys[i + 1]];
    assert.ok(key && signer);
    return make(name, name === "1" ? "root" : `${Number(name) - 1}`, key, signer);
  });
  const deep = make("leaf", "5", leafKey, rootKey, { extensions: [names("localhost")] });
  assert.deepEqual(attempt([deep, ...chain]), { text: "accepted", signatures: 6 });
});

test("a server cannot make a board check more than eight signatures", () => {
  const many = keys.slice(3).map((key) => make("middle", "middle", key, key));
  const result = attempt([leaf, ...many.slice(0, 5)]);
  assert.match(result.text, /^tls\/(unknown-authority|unsupported)/);
  assert.ok(result.signatures <= 8);
  // The same key under one name: each signs each of the others.
  const alike = Array.from({ length: 5 }, (_, i) =>
    make("middle", "middle", middleKey, middleKey, { serial: Uint8Array.of(2, 1, i + 1) }),
  );
  const tangle = attempt([leaf, ...alike]);
  assert.match(tangle.text, /^tls\/unsupported: too many signatures/);
  assert.equal(tangle.signatures, 8);
});

test("what an authority may not do is not done by those it has signed", () => {
  const cases: readonly [string, readonly Uint8Array[], RegExp | string][] = [
    ["no constraints", [], /no authority/],
    [
      "constraints that say no",
      [extension("551d13", Uint8Array.of(0x30, 0), true)],
      /no authority/,
    ],
    ["no certificates", [authority(), usage("0780")], /may not sign/],
    ["certificates", [authority(), usage("0204")], "accepted"],
    ["lists only", [authority(), usage("0102")], /may not sign/],
    ["no use", [authority(), usage("00")], /may not sign/],
    ["for clients", [authority(), purposes(2)], /not for servers/],
    ["for clients and servers", [authority(), purposes(2, 1)], "accepted"],
    ["for nothing", [authority(), purposes()], /not for servers/],
    ["none below", [authority(0)], "accepted"],
  ];
  for (const [what, extensions, expected] of cases) {
    const one = make("middle", "root", middleKey, rootKey, { extensions });
    const text = outcome([leaf, one]);
    if (typeof expected === "string") assert.equal(text, expected, what);
    else assert.match(text, expected, what);
  }
  const strict = make("root", "root", rootKey, rootKey, { extensions: [authority(0)] });
  assert.match(outcome([leaf, middle], [strict]), /more authorities/);
  // One that signs itself anew is not counted (RFC 5280, 6.1.4).
  const anew = make("middle", "middle", middleKey, otherKey);
  const old = make("middle", "root", otherKey, rootKey, { extensions: [authority(0)] });
  assert.equal(outcome([leaf, anew, old]), "accepted");
});

test("a leaf may be used by servers, for signatures, and is for this host by its alternative names", () => {
  const san = names("localhost");
  const good = [
    [san],
    [san, usage("0780")],
    [san, purposes(1)],
    [san, usage("05a0"), purposes(2, 1)],
  ];
  const bad: readonly (readonly Uint8Array[])[] = [
    [],
    [san, usage("0520")],
    [san, purposes(2)],
    [san, purposes()],
    [names()],
    [names("localhost.example")],
    [names("*host")],
    [names("*")],
    [names("localhost.")],
    [names("localhost\0")],
    [names("localhost\0.example")],
    [names("")],
    [names("local?ost", "LOCALHOS")],
  ];
  const byLeaf = (extensions: readonly Uint8Array[]) =>
    outcome([make("localhost", "middle", leafKey, middleKey, { extensions }), middle]);
  for (const extensions of good) assert.equal(byLeaf(extensions), "accepted");
  assert.equal(byLeaf([names("LOCALHOST")]), "accepted");
  for (const [i, extensions] of bad.entries()) {
    assert.match(byLeaf(extensions), /^tls\/(wrong-name|bad-certificate)/, `case ${i}`);
  }
});
