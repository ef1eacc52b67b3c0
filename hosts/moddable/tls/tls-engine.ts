// SPDX-License-Identifier: MIT

/** States of tls-core.h. */
export const tlsStates = Object.freeze({ waits: 0, more: 1, open: 2, ended: 3, failed: 4 });

/** Places in the result of a call, int32 each: state, bytes of the input used, bytes put out, count. */
export const tlsResult = Object.freeze({ state: 0, used: 1, sent: 2, count: 3, length: 4 });

/** Room that `read` and `write` must have in the output (tlsRecordOverhead of tls-core.h). */
export const tlsRecordOverhead = 96;

/**
 * Takes bytes that came (`input` from `start` to `end`), puts bytes that go into `output` from
 * `outputStart` on, and says how it went in `result`.
 */
export type TLSExchange = (
  input: Uint8Array,
  start: number,
  end: number,
  output: Uint8Array,
  outputStart: number,
  result: ArrayBuffer,
) => void;

/** One TLS connection of mbedTLS: bytes in, bytes out, nothing called back. See tls-core.h. */
export interface TLSEngine {
  /** One step of the handshake. */
  readonly step: TLSExchange;
  /** Takes the next record; the count is what `take` can copy. */
  readonly read: TLSExchange;
  /** Copies application data; returns how many bytes. */
  take(into: Uint8Array): number;
  /** Makes a record; the count is how many bytes of `data` went into it. */
  write(data: Uint8Array, output: Uint8Array, outputStart: number, result: ArrayBuffer): void;
  /** Puts close_notify into the output; returns its length. */
  end(output: Uint8Array, outputStart: number): number;
  /** What a later connection can be resumed with, once. */
  session(): ArrayBuffer | undefined;
  /** "tls/…: text" of a failure. */
  reason(): string;
  /** Frees it; twice is fine. */
  close(): void;
}

/** Throws an error with "tls/…: text" when certificates or key cannot be used. */
export type TLSEngineConstructor = new (
  host: string,
  /** Seconds since 1970. */
  now: number,
  authorities: readonly Uint8Array[],
  certificates: readonly Uint8Array[],
  key: Uint8Array | undefined,
  protocols: readonly string[],
  session: ArrayBuffer | undefined,
) => TLSEngine;
