// SPDX-License-Identifier: MIT

import { AppError } from "../base/app-error.ts";

/** Why there is no secure connection. */
export type TLSErrorCode =
  /** The certificate, or one it depends on, is past its last day. */
  | "tls/expired"
  | "tls/not-yet-valid"
  /** The certificate is good, for another server. */
  | "tls/wrong-name"
  /** No way from the certificate to one of the trusted authorities. */
  | "tls/unknown-authority"
  /** A certificate breaks RFC 5280, or may not be used for this. */
  | "tls/bad-certificate"
  /** An algorithm, curve or key size that is not supported here. */
  | "tls/unsupported"
  /** The wall clock is not set, so the dates of certificates say nothing. */
  | "tls/no-time"
  /** Our own certificate and key cannot be used. */
  | "tls/bad-key"
  /** The other end ended the connection and said why. */
  | "tls/alert"
  /** The other end ended the handshake. */
  | "tls/closed"
  /** The other end broke a rule of TLS 1.2, or speaks something else. */
  | "tls/failed";

/** Trouble with a TLS connection; the text begins with the code. */
export class TLSError extends AppError {
  /** Number of the alert that tells the other end, when it is not the one that goes with the code. */
  readonly alert: number | undefined;

  constructor(code: TLSErrorCode, text: string, alert?: number) {
    super({ code, what: `${code}: ${text}` });
    this.alert = alert;
  }

  override get name(): string {
    return "TLSError";
  }
}
