// SPDX-License-Identifier: MIT

/**
 * The writing half of a fake broker: packets that a broker sends, legal or not, as bytes. Written
 * apart from `modules/mqtt/packet/`.
 */

/** A whole packet from its first byte and its body. */
export function packetBytes(first: number, body: readonly number[]): Uint8Array {
  const length: number[] = [];
  let rest = body.length;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    length.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return Uint8Array.from([first, ...length, ...body]);
}

function two(value: number): number[] {
  return [Math.floor(value / 256), value % 256];
}

export function connackBytes(sessionPresent = false, returnCode = 0): Uint8Array {
  return packetBytes(0x20, [sessionPresent ? 1 : 0, returnCode]);
}

/** What `publishBytes` takes beside the topic; defaults: no payload, QoS 0, no flag, id 0. */
export interface PublishOptions {
  readonly payload?: string | Uint8Array;
  readonly QoS?: number;
  readonly id?: number;
  readonly retain?: boolean;
  readonly duplicate?: boolean;
}

export function publishBytes(topic: string, options: PublishOptions = {}): Uint8Array {
  const { payload = "", QoS = 0, id = 0, retain = false, duplicate = false } = options;
  const name = new TextEncoder().encode(topic);
  const data = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  const flags = (duplicate ? 8 : 0) + QoS * 2 + (retain ? 1 : 0);
  const middle = QoS > 0 ? two(id) : [];
  return packetBytes(0x30 + flags, [...two(name.length), ...name, ...middle, ...data]);
}

export function pubackBytes(id: number): Uint8Array {
  return packetBytes(0x40, two(id));
}

export function pubrecBytes(id: number): Uint8Array {
  return packetBytes(0x50, two(id));
}

export function pubrelBytes(id: number): Uint8Array {
  return packetBytes(0x62, two(id));
}

export function pubcompBytes(id: number): Uint8Array {
  return packetBytes(0x70, two(id));
}

export function subackBytes(id: number, codes: readonly number[]): Uint8Array {
  return packetBytes(0x90, [...two(id), ...codes]);
}

export function unsubackBytes(id: number): Uint8Array {
  return packetBytes(0xb0, two(id));
}

export function pingrespBytes(): Uint8Array {
  return packetBytes(0xd0, []);
}
