// SPDX-License-Identifier: MIT

import { formatMAC, frameKindOf, transmitterOf } from "./frame-header.ts";

/** What was heard of one transmitter. */
export interface Transmitter {
  /** A number of 48 bits. */
  readonly MAC: number;
  /** Of its last frame. */
  channel: number;
  /** Of its strongest frame, dBm. */
  RSSI: number;
  management: number;
  control: number;
  data: number;
}

/** Transmitters that are told apart; frames of further ones are only counted. */
const maxTransmitters = 24;
const lastChannel = 13;

/** Counts frames by channel and transmitter, in a room that does not grow with their number. */
export class FrameCount {
  readonly #channels = new Uint32Array(lastChannel + 1);
  readonly #transmitters = new Map<number, Transmitter>();
  #others = 0;
  /** Frames that came too fast to be counted. */
  missed = 0;

  /** Frames by channel; index 0 is unused. */
  get channels(): Readonly<Uint32Array> {
    return this.#channels;
  }

  /** Frames of transmitters that found no room, of those that are not named, and of no known kind. */
  get others(): number {
    return this.#others;
  }

  /** The transmitters, strongest first. */
  get transmitters(): readonly Transmitter[] {
    return [...this.#transmitters.values()].sort((a, b) => b.RSSI - a.RSSI);
  }

  /** Counts one frame; parameters as in `FrameSourceOptions.onFrame`. */
  add(channel: number, header: Uint8Array, RSSI: number): void {
    this.#channels[channel] = (this.#channels[channel] ?? 0) + 1;
    const kind = frameKindOf(header);
    const transmitter = kind && this.transmitterOf(header);
    if (!transmitter) {
      this.#others++;
      return;
    }
    transmitter.channel = channel;
    transmitter.RSSI = Math.max(transmitter.RSSI, RSSI);
    transmitter[kind]++;
  }

  private transmitterOf(header: Uint8Array): Transmitter | undefined {
    const MAC = transmitterOf(header);
    const known = this.#transmitters.get(MAC);
    if (known || MAC === 0 || this.#transmitters.size >= maxTransmitters) return known;
    const none = { management: 0, control: 0, data: 0 };
    const transmitter = { MAC, channel: 0, RSSI: Number.NEGATIVE_INFINITY, ...none };
    this.#transmitters.set(MAC, transmitter);
    return transmitter;
  }
}

/** The counts in lines for people. */
export function frameCountLines(count: FrameCount): string[] {
  const busy = [...count.channels.entries()].filter(([, frames]) => frames > 0);
  const lines = busy.map(([channel, frames]) => `channel ${channel}: ${frames} frames`);
  if (count.missed > 0) lines.push(`${count.missed} frames came too fast to be counted`);
  if (lines.length === 0) return ["no frames heard"];
  for (const { MAC, RSSI, channel, management, control, data } of count.transmitters) {
    const kinds = `${management} management, ${control} control, ${data} data`;
    lines.push(`  ${formatMAC(MAC)}  ${RSSI} dBm  channel ${channel}  ${kinds}`);
  }
  if (count.others > 0) lines.push(`  others: ${count.others} frames`);
  return lines;
}
