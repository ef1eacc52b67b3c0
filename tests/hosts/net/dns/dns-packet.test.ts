// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { decodeAnswer, encodeQuestion } from "../../../../hosts/net/dns/dns-packet.ts";
import { bytesOf, hexOf } from "../../../support/hex.ts";
import { seededRandom } from "../../../support/random.ts";

const question = "00 01 00 00 00 00 00 00 01 61 02 62 63 00 00 01 00 01";
const asked = bytesOf("12 34 01 00 00 01 00 00 00 00 00 00 01 61 02 62 63 00 00 01 00 01");
/** An answer for a.bc with 192.0.2.7, whose owner is a pointer to the question. */
const address = "C0 0C 00 01 00 01 00 00 00 3C 00 04 C0 00 02 07";
/** An alias, a.bc is x. */
const alias = "C0 0C 00 05 00 01 00 00 00 3C 00 03 01 78 00";
const reply = (flags: string, count: string, records: string) =>
  bytesOf(`12 34 ${flags} 00 01 ${count} 00 00 00 00 01 61 02 62 63 00 00 01 00 01 ${records}`);

test("a question is header, name, type A and class IN", () => {
  const bytes = encodeQuestion(0x1234, "a.bc") ?? assert.fail();
  assert.equal(hexOf(bytes), hexOf(asked));
  assert.ok(hexOf(bytes).endsWith(question.slice(question.indexOf("01 61"))));
  assert.equal(hexOf(encodeQuestion(0x1234, "a.bc.") ?? assert.fail()), hexOf(asked));
});

test("a name that cannot be asked for is no question", () => {
  for (const name of ["", ".", "a..b", ".a", "a b", "é.fr", "a\u0000b", "x".repeat(64)]) {
    assert.equal(encodeQuestion(1, name), undefined, name);
  }
  const label = "x".repeat(63);
  assert.ok(encodeQuestion(1, label));
  const longest = [label, label, label, "x".repeat(61)].join(".");
  assert.equal(encodeQuestion(1, longest)?.length, 12 + 255 + 4);
  assert.equal(encodeQuestion(1, `${longest}x`), undefined);
});

test("the first address of the answers is taken, behind aliases too", () => {
  assert.deepEqual(decodeAnswer(reply("81 80", "00 01", address), asked), { address: "192.0.2.7" });
  const both = reply("81 80", "00 02", `${alias} ${address}`);
  assert.deepEqual(decodeAnswer(both, asked), { address: "192.0.2.7" });
  const flushed = address.replace("00 01 00 01", "00 01 80 01");
  assert.deepEqual(decodeAnswer(reply("84 00", "00 01", flushed), asked), { address: "192.0.2.7" });
});

test("no such name and no address of the kind are none; what a server cannot say is failed", () => {
  assert.equal(decodeAnswer(reply("81 83", "00 00", ""), asked), "none");
  assert.equal(decodeAnswer(reply("81 80", "00 00", ""), asked), "none");
  assert.equal(decodeAnswer(reply("81 80", "00 01", alias), asked), "none");
  const ipv6 = `C0 0C 00 1C 00 01 00 00 00 3C 00 10 ${"20 ".repeat(16)}`;
  assert.equal(decodeAnswer(reply("81 80", "00 01", ipv6), asked), "none");
  for (const code of ["1", "2", "4", "5"]) {
    assert.equal(decodeAnswer(reply(`81 8${code}`, "00 00", ""), asked), "failed");
  }
  assert.equal(decodeAnswer(reply("83 80", "00 00", ""), asked), "failed", "truncated");
  const long = address.replace("00 04", "00 05");
  assert.equal(decodeAnswer(reply("81 80", "00 01", long), asked), "failed");
});

test("what is not the answer to the question is none at all", () => {
  const good = reply("81 80", "00 01", address);
  const changed = (at: number, value: number) => {
    const bytes = Uint8Array.from(good);
    bytes[at] = value;
    return bytes;
  };
  assert.equal(decodeAnswer(changed(0, 0x13), asked), undefined, "another number");
  assert.equal(decodeAnswer(changed(2, 0x01), asked), undefined, "a question");
  assert.equal(decodeAnswer(changed(2, 0x89), asked), undefined, "another operation");
  assert.equal(decodeAnswer(changed(5, 2), asked), undefined, "two questions");
  assert.equal(decodeAnswer(changed(13, 0x7a), asked), undefined, "another name");
  assert.equal(decodeAnswer(changed(19, 0x1c), asked), undefined, "another type");
  assert.deepEqual(decodeAnswer(changed(13, 0x41), asked), { address: "192.0.2.7" }, "A for a");
  for (let length = 0; length < asked.length; length++) {
    assert.equal(decodeAnswer(good.subarray(0, length), asked), undefined);
  }
});

test("any bytes behind a good header are survived, and the work is bounded", () => {
  const random = seededRandom(4);
  for (let round = 0; round < 3_000; round++) {
    const bytes = new Uint8Array(asked.length + Math.floor(random() * 60));
    for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(random() * 256);
    bytes.set(reply("81 80", "FF FF", ""));
    const answer = decodeAnswer(bytes, asked);
    if (typeof answer === "object") assert.match(answer.address, /^\d+\.\d+\.\d+\.\d+$/);
    else assert.ok(answer === "none" || answer === "failed", String(answer));
  }
  const many = new Uint8Array(60_000);
  many.set(reply("81 80", "FF FF", ""));
  assert.equal(decodeAnswer(many, asked), "none");
});
