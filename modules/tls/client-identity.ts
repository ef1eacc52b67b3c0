// SPDX-License-Identifier: MIT

import { bytesOf, concat, numberOf } from "./bytes.ts";
import { parseCertificate } from "./certificate.ts";
import { DerReader, readUnsigned, tags } from "./der-reader.ts";
import { secretNumber } from "./key-agreement.ts";
import type { PublicKey } from "./public-key.ts";
import { hashNumber, paddedHash } from "./signature.ts";
import type { TLSCrypto } from "./tls-crypto.ts";
import { TLSError } from "./tls-error.ts";

/** SHA-256 with RSA and with ECDSA, as CertificateVerify names them. */
const algorithmIds = Object.freeze({ rsa: 0x0401, ecdsa: 0x0403 });

/** Our certificate and its private key, for servers that ask who we are. */
export class ClientIdentity {
  /** DER. */
  readonly certificate: Uint8Array;
  readonly #crypto: TLSCrypto;
  readonly #key: PublicKey;
  readonly #secret: bigint;

  /**
   * `privateKey`: PKCS#8, DER. Throws TLSError "tls/bad-key" when it cannot be read or belongs to
   * another certificate; the key is never part of the text.
   */
  constructor(crypto: TLSCrypto, certificate: Uint8Array, privateKey: Uint8Array) {
    this.certificate = certificate;
    this.#crypto = crypto;
    this.#key = parseCertificate(certificate).key;
    const secret = readSecret(privateKey, this.#key);
    if (secret === undefined || !isOwn(crypto, this.#key, secret)) {
      throw new TLSError(
        "tls/bad-key",
        "the private key is not in PKCS#8 or not the certificate's",
      );
    }
    this.#secret = secret;
  }

  /** The number of the signature algorithm in CertificateVerify. */
  get algorithmId(): number {
    return algorithmIds[this.#key.kind];
  }

  /** Signs a SHA-256 hash. */
  sign(hash: Uint8Array): Uint8Array {
    const key = this.#key;
    if (key.kind === "ecdsa") return this.#signECDSA(key, hash);
    const block = numberOf(paddedHash("SHA-256", hash, key.size));
    return bytesOf(this.#crypto.power(block, this.#secret, key.modulus), key.size);
  }

  #signECDSA({ curve }: PublicKey & { kind: "ecdsa" }, hash: Uint8Array): Uint8Array {
    const { n, size, G } = curve;
    for (;;) {
      const k = secretNumber(this.#crypto, curve);
      const r = (this.#crypto.multiply(curve, G, k)?.x ?? 0n) % n;
      const inverse = this.#crypto.power(k, n - 2n, n);
      const s = ((hashNumber(hash, size) + r * this.#secret) * inverse) % n;
      if (r !== 0n && s !== 0n) return sequence(integer(r, size), integer(s, size));
    }
  }
}

/** A signature would prove it too, and take a board long each time it connects. */
function isOwn(crypto: TLSCrypto, key: PublicKey, secret: bigint): boolean {
  if (key.kind === "rsa") return true;
  const point = crypto.multiply(key.curve, key.curve.G, secret);
  return point?.x === key.point.x && point.y === key.point.y;
}

/**
 * The secret number in a PrivateKeyInfo (RFC 5208): d of RSA (RFC 8017), which stands with the
 * modulus of the certificate, or of ECDSA (RFC 5915). Undefined when it is none of these.
 */
function readSecret(privateKey: Uint8Array, key: PublicKey): bigint | undefined {
  try {
    const reader = new DerReader(new DerReader(privateKey).read(tags.sequence));
    readUnsigned(reader);
    reader.read(tags.sequence);
    const inner = new DerReader(new DerReader(reader.read(tags.octetString)).read(tags.sequence));
    readUnsigned(inner);
    if (key.kind === "ecdsa") {
      const secret = numberOf(inner.read(tags.octetString));
      return secret > 0n && secret < key.curve.n ? secret : undefined;
    }
    if (numberOf(readUnsigned(inner)) !== key.modulus) return undefined;
    readUnsigned(inner);
    return numberOf(readUnsigned(inner));
  } catch {
    return undefined;
  }
}

function integer(value: bigint, size: number): Uint8Array {
  const bytes = bytesOf(value, size + 1);
  let start = 0;
  while (start < size && bytes[start] === 0 && (bytes[start + 1] ?? 0) < 0x80) start++;
  return concat(Uint8Array.of(tags.integer, bytes.length - start), bytes.subarray(start));
}

function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  const contents = concat(...parts);
  return concat(Uint8Array.of(tags.sequence, contents.length), contents);
}
