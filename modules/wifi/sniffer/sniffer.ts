// SPDX-License-Identifier: MIT

import { messageOf } from "../../base/app-error.ts";
import type { Timer, Timers } from "../../base/clock.ts";
import type { FrameSource, FrameSourceConstructor } from "../../base/frame-source.ts";
import type { ScanReply } from "../network-scan.ts";
import { WiFiError } from "../wifi-error.ts";
import type { WiFiManager } from "../wifi-manager.ts";
import { FrameCount, frameCountLines } from "./frame-count.ts";

export interface SnifferOptions {
  readonly io: FrameSourceConstructor;
  readonly timers: Timers;
  /** The station, which is off while the sniffer runs. */
  readonly station: Pick<WiFiManager, "state" | "start" | "stop">;
}

/** Channels that are listened to, first and last. */
const [firstChannel, lastChannel] = [1, 13];
/** Time on one channel, ms, while all are gone through. */
const dwell = 200;

/**
 * Counts the Wi-Fi frames in range for a while and reports what was heard, payloads excepted. The
 * station is off meanwhile, and on again afterwards when it was before.
 */
export class Sniffer {
  readonly #io: FrameSourceConstructor;
  readonly #timers: Timers;
  readonly #station: SnifferOptions["station"];
  #source: FrameSource | undefined;
  #end: Timer | undefined;
  #hop: Timer | undefined;
  #channel = firstChannel;
  /** Only while it runs. */
  #count: FrameCount | undefined;
  /** The same. */
  #reply: ScanReply | undefined;
  #wasOn = false;

  constructor(options: SnifferOptions) {
    this.#io = options.io;
    this.#timers = options.timers;
    this.#station = options.station;
  }

  get isRunning(): boolean {
    return this.#end !== undefined;
  }

  /**
   * Listens for `ms` on one channel, or on all in turn, and tells `reply` what was heard. Throws
   * WiFiError while it runs.
   */
  start(channel: number | "all", ms: number, reply: ScanReply): void {
    if (this.isRunning) {
      throw new WiFiError({ code: "wifi/busy", what: "no sniffing", why: "it is going on" });
    }
    const timers = this.#timers;
    const { kind } = this.#station.state;
    this.#wasOn = kind !== "off" && kind !== "failed";
    this.#station.stop();
    this.#count = new FrameCount();
    this.#reply = reply;
    this.#channel = channel === "all" ? firstChannel : channel;
    this.#end = timers.set(() => this.finish(), ms);
    if (channel === "all") this.#hop = timers.repeat(() => this.next(), dwell);
    this.listen();
  }

  /** Ends it without a report and leaves the station off. */
  cancel(): void {
    const reply = this.#reply;
    this.stop();
    const why = "Wi-Fi was switched on or off";
    reply?.fail(new WiFiError({ code: "wifi/busy", what: "sniffing has ended", why }));
  }

  /** Ends it, tells what was heard and switches the station on again if it was. */
  finish(): void {
    const [wasOn, count, reply] = [this.#wasOn, this.#count, this.#reply];
    this.stop();
    if (count) reply?.add(frameCountLines(count).join("\n"));
    reply?.end();
    if (wasOn) this.#station.start();
  }

  private listen(): void {
    const channel = this.#channel;
    try {
      this.#source = new this.#io({
        channel,
        onFrame: (header, RSSI) => this.#count?.add(channel, header, RSSI),
      });
    } catch (error) {
      this.#reply?.add(`channel ${channel}: ${messageOf(error)}`);
    }
  }

  private next(): void {
    this.close();
    this.#channel = this.#channel === lastChannel ? firstChannel : this.#channel + 1;
    this.listen();
  }

  private stop(): void {
    for (const timer of [this.#end, this.#hop]) this.#timers.clear(timer);
    this.#end = undefined;
    this.#hop = undefined;
    this.close();
    this.#count = undefined;
    this.#reply = undefined;
    this.#wasOn = false;
  }

  private close(): void {
    const source = this.#source;
    this.#source = undefined;
    if (!source) return;
    if (this.#count) this.#count.missed += source.missed;
    try {
      source.close();
    } catch (error) {
      this.#reply?.add(messageOf(error));
    }
  }
}
