// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { fromBase64 } from "../../../modules/base/base64.ts";
import { asciiOf } from "../../../modules/tls/bytes.ts";
import { parseCertificate } from "../../../modules/tls/certificate.ts";
import { readTime } from "../../../modules/tls/certificate-time.ts";
import { DerReader } from "../../../modules/tls/der-reader.ts";
import { TLSError } from "../../../modules/tls/tls-error.ts";
import { certificateTexts } from "../../fixtures/certificates.ts";
import { seededRandom } from "../../support/random.ts";

function bytesOf(name: keyof typeof certificateTexts): Uint8Array {
  return fromBase64(certificateTexts[name]) ?? new Uint8Array(0);
}

/** Parses; anything but success and a TLSError fails the test. */
function survives(bytes: Uint8Array): boolean {
  try {
    parseCertificate(bytes);
    return true;
  } catch (error) {
    assert.ok(error instanceof TLSError, `${error}`);
    return false;
  }
}

test("reads names, dates, key and uses of a certificate", () => {
  const { key, extensions, notBefore, notAfter } = parseCertificate(bytesOf("leaf"));
  assert.equal(key.kind, "ecdsa");
  assert.deepEqual(extensions.names, ["localhost", "*.example.org"]);
  assert.deepEqual(extensions.addresses, [Uint8Array.of(127, 0, 0, 1)]);
  assert.equal(extensions.isAuthority, false);
  assert.equal(extensions.isForServers, true);
  assert.equal(extensions.keyUsage, 0x80);
  assert.equal(notAfter - notBefore, 7_000 * 86_400_000);
  const middle = parseCertificate(bytesOf("middle")).extensions;
  assert.equal(middle.isAuthority, true);
  assert.equal(middle.pathLength, 0);
});

test("a certificate that is cut off at any byte, or followed by one, is none", () => {
  const bytes = bytesOf("leaf");
  for (let length = 0; length < bytes.length; length++) {
    assert.equal(survives(bytes.subarray(0, length)), false, `${length} bytes`);
  }
  const longer = new Uint8Array(bytes.length + 1);
  longer.set(bytes);
  assert.equal(survives(longer), false);
});

test("changed bytes are read or refused with a TLSError, nothing else", () => {
  const random = seededRandom(1);
  let refused = 0;
  for (const name of ["leaf", "middle", "rsaLeaf", "largeLeaf", "harmless"] as const) {
    const bytes = bytesOf(name);
    for (let round = 0; round < 300; round++) {
      const changed = bytes.slice();
      for (let count = 1 + Math.floor(random() * 3); count > 0; count--) {
        changed[Math.floor(random() * changed.length)] = Math.floor(random() * 256);
      }
      if (!survives(changed)) refused++;
    }
  }
  assert.ok(refused > 300, `${refused} of 1,500 refused`);
});

test("random bytes, also with the head of a certificate, are refused with a TLSError", () => {
  const random = seededRandom(2);
  for (let round = 0; round < 1_000; round++) {
    const bytes = Uint8Array.from({ length: Math.floor(random() * 80) }, () => random() * 256);
    if (round % 2 === 1 && bytes.length > 4) bytes.set([0x30, bytes.length - 2, 0x30]);
    assert.equal(survives(bytes), false);
  }
});

test("more bytes than a certificate may have are not looked at", () => {
  assert.throws(() => parseCertificate(new Uint8Array(8_193)), /8193 bytes/);
});

function der(text: string): DerReader {
  const digits = text.replaceAll(" ", "");
  const bytes = digits.match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? [];
  return new DerReader(Uint8Array.from(bytes));
}

test("lengths have the one form that DER gives them", () => {
  assert.deepEqual(der("04 01 07").read(4), Uint8Array.of(7));
  for (const wrong of ["04 81 01 07", "04 82 00 01 07", "04 80 07 00 00", "04 02 07", "04", ""]) {
    assert.throws(() => der(wrong).read(4), /^TLSError: tls\/bad-certificate/, wrong);
  }
  assert.throws(() => der("04 84 00 00 00 01 07").read(4), /length/);
  // Without a length, or with one of 128 in a single byte.
  assert.throws(() => der(`04 80 ${"00".repeat(200)}`).read(4), /length is not in a form/);
  assert.equal(der(`04 81 80 ${"00".repeat(128)}`).read(4).length, 128);
  assert.throws(() => der("04 82 01").read(4), /ends in a length/);
  assert.throws(() => der("04 83 ff ff ff 00").read(4), /too long/);
});

test("times are in the forms of RFC 5280, and real", () => {
  const timeOf = (tag: number, text: string) =>
    readTime(new DerReader(Uint8Array.of(tag, text.length, ...new TextEncoder().encode(text))));
  assert.equal(timeOf(0x17, "491231235959Z"), Date.UTC(2049, 11, 31, 23, 59, 59));
  assert.equal(timeOf(0x17, "500101000000Z"), Date.UTC(1950, 0, 1));
  assert.equal(timeOf(0x18, "20500228000000Z"), Date.UTC(2050, 1, 28));
  for (const wrong of ["4912312359Z", "491231235959", "490231000000Z", "491301000000Z", ""]) {
    assert.throws(() => timeOf(0x17, wrong), /a time is/, wrong);
  }
  for (const wrong of ["20500101000000.5Z", "20500101000000+0100", "20500101240000Z"]) {
    assert.throws(() => timeOf(0x18, wrong), /a time is/, wrong);
  }
  assert.equal(asciiOf(Uint8Array.of(0x41, 0, 0x20, 0x80)), "A???");
});
