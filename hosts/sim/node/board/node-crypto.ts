// SPDX-License-Identifier: MIT

import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  randomBytes,
  verify,
} from "node:crypto";
import { type HostCrypto, sealTagLength } from "../../../../modules/base/host-crypto.ts";

/** What stands before the 32 bytes of a key in PKCS#8 and SPKI (RFC 8410). */
const privateHead = Buffer.from("302e020100300506032b656e04220420", "hex");
const publicHead = Buffer.from("302a300506032b656e032100", "hex");

const cipher = "chacha20-poly1305";

function bytesOf(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer);
}

/** Cryptography of a simulated board: Node's, which is OpenSSL. */
export const nodeCrypto: HostCrypto = Object.freeze({
  randomBytes: (length: number) => bytesOf(randomBytes(length)),
  sha256: (bytes: Uint8Array) => bytesOf(createHash("sha256").update(bytes).digest()),
  sha512: (bytes: Uint8Array) => bytesOf(createHash("sha512").update(bytes).digest()),
  hmacSHA256: (key: Uint8Array, bytes: Uint8Array) =>
    bytesOf(createHmac("sha256", key).update(bytes).digest()),

  x25519(privateKey: Uint8Array, u: Uint8Array): Uint8Array | undefined {
    const der = Buffer.concat([privateHead, privateKey]);
    const own = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
    const spki = Buffer.concat([publicHead, u]);
    const publicKey = createPublicKey({ key: spki, format: "der", type: "spki" });
    try {
      const shared = bytesOf(diffieHellman({ privateKey: own, publicKey }));
      return shared.some((byte) => byte !== 0) ? shared : undefined;
    } catch {
      // OpenSSL refuses to give a result of 0.
      return undefined;
    }
  },

  verifyP256(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    if (publicKey.length !== 65 || publicKey[0] !== 4) return false;
    const text = (start: number) =>
      Buffer.from(publicKey.subarray(start, start + 32)).toString("base64url");
    try {
      const jwk = { kty: "EC", crv: "P-256", x: text(1), y: text(33) };
      const key = createPublicKey({ key: jwk, format: "jwk" });
      return verify("sha256", message, { key, dsaEncoding: "ieee-p1363" }, signature);
    } catch {
      // OpenSSL takes no point that is not on the curve.
      return false;
    }
  },

  seal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array {
    const sealing = createCipheriv(cipher, key, nonce, { authTagLength: sealTagLength });
    sealing.setAAD(aad, { plaintextLength: plaintext.length });
    const text = Buffer.concat([sealing.update(plaintext), sealing.final()]);
    return bytesOf(Buffer.concat([text, sealing.getAuthTag()]));
  },

  open(
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    sealed: Uint8Array,
  ): Uint8Array | undefined {
    const end = sealed.length - sealTagLength;
    if (end < 0) return undefined;
    const opening = createDecipheriv(cipher, key, nonce, { authTagLength: sealTagLength });
    opening.setAAD(aad, { plaintextLength: end });
    opening.setAuthTag(sealed.subarray(end));
    try {
      return bytesOf(Buffer.concat([opening.update(sealed.subarray(0, end)), opening.final()]));
    } catch {
      return undefined;
    }
  },
});
