// SPDX-License-Identifier: MIT

/** Length of an SNTP message without extensions (RFC 4330 section 4). */
export const sntpLength = 48;
/** Seconds from 1900, the start of NTP's era 0, to 1970. */
const era = 2_208_988_800;
/** Seconds of one NTP era, after which the 32-bit count starts again (February 2036). */
const eraLength = 4_294_967_296;
/** A smaller count belongs to era 1: nothing we can meet is older than 1968. */
const eraPivot = 0x80000000;
const latestVersion = 4;

/**
 * Fills `buffer` (48 bytes) with a client request (version 4, mode 3). `nonce` (two 32-bit words)
 * goes into the transmit timestamp; the server sends it back as origin timestamp.
 */
export function writeSntpRequest(buffer: Uint8Array, nonce: readonly [number, number]): void {
  buffer.fill(0);
  buffer[0] = 0x23;
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  view.setUint32(40, nonce[0]);
  view.setUint32(44, nonce[1]);
}

/**
 * The server's time in ms since 1970, or the reason why the reply is not to be believed, with the
 * four letters of a kiss-o'-death; "other": it is no answer to this question, which goes on waiting.
 */
export type SntpReply =
  | { readonly time: number }
  | { readonly refused: string; readonly kiss?: string }
  | "other";

/** Checks a reply as RFC 4330 section 5 asks: origin, mode, version, leap, stratum, transmit time. */
export function readSntpReply(bytes: Uint8Array, nonce: readonly [number, number]): SntpReply {
  if (bytes.length < sntpLength) return "other";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Whoever does not know the nonce has not seen the question: it must not even end the waiting.
  if (view.getUint32(24) !== nonce[0] || view.getUint32(28) !== nonce[1]) return "other";
  const first = view.getUint8(0);
  const version = (first >> 3) & 7;
  if ((first & 7) !== 4) return { refused: `reply with mode ${first & 7}` };
  if (version === 0 || version > latestVersion) return { refused: `reply with version ${version}` };
  const stratum = view.getUint8(1);
  if (stratum === 0) return kissOf(view);
  if (stratum > 15 || first >> 6 === 3) return { refused: "the server's own clock is not set" };
  const seconds = view.getUint32(40);
  if (seconds === 0) return { refused: "reply without a time" };
  const since1900 = seconds < eraPivot ? seconds + eraLength : seconds;
  return { time: Math.round((since1900 - era) * 1000 + view.getUint32(44) / 4_294_967.296) };
}

/** A kiss-o'-death (RFC 4330 section 8): four letters where the reference identifier else is. */
function kissOf(view: DataView): SntpReply {
  let kiss = "";
  for (let i = 12; i < 16; i++) {
    const code = view.getUint8(i);
    kiss += code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : "?";
  }
  return { refused: `the server asks to stay away (kiss-o'-death ${kiss})`, kiss };
}
