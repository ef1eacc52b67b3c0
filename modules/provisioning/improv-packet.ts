// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import { decodeUtf8 } from "../base/utf8.ts";

// Improv Wi-Fi over serial, https://www.improv-wifi.com/serial/: "IMPROV", version, type, length, data,
// and the low byte of the sum of all that.

/** What each packet begins with. */
export const improvHead: readonly number[] = Object.freeze([
  0x49, 0x4d, 0x50, 0x52, 0x4f, 0x56, 0x01,
]);
/** Bytes in front of the data: the head, type, length. */
const dataAt = improvHead.length + 2;
const lineEnd = 0x0a;
/** Longest packet, bytes. */
export const longestPacket = dataAt + 255 + 1;

/** Types of packets. */
export const packetTypes = frozen({ state: 1, error: 2, command: 3, result: 4 });

/** What the board is doing about Wi-Fi. */
export const improvStates = frozen({ stopped: 0, ready: 2, connecting: 3, provisioned: 4 });

/** What went wrong with a command. */
export const improvErrors = frozen({
  none: 0,
  malformed: 1,
  unknownCommand: 2,
  notConnected: 3,
  unknown: 0xff,
});

/** Commands; a result names the one it belongs to. */
export const improvCommands = frozen({ settings: 1, state: 2, information: 3, scan: 4 });

/** A command of the other side. */
export interface ImprovCommand {
  readonly id: number;
  /** Behind the id and its length. */
  readonly payload: Uint8Array;
}

/** Length of the packet that begins with these bytes, when there are enough to know it; else the longest. */
export function packetLength(bytes: Uint8Array, count: number): number {
  return count < dataAt ? longestPacket : dataAt + (bytes[dataAt - 1] as number) + 1;
}

/** Whether the sum of a whole packet is right. */
export function isIntact(packet: Uint8Array): boolean {
  return sumOf(packet, packet.length - 1) === packet[packet.length - 1];
}

/** The command in an intact packet; undefined: it is malformed, or another type. */
export function commandIn(packet: Uint8Array): ImprovCommand | undefined {
  if (packet[dataAt - 2] !== packetTypes.command) return undefined;
  const data = packet.subarray(dataAt, packet.length - 1);
  const [id, length] = data;
  if (id === undefined || length !== data.length - 2) return undefined;
  return { id, payload: data.subarray(2) };
}

/** Strings, each behind a byte with its length; undefined: they are not whole, or not UTF-8. */
export function stringsIn(payload: Uint8Array): string[] | undefined {
  const strings: string[] = [];
  for (let at = 0; at < payload.length; ) {
    const end = at + 1 + (payload[at] as number);
    const text = end <= payload.length ? decodeUtf8(payload.subarray(at + 1, end)) : undefined;
    if (text === undefined) return undefined;
    strings.push(text);
    at = end;
  }
  return strings;
}

/** A packet with the state or an error. */
export function statusPacket(type: "state" | "error", value: number): Uint8Array {
  return packetOf(packetTypes[type], [value]);
}

/** A packet with the result of a command; what does not fit in is left out. */
export function resultPacket(command: number, strings: readonly string[]): Uint8Array {
  const payload: number[] = [];
  for (const text of strings) {
    const bytes = new TextEncoder().encode(text);
    if (payload.length + 1 + bytes.length > 253) break;
    payload.push(bytes.length, ...bytes);
  }
  return packetOf(packetTypes.result, [command, payload.length, ...payload]);
}

/** With a line end before it, for half a line may stand there, and one after it. */
function packetOf(type: number, data: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(1 + dataAt + data.length + 2);
  const packet = bytes.subarray(1, bytes.length - 1);
  packet.set(improvHead);
  packet.set([type, data.length, ...data], improvHead.length);
  packet[packet.length - 1] = sumOf(packet, packet.length - 1);
  bytes[0] = bytes[bytes.length - 1] = lineEnd;
  return bytes;
}

function sumOf(bytes: Uint8Array, end: number): number {
  let sum = 0;
  for (let i = 0; i < end; i++) sum += bytes[i] as number;
  return sum & 0xff;
}
