// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { hexOf } from "../../../modules/base/hex.ts";
import { concat } from "../../../modules/tls/bytes.ts";
import { parseCertificate } from "../../../modules/tls/certificate.ts";
import { TLSError } from "../../../modules/tls/tls-error.ts";
import {
  authority,
  type CertificatePlan,
  der,
  ecdsaSHA256,
  extension,
  identifier,
  integer,
  makeCertificate,
  names,
  testKey,
  usage,
} from "../../support/certificate-maker.ts";
import { bytesOf as bytesOfHex } from "../../support/hex.ts";

const key = testKey(42n);

function parse(plan: Partial<CertificatePlan>) {
  return parseCertificate(
    makeCertificate({ subject: "a", issuer: "b", key, signer: key, ...plan }),
  );
}

function isRead(plan: Partial<CertificatePlan>): boolean {
  try {
    parse(plan);
    return true;
  } catch (error) {
    assert.ok(error instanceof TLSError, `${error}`);
    return false;
  }
}

function expectForms(good: readonly Partial<CertificatePlan>[], bad: typeof good): void {
  for (const [i, plan] of good.entries()) assert.equal(isRead(plan), true, `good ${i}`);
  for (const [i, plan] of bad.entries()) assert.equal(isRead(plan), false, `bad ${i}`);
}

const version = (hex: string) => ({ version: der(0xa0, bytesOfHex(hex)) });

test("the version is 1 without a number, 2 or 3, and only 3 has extensions", () => {
  const none = { version: new Uint8Array(0) };
  const extensions = [names("a")];
  expectForms(
    [none, version("020101"), version("020102"), { extensions }],
    [
      ...["020100", "020103", "02020201", "02020102", "0201ff", "0200", "", "02010200"].map(
        version,
      ),
      { ...none, extensions },
      { ...version("020101"), extensions },
    ],
  );
});

test("the serial number is in the form of DER and not negative, the issuer has a name", () => {
  const serial = (hex: string) => ({ serial: bytesOfHex(hex) });
  expectForms(["020101", "02020080", `0214${"7f".repeat(20)}`].map(serial), [
    ...["0200", "020180", "02020001", "0101ff", "020101020101"].map(serial),
    { issuer: "" },
  ]);
  assert.equal(isRead({ subject: "", extensions: [names("a")] }), true);
});

test("the algorithm is the same inside and outside, with the parameters it has", () => {
  const rsa = identifier("2a864886f70d01010b");
  const form = (...parts: Uint8Array[]) => ({ algorithm: der(0x30, ...parts) });
  expectForms(
    [form(rsa, bytesOfHex("0500")), { outerAlgorithm: ecdsaSHA256 }],
    [
      form(rsa),
      form(rsa, bytesOfHex("050100")),
      form(rsa, bytesOfHex("0500"), bytesOfHex("0500")),
      form(identifier("2a8648ce3d040302"), bytesOfHex("0500")),
      form(identifier("2a8648ce3d0401")),
      form(identifier("2a864886f70d010104"), bytesOfHex("0500")),
      form(),
      { outerAlgorithm: der(0x30, identifier("2a8648ce3d040303")) },
      { outerAlgorithm: der(0x30, identifier("2a8648ce3d040302"), bytesOfHex("0500")) },
    ],
  );
});

test("times are those of UTC with seconds, real, and of the right century", () => {
  assert.equal(parse({ notBefore: "491231235959Z" }).notBefore, Date.UTC(2049, 11, 31, 23, 59, 59));
  assert.equal(parse({ notBefore: "500101000000Z" }).notBefore, Date.UTC(1950, 0, 1));
  const bad = [
    "2501010000Z",
    "250101000000",
    "250101000000+0000",
    "250101000000-0100",
    "250101000000z",
    "250101000060Z",
    "250101006000Z",
    "250101240000Z",
    "250229000000Z",
    "250001000000Z",
    "251301000000Z",
    "250100000000Z",
    "2501010000000Z",
    " 50101000000Z",
    "-50101000000Z",
    "20250101000000Z",
  ];
  expectForms(
    [{ notBefore: "240229000000Z" }],
    bad.map((notBefore) => ({ notBefore })),
  );
});

function extensions(...list: readonly Uint8Array[]) {
  return { extensions: list };
}

test("an extension is there once, and known when it is critical", () => {
  const harmless = extension("2a0304", bytesOfHex("0500"));
  const raw = (hex: string) => extensions(der(0x30, identifier("551d13"), bytesOfHex(hex)));
  expectForms(
    [extensions(harmless), extensions(harmless, names("a"), authority(3), usage("0106"))],
    [
      extensions(harmless, harmless),
      extensions(names("a"), names("b")),
      extensions(authority(), names("a"), authority()),
      extensions(extension("2a0304", bytesOfHex("0500"), true)),
      // Names are constrained, critical or not: it would have to be looked at.
      extensions(extension("551d1e", bytesOfHex("3000"), true)),
      extensions(extension("551d1e", bytesOfHex("3000"))),
      // Conditions on policies, critical as they have to be.
      extensions(extension("551d24", bytesOfHex("3003800100"), true)),
      extensions(extension("551d36", bytesOfHex("020100"), true)),
      raw("010101 04023000"),
      raw("0102ffff 04023000"),
      raw("0101ff 0101ff 04023000"),
      raw("0101ff"),
      raw("04023000 0500"),
      raw("0403300000"),
    ],
  );
});

test("a hundred names and extensions are read, and not one more", () => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => `${i}`);
  const harmless = (count: number) =>
    extensions(
      ...many(count).map((_, i) => extension(`2a03${hexOf(Uint8Array.of(i))}`, new Uint8Array(0))),
    );
  expectForms(
    [extensions(names(...many(100))), harmless(100)],
    [extensions(names(...many(101))), harmless(101)],
  );
});

test("the contents of an extension are whole and in the form of DER", () => {
  const constraints = (hex: string) => extensions(extension("551d13", bytesOfHex(hex)));
  const alternatives = (hex: string) => extensions(extension("551d11", bytesOfHex(hex)));
  const purposes = (hex: string) => extensions(extension("551d25", bytesOfHex(hex)));
  const uses = (hex: string) => extensions(usage(hex));
  expectForms(
    [constraints("3000"), constraints("30060101ff020100"), uses("0780"), uses("0106"), uses("00")],
    [
      ...["", "3000 00", "3003 0101", "30060101ff0201ff", "30030201", "0500"].map(constraints),
      ...["", "0880", "0784", "0381", "07", "08"].map(uses),
      ...["", "3003 8201", "3001 82", "3000 00", "300382026100"].map(alternatives),
      ...["", "3002 0500", "3003 060101 00"].map(purposes),
    ],
  );
});

test("a public key is RSA or on P-256 or P-384, with the parameters it has", () => {
  const info = (algorithm: Uint8Array[], bits: Uint8Array, unused = 0) => ({
    keyInfo: der(0x30, der(0x30, ...algorithm), der(3, Uint8Array.of(unused), bits)),
  });
  const rsa = identifier("2a864886f70d010101");
  const nothing = bytesOfHex("0500");
  const rsaKey = (modulus: bigint, exponent: bigint, ...more: Uint8Array[]) =>
    info([rsa, nothing], der(0x30, integer(modulus), integer(exponent), ...more));
  const odd = (bits: number) => (1n << BigInt(bits - 1)) + 1n;
  const ec = identifier("2a8648ce3d0201");
  const p256 = identifier("2a8648ce3d030107");
  const point = bytesOfHex(`04${keyPoint()}`);
  expectForms(
    [
      rsaKey(odd(2_048), 65_537n),
      rsaKey(odd(4_096), 3n),
      rsaKey(odd(2_056), 0xffffffffn),
      info([ec, p256], point),
    ],
    [
      rsaKey(odd(2_047), 65_537n),
      rsaKey(odd(1_024), 65_537n),
      rsaKey(odd(4_097), 65_537n),
      rsaKey(odd(2_048) + 1n, 65_537n),
      rsaKey(odd(2_048), 1n),
      rsaKey(odd(2_048), 65_536n),
      rsaKey(odd(2_048), 0x100000001n),
      rsaKey(odd(2_048), 0n),
      rsaKey(odd(2_048), 65_537n, integer(1n)),
      info([rsa], der(0x30, integer(odd(2_048)), integer(3n))),
      info(
        [identifier("2a864886f70d01010a"), nothing],
        der(0x30, integer(odd(2_048)), integer(3n)),
      ),
      info([ec, p256], point, 1),
      info([ec, p256, nothing], point),
      info([ec], point),
      info([ec, identifier("2b81040023")], point),
      info([ec, identifier("2b8104000a")], point),
      info([ec, identifier("2b81040022")], point),
      info([ec, p256], concat(point, Uint8Array.of(0))),
      info([ec, p256], Uint8Array.of(0)),
      info([ec, p256], concat(Uint8Array.of(2), point.subarray(1, 33))),
      info([ec, p256], concat(point.subarray(0, 64), Uint8Array.of((point[64] ?? 0) ^ 1))),
    ],
  );
});

function keyPoint(): string {
  const digits = (value: bigint) => value.toString(16).padStart(64, "0");
  return digits(key.point.x) + digits(key.point.y);
}
