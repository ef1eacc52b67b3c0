// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { hexOf } from "../../../modules/base/hex.ts";
import { bytesOf, concat } from "../../../modules/tls/bytes.ts";
import { ClientIdentity } from "../../../modules/tls/client-identity.ts";
import { P256 } from "../../../modules/tls/curves.ts";
import { handshakeMessage, vector } from "../../../modules/tls/message-types.ts";
import { isSignedBy, paddedHash } from "../../../modules/tls/signature.ts";
import { TLSError } from "../../../modules/tls/tls-error.ts";
import {
  der,
  identifier,
  integer,
  makeCertificate,
  testKey,
} from "../../support/certificate-maker.ts";
import { bytesOf as bytesOfHex } from "../../support/hex.ts";
import { seededCrypto } from "../../support/seeded-crypto.ts";
import { TLSBench } from "../../support/tls-bench.ts";
import type { Script } from "../../support/tls-script.ts";

const boardKey = testKey(0xb0a4dn);
const board = makeCertificate({ subject: "board", issuer: "x", key: boardKey, signer: boardKey });

function pkcs8(...key: readonly Uint8Array[]): Uint8Array {
  return der(0x30, integer(0n), der(0x30, identifier("2a8648ce3d0201")), der(4, der(0x30, ...key)));
}

const ecKey = (secret: bigint) => pkcs8(integer(1n), der(4, bytesOf(secret, 32)));
const own = { secure: { clientCertificate: board, clientKey: ecKey(boardKey.secret) } };

/** A server that asks for a certificate; `algorithms`: those it takes, hex. */
function asking(algorithms: string): Script {
  const lists = concat(
    vector(1, Uint8Array.of(1, 64)),
    vector(2, bytesOfHex(algorithms)),
    vector(2),
  );
  return {
    messages: ({ hello, certificate, keyExchange, done }) => [
      hello,
      certificate,
      keyExchange,
      handshakeMessage(13, lists),
      done,
    ],
  };
}

test("a server that asks gets the certificate, and a signature over all that was said", () => {
  const { server } = new TLSBench(asking("0804 0401 0403"), own).works();
  assert.deepEqual(server.said, [1, 11, 16, 15, 20]);
  assert.equal(hexOf(server.clientCertificate), hexOf(vector(3, vector(3, board))));
  const { algorithm, signature = board, signed = board } = server.verify ?? {};
  assert.equal(algorithm, 0x0403);
  const key = { kind: "ecdsa", curve: P256, point: boardKey.point } as const;
  const check = (parts: Uint8Array[]) =>
    isSignedBy(seededCrypto(0), key, {
      algorithm: { kind: "ecdsa", hash: "SHA-256" },
      parts,
      signature,
    });
  assert.equal(check([signed]), true);
  assert.equal(check([signed.subarray(1)]), false);
});

test("without a certificate an empty list is sent, and no signature", () => {
  const { server } = new TLSBench(asking("0403")).works();
  assert.deepEqual(server.said, [1, 11, 16, 20]);
  assert.equal(hexOf(server.clientCertificate), "000000");
});

test("a server that does not ask gets neither", () => {
  assert.deepEqual(new TLSBench({}, own).works().server.said, [1, 16, 20]);
});

test("a server that takes no signature of ours is told so", () => {
  for (const algorithms of ["", "0401", "0503 0804", "0203"]) {
    new TLSBench(asking(algorithms), own).refuses(algorithms, "tls/unsupported", 40);
    new TLSBench(asking(algorithms)).works(algorithms);
  }
  for (const body of [
    "",
    "01",
    "0140 0002 0403",
    "0140 0003 0403 04 0000",
    "0140 00020403 0000 00",
  ]) {
    const script: Script = {
      messages: ({ done, ...rest }) => [
        ...Object.values(rest),
        handshakeMessage(13, bytesOfHex(body)),
        done,
      ],
    };
    new TLSBench(script).refuses(body, "tls/failed", 50);
  }
});

test("no two signatures share their secret number", () => {
  const identity = new ClientIdentity(seededCrypto(3), board, ecKey(boardKey.secret));
  const hash = new Uint8Array(32).fill(1);
  const seen = new Set<string>();
  for (let round = 0; round < 4; round++) seen.add(hexOf(identity.sign(hash).subarray(4, 36)));
  assert.equal(seen.size, 4);
});

test("a key that is not in PKCS#8, or of another certificate, is refused before anything is sent", () => {
  const { n } = P256;
  const wrong: readonly Uint8Array[] = [
    ecKey(boardKey.secret + 1n),
    ecKey(0n),
    ecKey(n),
    ecKey(n - boardKey.secret),
    pkcs8(integer(0n), integer(15n), integer(3n), integer(3n)),
    der(0x30, integer(1n), der(4, bytesOf(boardKey.secret, 32))),
    board,
    new Uint8Array(0),
  ];
  for (const [i, clientKey] of wrong.entries()) {
    assert.throws(
      () => new TLSBench({}, { secure: { clientCertificate: board, clientKey } }),
      (error) => error instanceof TLSError && error.code === "tls/bad-key",
      `key ${i}`,
    );
  }
});

test("an RSA key belongs to the certificate with its modulus, and signs the padded hash", () => {
  const modulus = (1n << 2047n) + 1n;
  const key = der(0x30, integer(modulus), integer(3n));
  const rsa = der(0x30, identifier("2a864886f70d010101"), Uint8Array.of(5, 0));
  const certificate = makeCertificate({
    ...{ subject: "board", issuer: "x", key: boardKey, signer: boardKey },
    keyInfo: der(0x30, rsa, der(3, Uint8Array.of(0), key)),
  });
  // With a secret exponent of 1 the signature is the block itself.
  const privateKey = (m: bigint) => pkcs8(integer(0n), integer(m), integer(3n), integer(1n));
  const crypto = seededCrypto(3);
  const identity = new ClientIdentity(crypto, certificate, privateKey(modulus));
  const hash = new Uint8Array(32).fill(7);
  assert.equal(hexOf(identity.sign(hash)), hexOf(paddedHash("SHA-256", hash, 256)));
  assert.equal(identity.algorithmId, 0x0401);
  assert.throws(() => new ClientIdentity(crypto, certificate, privateKey(modulus + 2n)), /bad-key/);
});
