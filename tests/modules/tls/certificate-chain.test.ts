// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { fromBase64 } from "../../../modules/base/base64.ts";
import { parseCertificate } from "../../../modules/tls/certificate.ts";
import { checkChain } from "../../../modules/tls/certificate-chain.ts";
import { certificateTexts } from "../../fixtures/certificates.ts";
import { referenceCrypto } from "../../support/reference-crypto.ts";

type Name = keyof typeof certificateTexts;

function bytesOf(name: Name): Uint8Array {
  return fromBase64(certificateTexts[name]) ?? new Uint8Array(0);
}

/** A day on which all of the certificates are valid. */
const aDay = Date.UTC(2030, 0, 1);

interface Situation {
  readonly trusted?: readonly Name[];
  readonly host?: string;
  readonly now?: number;
}

function check(chain: readonly Name[], situation: Situation = {}): void {
  const { trusted = ["root"], host = "localhost", now = aDay } = situation;
  const authorities = trusted.map((name) => parseCertificate(bytesOf(name)));
  const leaf = checkChain(chain.map(bytesOf), { crypto: referenceCrypto, authorities, host, now });
  assert.deepEqual(leaf.bytes, bytesOf(chain[0] ?? "leaf"));
}

function refusal(chain: readonly Name[], situation: Situation = {}): string {
  try {
    check(chain, situation);
  } catch (error) {
    return (error as Error).message;
  }
  return "accepted";
}

test("believes a certificate that comes from a trusted authority, by name and by address", () => {
  for (const host of ["localhost", "LOCALHOST", "localhost.", "a.example.org", "127.0.0.1"]) {
    check(["leaf"], { host });
  }
});

test("believes it with other authorities trusted too, and with certificates that are not needed", () => {
  check(["leaf"], { trusted: ["otherRoot", "root", "selfSigned"] });
  check(["leaf", "otherRoot", "weakKey", "root", "selfSigned"]);
});

test("follows authorities in between, in the order in which they come or another", () => {
  check(["behindMiddle", "middle"]);
  check(["behindMiddle", "root", "middle"]);
  check(["behindMiddle", "middle"], { trusted: ["middle"] });
  check(["behindMiddle"], { trusted: ["middle"] });
});

test("believes the certificate that is itself the trusted one, for its names only", () => {
  check(["selfSigned"], { trusted: ["selfSigned"] });
  check(["leaf"], { trusted: ["leaf"] });
  assert.match(refusal(["leaf"], { trusted: ["leaf"], host: "example.org" }), /^tls\/wrong-name/);
});

test("believes RSA with 2,048 bits and more, ECDSA on P-256 and P-384, SHA-256, 384 and 512", () => {
  check(["rsaLeaf"], { trusted: ["rsaRoot"] });
  check(["largeLeaf"], { trusted: ["largeRoot"] });
});

test("refuses what does not come from a trusted authority", () => {
  for (const [chain, trusted] of [
    [["leaf"], ["otherRoot"]],
    [["leaf", "root"], ["otherRoot"]],
    [["behindMiddle"], ["root"]],
    [["behindMiddle", "otherRoot"], ["root"]],
    [["selfSigned"], ["root"]],
    [["leaf"], []],
  ] as readonly [readonly Name[], readonly Name[]][]) {
    assert.match(refusal(chain, { trusted }), /^tls\/unknown-authority: the certificate /);
  }
  assert.equal(refusal([]), "tls/failed: the server has no certificate");
});

test("refuses signers that are no authority, may not sign this, or have too many below them", () => {
  assert.match(refusal(["behindLeaf", "leaf"]), /^tls\/bad-certificate: .*no authority/);
  assert.match(refusal(["behindLeaf"], { trusted: ["leaf"] }), /no authority/);
  assert.match(refusal(["behindMute", "mute"]), /^tls\/bad-certificate: .*may not sign/);
  const other = refusal(["behindClientAuthority", "clientAuthority"]);
  assert.match(other, /^tls\/bad-certificate: .*authority that is not for servers/);
  const deep = refusal(["behindSecond", "second", "middle"]);
  assert.match(deep, /^tls\/bad-certificate: more authorities/);
  check(["behindSecond", "second"], { trusted: ["second"] });
});

test("refuses certificates for another use, or with a condition that is not known here", () => {
  assert.match(refusal(["forClients"]), /^tls\/bad-certificate: .*not one for servers/);
  assert.match(refusal(["forEncryption"]), /^tls\/bad-certificate: .*not one for signatures/);
  assert.match(refusal(["strange"]), /^tls\/unsupported: .*extension 2a0304/);
  check(["harmless"]);
  // An authority that cannot be read is no way to a trusted one.
  assert.match(refusal(["behindConstrained", "constrained"]), /^tls\/unknown-authority/);
  assert.throws(() => check(["behindConstrained"], { trusted: ["constrained"] }), /551d1e/);
});

test("refuses weak and unknown algorithms by name", () => {
  const rsa = { trusted: ["rsaRoot"] as const };
  assert.match(refusal(["weakHash"], rsa), /^tls\/unsupported: .*SHA-2/);
  assert.match(refusal(["otherPadding"], rsa), /^tls\/unsupported/);
  assert.match(refusal(["weakKey"]), /^tls\/unsupported: .*2,048/);
  assert.match(refusal(["otherKey"]), /^tls\/unsupported: .*neither RSA nor ECDSA/);
});

test("refuses a name that is not in the certificate, and a wildcard for more or less than one label", () => {
  const hosts = ["example.org", "a.b.example.org", ".example.org", "xlocalhost", "127.0.0.2", ""];
  for (const host of hosts) {
    assert.equal(refusal(["leaf"], { host }), `tls/wrong-name: the certificate is not for ${host}`);
  }
  assert.match(refusal(["nameless"], { host: "nameless" }), /^tls\/wrong-name/);
});

test("looks at the dates of every certificate on the way, to the second", () => {
  const [leaf, root] = [parseCertificate(bytesOf("leaf")), parseCertificate(bytesOf("root"))];
  const first = Math.max(leaf.notBefore, root.notBefore);
  check(["leaf"], { now: first });
  check(["leaf"], { now: leaf.notAfter });
  assert.match(refusal(["leaf"], { now: first - 1_000 }), /^tls\/not-yet-valid: .*only from 20/);
  const late = refusal(["leaf"], { now: leaf.notAfter + 1_000 });
  assert.match(
    late,
    /^tls\/expired: a certificate was valid only until 20\d\d-\d\d-\d\d, today is/,
  );
  // Here the authority is the one that has ended.
  assert.ok(root.notAfter > leaf.notAfter);
  const later = root.notAfter + 1_000;
  assert.match(refusal(["root"], { now: later }), /^tls\/expired/);
});

test("a signature with any bit changed is none", () => {
  const root = parseCertificate(bytesOf("root"));
  const options = { crypto: referenceCrypto, authorities: [root], host: "localhost", now: aDay };
  const bytes = bytesOf("leaf");
  // One bit in each of some places: in what is signed, in the signature, in its head.
  for (const at of [60, 120, 200, bytes.length - 60, bytes.length - 40, bytes.length - 1]) {
    const changed = bytes.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.throws(() => checkChain([changed], options), /^TLSError: tls\//);
  }
});

test("more certificates than six are refused before any is read", () => {
  const many = Array.from({ length: 7 }, (): Name => "leaf");
  assert.match(refusal(many), /^tls\/unsupported: the server sends 7/);
});
