// SPDX-License-Identifier: MIT

import { broken } from "./message-reader.ts";
import { alerts } from "./message-types.ts";
import { TLSError, type TLSErrorCode } from "./tls-error.ts";

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
  "tls/expired": alerts.certificateExpired,
  "tls/not-yet-valid": alerts.certificateExpired,
  "tls/wrong-name": alerts.badCertificate,
  "tls/unknown-authority": alerts.unknownAuthority,
  "tls/bad-certificate": alerts.badCertificate,
  "tls/unsupported": alerts.unsupportedCertificate,
});

/** The error for an alert that has come; undefined for the orderly end. */
export function alertError(contents: Uint8Array): TLSError | undefined {
  const [, description] = contents;
  if (contents.length !== 2 || description === undefined) {
    return broken("an alert", alerts.decodeError);
  }
  if (description === alerts.closeNotify) return undefined;
  const name = names[description] ?? `alert ${description}`;
  return new TLSError("tls/alert", `the other end says ${name}`);
}

/** The contents of the alert that tells the other end of an error of ours: fatal, and why. */
export function alertFor(error: unknown): Uint8Array {
  if (!(error instanceof TLSError)) return Uint8Array.of(2, alerts.internalError);
  const alert = error.alert ?? answers[error.code as TLSErrorCode];
  return Uint8Array.of(2, alert ?? alerts.handshakeFailure);
}
