// SPDX-License-Identifier: MIT

import { channels, operations, readFrames, turnHeadLength } from "../hosts/sim/protocol.ts";

/**
 * XS compute units that an ESP32 does in a second at 240 MHz, estimated: a PC that reaches 30,000
 * CoreMark did 183 million units, one core of an ESP32 reaches 494.6 CoreMark
 * (github.com/ochrin/coremark). See docs/benchmarks.md for what this leaves out.
 */
export const unitsPerSecond = 3_000_000;
/** Most compute units of a turn of the loop in which one thing has happened. */
export const turnBudget = 8_000;

/** Milliseconds on a board, estimated. */
export function millisecondsOf(units: number): number {
  return (1_000 * units) / unitsPerSecond;
}

/** One kind of turn: the same thing has happened. */
export interface TurnKind {
  readonly name: string;
  readonly count: number;
  readonly largest: number;
  readonly typical: number;
}

const names: Readonly<Record<string, string>> = Object.freeze({
  [`${channels.timer}`]: "a timer",
  [`${channels.tcp}/${operations.tcpWritable}`]: "room in the socket",
  [`${channels.tcp}/${operations.tcpData}`]: "a packet from the broker",
  [`${channels.serial}`]: "the console's port",
  [`${channels.wifi}`]: "Wi-Fi",
  [`${channels.udp}`]: "UDP",
  [`${channels.dns}`]: "DNS",
  [`${channels.pulses}`]: "pulses of a sensor",
});

/**
 * What the turns of a run cost. A board gives each event a turn of its own; the simulator, when it
 * runs faster than the PC can follow, puts several into one, and so does the network with packets.
 * Such turns are counted apart.
 */
export class TurnCosts {
  readonly #single = new Map<string, number[]>();
  #several = 0;
  #largestOfSeveral = 0;

  /** A turn of so many compute units that was given this command. */
  add(compute: number, command: Uint8Array): void {
    const events = eventsOf(command);
    const [name] = events;
    if (name === undefined || events.length > 1) {
      this.#several++;
      this.#largestOfSeveral = Math.max(this.#largestOfSeveral, compute);
      return;
    }
    const costs = this.#single.get(name);
    if (costs) costs.push(compute);
    else this.#single.set(name, [compute]);
  }

  /** Turns with one event, by kind, the dearest first. */
  get kinds(): readonly TurnKind[] {
    const kinds = [...this.#single].map(([name, costs]) => {
      const sorted = [...costs].sort((a, b) => a - b);
      const typical = sorted[sorted.length >> 1] ?? 0;
      return { name, count: sorted.length, largest: sorted.at(-1) ?? 0, typical };
    });
    return kinds.sort((a, b) => b.largest - a.largest);
  }

  /** Compute units of the largest turn with one event. */
  get largest(): number {
    return this.kinds[0]?.largest ?? 0;
  }

  /** Turns with several events, and the largest of them. */
  get several(): { readonly count: number; readonly largest: number } {
    return { count: this.#several, largest: this.#largestOfSeveral };
  }
}

function eventsOf(command: Uint8Array): string[] {
  const events: string[] = [];
  readFrames(command, turnHeadLength, ({ channel, operation, payload }) => {
    const name = names[`${channel}/${operation}`] ?? names[`${channel}`] ?? "other";
    const isData = channel === channels.tcp && operation === operations.tcpData;
    const count = isData ? packetsIn(payload) : 1;
    for (let i = 0; i < count; i++) events.push(name);
  });
  return events;
}

/** MQTT packets in the bytes, one that is not complete counts too (section 2.2.3). */
function packetsIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < bytes.length; count++) {
    let length = 0;
    let shift = 0;
    let byte: number;
    do {
      byte = bytes[++at] ?? 0;
      length += (byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80);
    at += 1 + length;
  }
  return count;
}
