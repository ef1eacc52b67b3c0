// SPDX-License-Identifier: MIT

import { AppError, messageOf } from "../../../modules/base/app-error.ts";

/**
 * Trouble with a TLS connection; the text begins with the code:
 *
 * - `tls/expired`, `tls/not-yet-valid`: the dates of a certificate
 * - `tls/wrong-name`: the certificate is good, for another server
 * - `tls/unknown-authority`: no way from the certificate to a trusted authority
 * - `tls/bad-certificate`: a certificate cannot be read, or may not be used for this
 * - `tls/unsupported`: an algorithm, version, key size or limit that is not taken here
 * - `tls/no-time`: the wall clock is not set, so the dates of certificates say nothing
 * - `tls/bad-key`: our own certificate and key cannot be used
 * - `tls/alert`: the other end ended the connection and said why
 * - `tls/closed`: the other end ended the handshake
 * - `tls/no-memory`: memory is too short
 * - `tls/failed`: the other end broke a rule of TLS, or speaks something else
 */
export class TLSError extends AppError {
  /** `text`: "tls/…: what happened". */
  constructor(text: string) {
    super({ code: text.split(":", 1)[0] ?? "tls/failed", what: text });
  }

  override get name(): string {
    return "TLSError";
  }
}

/** The TLSError in what the engine threw or says; other errors as they are. */
export function asTLSError(error: unknown): unknown {
  const text = messageOf(error);
  return text.startsWith("tls/") ? new TLSError(text) : error;
}
