// SPDX-License-Identifier: MIT

import { concat } from "./bytes.ts";

/** The version in all messages and records: TLS 1.2. */
export const version = 0x0303;

/** Types of a record (RFC 5246, 6.2.1). */
export const recordTypes = Object.freeze({
  changeCipherSpec: 20,
  alert: 21,
  handshake: 22,
  applicationData: 23,
});

/** Alerts that we send (RFC 5246, 7.2). */
export const alerts = Object.freeze({
  closeNotify: 0,
  unexpectedMessage: 10,
  badRecordMAC: 20,
  recordOverflow: 22,
  handshakeFailure: 40,
  badCertificate: 42,
  unsupportedCertificate: 43,
  certificateExpired: 45,
  illegalParameter: 47,
  unknownAuthority: 48,
  decodeError: 50,
  decryptError: 51,
  protocolVersion: 70,
  internalError: 80,
  unsupportedExtension: 110,
});

/** Types of a handshake message (RFC 5246, 7.4). */
export const messageTypes = Object.freeze({
  clientHello: 1,
  serverHello: 2,
  certificate: 11,
  serverKeyExchange: 12,
  certificateRequest: 13,
  serverHelloDone: 14,
  certificateVerify: 15,
  clientKeyExchange: 16,
  finished: 20,
});

/** Extensions of the hello messages (IANA). */
export const extensionTypes = Object.freeze({
  serverName: 0,
  supportedGroups: 10,
  pointFormats: 11,
  signatureAlgorithms: 13,
  applicationProtocols: 16,
  extendedMasterSecret: 23,
  renegotiationInfo: 0xff01,
});

/** A number of `size` bytes. */
export function numberBytes(value: number, size: 1 | 2 | 3): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let i = size - 1, rest = value; i >= 0; i--, rest >>>= 8) bytes[i] = rest & 0xff;
  return bytes;
}

/** Parts with their length in front, in `size` bytes. */
export function vector(size: 1 | 2 | 3, ...parts: readonly Uint8Array[]): Uint8Array {
  const contents = concat(...parts);
  return concat(numberBytes(contents.length, size), contents);
}

/** A handshake message. */
export function handshakeMessage(type: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return concat(numberBytes(type, 1), vector(3, ...parts));
}
