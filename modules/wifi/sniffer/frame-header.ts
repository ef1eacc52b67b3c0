// SPDX-License-Identifier: MIT

/** The three kinds of Wi-Fi frames (IEEE 802.11 section 9.2.4.1.3, type). */
export type FrameKind = "management" | "control" | "data";

/** Where the second address is, which is the transmitter's (section 9.2.3). */
const transmitterStart = 10;
const transmitterEnd = 16;

/**
 * Subtypes of control frames whose second address is the transmitter's (section 9.3.1), a bit for
 * each: Trigger 2, Beamforming Report Poll 4, NDP Announcement 5, BlockAckReq 8, BlockAck 9, PS-Poll
 * 10, RTS 11. CTS and Ack have one address, a Control Wrapper has something else there, and CF-End
 * has the access point's, whoever sends it.
 */
const controlWithTransmitter = 0b0000_1111_0011_0100;

/** What a header begins, or undefined for what is none of version 0 or of a kind not in use here. */
export function frameKindOf(header: Uint8Array): FrameKind | undefined {
  const [control, second] = header;
  if (control === undefined || second === undefined || (control & 0b11) !== 0) return undefined;
  switch ((control >> 2) & 0b11) {
    case 0:
      return "management";
    case 1:
      return "control";
    case 2:
      return "data";
    default:
      return undefined;
  }
}

/**
 * The MAC address of the transmitter as a number of 48 bits, so that nothing is allocated for a frame;
 * 0 when the header names none or is cut off.
 */
export function transmitterOf(header: Uint8Array): number {
  const kind = frameKindOf(header);
  if (kind === undefined || header.length < transmitterEnd) return 0;
  const [control = 0] = header;
  if (kind === "control" && ((controlWithTransmitter >> (control >> 4)) & 1) === 0) return 0;
  let MAC = 0;
  for (let n = transmitterStart; n < transmitterEnd; n++) MAC = MAC * 256 + (header[n] ?? 0);
  // In a control frame the group bit does not belong to the address: it tells of a bandwidth.
  return kind === "control" ? withoutGroupBit(MAC) : MAC;
}

/** A MAC address as 12 hex digits. */
export function formatMAC(MAC: number): string {
  return MAC.toString(16).toUpperCase().padStart(12, "0");
}

/** The lowest bit of the first byte. */
const groupBit = 2 ** 40;

function withoutGroupBit(MAC: number): number {
  return Math.floor(MAC / groupBit) % 2 === 1 ? MAC - groupBit : MAC;
}
