// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import { Backoff } from "../base/backoff.ts";
import type { Clock, Random, Timer, Timers } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Resolver, ResolverProvider } from "../ecma-419/resolver.ts";
import type { UDP, UDPProvider } from "../ecma-419/udp.ts";
import { readSntpReply, sntpLength, writeSntpRequest } from "./sntp-packet.ts";

export interface TimeSyncOptions {
  readonly udp: UDPProvider;
  readonly dns: ResolverProvider;
  /** Name or address of the SNTP server. */
  readonly server: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  /** The clock has been set for the first time. */
  readonly onTime?: () => void;
}

const sntpPort = 123;
/** Longest wait, ms, for the name and then for the reply. */
const answerLimit = 5_000;
/** Shortest pause before asking again, ms: public servers ban those who ask more often. */
const shortestPause = 5_000;
/** Time between two good answers, ms, before jitter of up to a quarter. */
const interval = 3_600_000;

/**
 * Sets the wall clock from an SNTP server and keeps it right: asks at the start, again with growing
 * pauses until there is an answer, then about every hour.
 */
export class TimeSync {
  readonly #options: TimeSyncOptions;
  readonly #backoff: Backoff;
  readonly #buffer = new Uint8Array(sntpLength);
  #resolver: Resolver | undefined;
  #socket: UDP | undefined;
  #timer: Timer | undefined;
  #nonce: readonly [number, number] = [0, 0];
  #asked = 0;
  #failures = 0;
  #running = false;

  constructor(options: TimeSyncOptions) {
    this.#options = options;
    this.#backoff = new Backoff({ first: 10_000, cap: 600_000, random: options.random });
  }

  /** Starts asking; does nothing when already running. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#ask();
  }

  /** Stops asking; may be started again. */
  stop(): void {
    this.#running = false;
    this.#release();
  }

  #ask(): void {
    const { timers, dns, server } = this.#options;
    this.#timer = timers.set(() => this.#failed("no answer"), answerLimit);
    try {
      const { io, ...options } = dns;
      this.#resolver = new io(options);
      this.#resolver.resolve({
        host: server,
        onResolved: (_host, address) => this.#send(address),
        onError: () => this.#failed("name not found"),
      });
    } catch (error) {
      this.#failed(messageOf(error));
    }
  }

  #send(address: string): void {
    if (!this.#running || this.#socket) return;
    const { udp, random, clock } = this.#options;
    this.#nonce = [Math.floor(random() * 0x100000000), Math.floor(random() * 0x100000000)];
    writeSntpRequest(this.#buffer, this.#nonce);
    try {
      this.#socket = new udp.io({
        onReadable: (count) => this.#receive(address, count),
        onError: () => this.#failed("socket closed"),
      });
      this.#asked = clock.ticks();
      this.#socket.write(this.#buffer, address, sntpPort);
    } catch (error) {
      this.#failed(messageOf(error));
    }
  }

  #receive(address: string, count: number): void {
    for (let i = 0; i < count && this.#socket; i++) {
      const datagram = this.#socket.read();
      // Only the server that was asked can answer; anybody can send to the port.
      if (!datagram || datagram.address !== address || datagram.port !== sntpPort) continue;
      const reply = readSntpReply(new Uint8Array(datagram), this.#nonce);
      if ("refused" in reply) this.#failed(reply.refused);
      else this.#set(reply.time);
    }
  }

  #set(time: number): void {
    const { clock, timers, random, server, log } = this.#options;
    const first = clock.now() === undefined;
    // Half of the way there and back is the age of the server's time on arrival.
    clock.set(time + (clock.ticks() - this.#asked) / 2);
    this.#release();
    this.#failures = 0;
    this.#timer = timers.set(() => this.#ask(), interval * (1 + random() / 4));
    const text = `${new Date(time).toISOString()} from ${server}`;
    log({ level: "info", part: "time", event: "set", text, data: { wall: time, server } });
    if (first) this.#options.onTime?.();
  }

  #failed(why: string): void {
    if (!this.#running) return;
    this.#release();
    const delay = shortestPause + this.#backoff.delay(this.#failures++);
    const text = `no time from ${this.#options.server}: ${why}; next try in ${Math.ceil(delay / 1000)} s`;
    this.#options.log({ level: "warn", part: "time", event: "failed", text });
    this.#timer = this.#options.timers.set(() => this.#ask(), delay);
  }

  #release(): void {
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
    this.#socket?.close();
    this.#socket = undefined;
    this.#resolver?.close();
    this.#resolver = undefined;
  }
}
