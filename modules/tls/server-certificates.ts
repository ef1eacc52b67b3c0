// SPDX-License-Identifier: MIT

import { MessageReader } from "./message-reader.ts";

/** The certificates in the body of a Certificate message, the server's first. Throws TLSError. */
export function parseCertificates(body: Uint8Array): Uint8Array[] {
  const reader = new MessageReader(body);
  const list = new MessageReader(reader.vector(3));
  reader.end();
  const certificates: Uint8Array[] = [];
  while (!list.isAtEnd) certificates.push(list.vector(3));
  return certificates;
}

/** Reads the body of a CertificateRequest (RFC 5246, 7.4.4); returns the signatures it takes. */
export function parseCertificateRequest(body: Uint8Array): number[] {
  const reader = new MessageReader(body);
  reader.vector(1);
  const list = new MessageReader(reader.vector(2));
  reader.vector(2);
  reader.end();
  const algorithms: number[] = [];
  while (!list.isAtEnd) algorithms.push(list.number(2));
  return algorithms;
}
