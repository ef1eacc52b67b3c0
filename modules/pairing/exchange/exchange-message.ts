// SPDX-License-Identifier: MIT

import { sealTagLength } from "../../base/host-crypto.ts";

/** The messages of the exchange with a code, by their first byte, which is also the version. */
export const JOIN = 0x11;
export const SHARE = 0x12;
export const PROOF = 0x13;
export const ACCEPT = 0x14;
export const REFUSE = 0x15;

export const runLength = 16;
const shareLength = 32;
const tagLength = 32;
/** Bytes of a name, at most. */
export const longestName = 32;
const sealedLength = 1 + longestName + sealTagLength;
const shareAt = 1 + runLength;
const tagAt = shareAt + shareLength;
/** Where what is sealed begins: all in front of it is its AAD. */
export const sealedAt = tagAt + tagLength;
/** All messages have this length. */
export const exchangeLength = sealedAt + sealedLength;

const none = new Uint8Array(0);
/** Where the parts of a message end that are not 0. */
const usedEnds: readonly number[] = Object.freeze([
  1,
  tagAt,
  exchangeLength,
  exchangeLength,
  tagAt,
]);

/** A message of the exchange, as it is on the wire. Nothing of it is authenticated yet. */
export interface ExchangeMessage {
  readonly kind: number;
  /** 16 bytes, of whoever offers. */
  readonly run: Uint8Array;
  /** Of whoever offers in SHARE, of whoever joins in all others; 32 bytes. */
  readonly share: Uint8Array;
  /** What proves that its sender has the key, 32 bytes. */
  readonly tag: Uint8Array;
  /** The name of the sender, sealed; 49 bytes. */
  readonly sealed: Uint8Array;
}

/** The bytes of a message; what is not given is 0, and what is sealed comes later. */
export function encodeExchange(
  kind: number,
  run: Uint8Array = none,
  share: Uint8Array = none,
  tag: Uint8Array = none,
): Uint8Array {
  const bytes = new Uint8Array(exchangeLength);
  bytes[0] = kind;
  bytes.set(run, 1);
  bytes.set(share, shareAt);
  bytes.set(tag, tagAt);
  return bytes;
}

/** A message, with copies of its parts; undefined: it has not the form of one. */
export function decodeExchange(bytes: Uint8Array): ExchangeMessage | undefined {
  const kind = bytes[0] ?? 0;
  if (bytes.length !== exchangeLength || kind < JOIN || kind > REFUSE) return undefined;
  if (!isZero(bytes, usedEnds[kind - JOIN] as number)) return undefined;
  return {
    kind,
    run: bytes.slice(1, shareAt),
    share: bytes.slice(shareAt, tagAt),
    tag: bytes.slice(tagAt, sealedAt),
    sealed: bytes.slice(sealedAt),
  };
}

/** Whether there is nothing but zeros from `start` on. */
export function isZero(bytes: Uint8Array, start: number): boolean {
  for (let i = start; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}
