// SPDX-License-Identifier: MIT

import { TLSError, type TLSErrorCode } from "./tls-error.ts";

/** Alerts that have a meaning of their own here (RFC 5246, 7.2). */
export const alerts = Object.freeze({ closeNotify: 0, handshakeFailure: 40, badCertificate: 42 });

const names: Readonly<Record<number, string>> = Object.freeze({
  10: "unexpected message",
  20: "bad record mac",
  22: "record overflow",
  40: "handshake failure",
  42: "bad certificate",
  43: "unsupported certificate",
  44: "certificate revoked",
  45: "certificate expired",
  46: "certificate unknown",
  47: "illegal parameter",
  48: "unknown ca",
  49: "access denied",
  50: "decode error",
  51: "decrypt error",
  70: "protocol version",
  71: "insufficient security",
  80: "internal error",
  90: "user canceled",
  112: "unrecognized name",
  116: "certificate required",
  120: "no application protocol",
});

/** What the alert for an error of ours says to the other end. */
const answers: Partial<Readonly<Record<TLSErrorCode, number>>> = Object.freeze({
  "tls/expired": 45,
  "tls/not-yet-valid": 45,
  "tls/wrong-name": 42,
  "tls/unknown-authority": 48,
  "tls/bad-certificate": 42,
  "tls/unsupported": 43,
});

/** The error for an alert that has come; undefined for the orderly end. */
export function alertError(contents: Uint8Array): TLSError | undefined {
  const [, description] = contents;
  if (contents.length !== 2 || description === undefined) {
    return new TLSError("tls/failed", "the other end does not keep to TLS 1.2: an alert");
  }
  if (description === alerts.closeNotify) return undefined;
  const name = names[description] ?? `alert ${description}`;
  return new TLSError("tls/alert", `the other end says ${name}`);
}

/** The contents of the alert that tells the other end of an error of ours: fatal, and why. */
export function alertFor(error: unknown): Uint8Array {
  const code = error instanceof TLSError ? answers[error.code as TLSErrorCode] : undefined;
  return Uint8Array.of(2, code ?? alerts.handshakeFailure);
}
