// SPDX-License-Identifier: MIT

import type { FrameKind } from "../base/frame-source.ts";

/** What was heard of one transmitter. */
export interface Transmitter {
  /** 12 hex digits. */
  readonly MAC: string;
  /** Of its last frame. */
  channel: number;
  /** Of its strongest frame, dBm. */
  RSSI: number;
  management: number;
  control: number;
  data: number;
}

/** Transmitters that are told apart; frames of further ones are only counted. */
const mostTransmitters = 24;
const lastChannel = 13;

/** Counts frames by channel and transmitter, in a room that does not grow with their number. */
export class FrameCount {
  readonly #channels = new Uint32Array(lastChannel + 1);
  readonly #transmitters = new Map<string, Transmitter>();
  #others = 0;

  /** Frames by channel; index 0 is unused. */
  get channels(): Readonly<Uint32Array> {
    return this.#channels;
  }

  /** Frames of transmitters that found no room, and of those that are not named. */
  get others(): number {
    return this.#others;
  }

  /** The transmitters, strongest first. */
  get transmitters(): readonly Transmitter[] {
    return [...this.#transmitters.values()].sort((a, b) => b.RSSI - a.RSSI);
  }

  /** Counts one frame; parameters as in `FrameSourceOptions.onFrame`. */
  add(channel: number, frame: readonly [MAC: string, RSSI: number, kind: FrameKind]): void {
    const [MAC, RSSI, kind] = frame;
    this.#channels[channel] = (this.#channels[channel] ?? 0) + 1;
    const transmitter = this.#transmitters.get(MAC) ?? this.#begin(MAC);
    if (!transmitter) {
      this.#others++;
      return;
    }
    transmitter.channel = channel;
    transmitter.RSSI = Math.max(transmitter.RSSI, RSSI);
    transmitter[kind]++;
  }

  #begin(MAC: string): Transmitter | undefined {
    if (MAC === "" || this.#transmitters.size >= mostTransmitters) return undefined;
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
  if (lines.length === 0) return ["no frames heard"];
  for (const { MAC, RSSI, channel, management, control, data } of count.transmitters) {
    const kinds = `${management} management, ${control} control, ${data} data`;
    lines.push(`  ${MAC}  ${RSSI} dBm  channel ${channel}  ${kinds}`);
  }
  if (count.others > 0) lines.push(`  others: ${count.others} frames`);
  return lines;
}
