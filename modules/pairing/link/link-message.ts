// SPDX-License-Identifier: MIT

import { asciiBytes, concat } from "../../base/bytes.ts";
import type { HostCrypto } from "../../base/host-crypto.ts";
import { hkdfExpand } from "../crypto/hkdf.ts";
import { handshakeLength } from "../crypto/noise.ts";
import { isZero } from "../exchange/exchange-message.ts";

/** The messages of an exchange of keys, by their first byte, which is also the version. */
export const WAKE = 0x21;
export const KNOCK = 0x22;
export const ASK = 0x23;
export const FIRST = 0x24;
export const SECOND = 0x25;
/** The sender has forgotten the pair. */
export const OVER = 0x26;
/** Of a sealed message. */
export const RECORD = 0x31;

export const nonceLength = 16;
const askMacLength = 32;
const secondMacLength = 16;
/** Bytes of what proves OVER. */
export const overLength = 16;
const valueAt = 1 + nonceLength;
/** All messages but records have this length. */
export const linkLength = valueAt + handshakeLength;
const prologueStart = asciiBytes("airpair keys 1");

/** Where the parts of a message end that are not 0. */
const usedEnds: readonly number[] = Object.freeze([
  1,
  valueAt,
  valueAt + askMacLength,
  linkLength,
  linkLength,
  1 + overLength,
]);

/** Whether bytes have the form of a message of an exchange of keys. */
export function isLinkMessage(bytes: Uint8Array): boolean {
  const end = bytes.length === linkLength ? usedEnds[(bytes[0] as number) - WAKE] : undefined;
  return end !== undefined && isZero(bytes, end);
}

/** What proves OVER, in the message. */
export function overIn(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(1, 1 + overLength);
}

/** The bytes of a message. */
export function encodeLink(kind: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(linkLength);
  bytes.set(concat(Uint8Array.of(kind), ...parts));
  return bytes;
}

/** The nonce in KNOCK, ASK and FIRST, a copy. */
export function nonceIn(bytes: Uint8Array): Uint8Array {
  return bytes.slice(1, valueAt);
}

/** The first message of Noise in FIRST. */
export function firstIn(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(valueAt);
}

/** The second message of Noise in SECOND. */
export function secondIn(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(1, 1 + handshakeLength);
}

/** What proves ASK or SECOND, in the message. */
export function macIn(bytes: Uint8Array): Uint8Array {
  return bytes[0] === ASK
    ? bytes.subarray(valueAt, valueAt + askMacLength)
    : bytes.subarray(1 + handshakeLength);
}

/** What the two ends make of the secret of the pair for one purpose. */
export function derived(
  crypto: Pick<HostCrypto, "hmacSHA256">,
  secret: Uint8Array,
  info: string,
  length = 32,
): Uint8Array {
  return hkdfExpand(crypto, secret, asciiBytes(info), length);
}

/** What proves that ASK or SECOND is of the other end, and of this exchange. */
export function linkMac(
  crypto: HostCrypto,
  secret: Uint8Array,
  kind: number,
  ...parts: readonly Uint8Array[]
): Uint8Array {
  const key = derived(crypto, secret, "ask");
  const mac = crypto.hmacSHA256(key, concat(Uint8Array.of(kind), ...parts));
  return kind === ASK ? mac : mac.slice(0, secondMacLength);
}

/** What both ends know of an exchange. */
export function prologueOf(nonceI: Uint8Array, nonceR: Uint8Array): Uint8Array {
  return concat(prologueStart, nonceI, nonceR);
}
