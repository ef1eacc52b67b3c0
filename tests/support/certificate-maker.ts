// SPDX-License-Identifier: MIT

// Certificates of any shape, also of shapes that no program makes: the same on Node and XS.

import { bytesOf, concat, numberOf } from "../../modules/tls/bytes.ts";
import { encodePoint } from "../../modules/tls/curve-point.ts";
import { P256, type Point } from "../../modules/tls/curves.ts";
import { hashOf } from "../../modules/tls/tls-crypto.ts";
import { bytesOf as bytesOfHex } from "./hex.ts";
import { seededCrypto } from "./seeded-crypto.ts";

const crypto = seededCrypto(0);

/** An element of DER. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const contents = concat(...parts);
  const { length } = contents;
  const digits = length < 0x80 ? 0 : length < 0x100 ? 1 : 2;
  const head =
    digits === 0 ? [tag, length] : [tag, 0x80 + digits, ...bytesOf(BigInt(length), digits)];
  return concat(Uint8Array.from(head), contents);
}

/** An INTEGER that is not negative. */
export function integer(value: bigint): Uint8Array {
  return der(2, bytesOf(value, Math.floor(value.toString(2).length / 8) + 1));
}

export function identifier(hex: string): Uint8Array {
  return der(6, bytesOfHex(hex));
}

export const ecdsaSHA256 = der(0x30, identifier("2a8648ce3d040302"));

/** A private key on P-256. */
export interface TestKey {
  readonly secret: bigint;
  readonly point: Point;
}

export function testKey(secret: bigint): TestKey {
  const point = crypto.multiply(P256, P256.G, secret);
  if (!point) throw new Error("no key");
  return { secret, point };
}

/** SubjectPublicKeyInfo. */
export function keyInfo({ point }: TestKey): Uint8Array {
  const algorithm = der(0x30, identifier("2a8648ce3d0201"), identifier("2a8648ce3d030107"));
  return der(0x30, algorithm, der(3, Uint8Array.of(0), encodePoint(P256, point)));
}

/** An ECDSA signature with SHA-256; the same each time. */
export function signWith({ secret }: TestKey, ...parts: readonly Uint8Array[]): Uint8Array {
  const { n, G } = P256;
  const hash = hashOf(crypto, "SHA-256", ...parts);
  const k = (numberOf(hashOf(crypto, "SHA-256", bytesOf(secret, 32), hash)) % (n - 1n)) + 1n;
  const r = (crypto.multiply(P256, G, k)?.x ?? 0n) % n;
  const s = ((numberOf(hash) + r * secret) * crypto.power(k, n - 2n, n)) % n;
  return der(0x30, integer(r), integer(s));
}

export function nameOf(text: string): Uint8Array {
  const common = der(0x30, identifier("550403"), der(12, new TextEncoder().encode(text)));
  return text === "" ? der(0x30) : der(0x30, der(0x31, common));
}

export function extension(id: string, value: Uint8Array, isCritical = false): Uint8Array {
  const critical = isCritical ? Uint8Array.of(1, 1, 0xff) : new Uint8Array(0);
  return der(0x30, identifier(id), critical, der(4, value));
}

/** basicConstraints of an authority. */
export function authority(pathLength?: number): Uint8Array {
  const length = pathLength === undefined ? new Uint8Array(0) : integer(BigInt(pathLength));
  return extension("551d13", der(0x30, Uint8Array.of(1, 1, 0xff), length), true);
}

/** DNS names. */
export function names(...texts: readonly string[]): Uint8Array {
  const list = texts.map((text) => der(0x82, new TextEncoder().encode(text)));
  return extension("551d11", der(0x30, ...list));
}

/** keyUsage with these contents of the BIT STRING, hex. */
export function usage(hex: string): Uint8Array {
  return extension("551d0f", der(3, bytesOfHex(hex)), true);
}

/** extKeyUsage: 1 is that of servers, 2 that of clients. */
export function purposes(...ids: readonly number[]): Uint8Array {
  const list = ids.map((id) => concat(bytesOfHex("06082b060105050703"), Uint8Array.of(id)));
  return extension("551d25", der(0x30, ...list));
}

/** What a certificate says; parts that are left out are those of a good one. */
export interface CertificatePlan {
  readonly subject: string;
  readonly issuer: string;
  readonly key: TestKey;
  readonly signer: TestKey;
  readonly extensions?: readonly Uint8Array[];
  /** UTCTime. */
  readonly notBefore?: string;
  readonly notAfter?: string;
  /** Elements of DER. */
  readonly version?: Uint8Array;
  readonly serial?: Uint8Array;
  readonly keyInfo?: Uint8Array;
  readonly algorithm?: Uint8Array;
  readonly outerAlgorithm?: Uint8Array;
}

export function makeCertificate(plan: CertificatePlan): Uint8Array {
  const { subject, issuer, key, signer, extensions = [], algorithm = ecdsaSHA256 } = plan;
  const time = (text: string) => der(0x17, new TextEncoder().encode(text));
  const body = der(
    0x30,
    plan.version ?? der(0xa0, integer(2n)),
    plan.serial ?? integer(1n),
    algorithm,
    nameOf(issuer),
    der(0x30, time(plan.notBefore ?? "250101000000Z"), time(plan.notAfter ?? "450101000000Z")),
    nameOf(subject),
    plan.keyInfo ?? keyInfo(key),
    extensions.length > 0 ? der(0xa3, der(0x30, ...extensions)) : new Uint8Array(0),
  );
  const signature = der(3, Uint8Array.of(0), signWith(signer, body));
  return der(0x30, body, plan.outerAlgorithm ?? algorithm, signature);
}
