// SPDX-License-Identifier: MIT

import { sealTagLength } from "../../base/host-crypto.ts";

/** The messages of the exchange with a code, by their first byte, which is also the version. */
export const JOIN = 0x11;
export const SHARE = 0x12;
export const PROOF = 0x13;
export const ACCEPT = 0x14;
export const REFUSE = 0x15;

export const runLength = 16;
const valueLength = 32;
/** Bytes of a name, at most. */
export const longestName = 32;
const sealedLength = 1 + longestName + sealTagLength;
const valueAt = 1 + runLength;
/** Where what is sealed begins: all in front of it is its AAD. */
export const sealedAt = valueAt + valueLength;
/** All messages have this length. */
export const exchangeLength = sealedAt + sealedLength;

const noValue = new Uint8Array(valueLength);
const nothingSealed = new Uint8Array(sealedLength);

/** A message of the exchange, as it is on the wire. Nothing of it is authenticated yet. */
export interface ExchangeMessage {
  readonly kind: number;
  /** 16 bytes. */
  readonly run: Uint8Array;
  /** Share or tag, 32 bytes. */
  readonly value: Uint8Array;
  /** The name of the sender, sealed; 49 bytes. */
  readonly sealed: Uint8Array;
}

/** The bytes of a message; what is not given is 0. */
export function encodeExchange(
  kind: number,
  run: Uint8Array,
  value: Uint8Array = noValue,
  sealed: Uint8Array = nothingSealed,
): Uint8Array {
  const bytes = new Uint8Array(exchangeLength);
  bytes[0] = kind;
  bytes.set(run, 1);
  bytes.set(value, valueAt);
  bytes.set(sealed, sealedAt);
  return bytes;
}

/** A message, with copies of its parts; undefined: it has not the form of one. */
export function decodeExchange(bytes: Uint8Array): ExchangeMessage | undefined {
  const kind = bytes[0] ?? 0;
  if (bytes.length !== exchangeLength || kind < JOIN || kind > REFUSE) return undefined;
  const usedEnd = kind === REFUSE ? valueAt : kind < PROOF ? sealedAt : exchangeLength;
  if (!isZero(bytes, usedEnd)) return undefined;
  return {
    kind,
    run: bytes.slice(1, valueAt),
    value: bytes.slice(valueAt, sealedAt),
    sealed: bytes.slice(sealedAt),
  };
}

/** Whether there is nothing but zeros from `start` on. */
export function isZero(bytes: Uint8Array, start: number): boolean {
  for (let i = start; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}
