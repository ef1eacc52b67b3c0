// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import type { Clock, Random, Timer, Timers } from "../base/clock.ts";
import type { Resolver, ResolverProvider } from "../ecma-419/resolver.ts";
import type { UDP, UDPProvider } from "../ecma-419/udp.ts";
import { readSntpReply, sntpLength, writeSntpRequest } from "./sntp-packet.ts";

export interface TimeQuestionOptions {
  readonly udp: UDPProvider;
  readonly dns: ResolverProvider;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  /** The server's time, ms since 1970, as of now. */
  readonly onTime: (time: number) => void;
  /** Why there is none; `kiss`: the letters of a kiss-o'-death. */
  readonly onFailed: (why: string, kiss: string | undefined) => void;
}

const sntpPort = 123;
/** Longest wait, ms, for the name and the reply together. */
const answerLimit = 5_000;
/** Datagrams that are looked at for one question; a flood does not keep the board busy. */
const mostDatagrams = 16;

/** Asks one time server at a time; exactly one callback follows each `ask` that is not cancelled. */
export class TimeQuestion {
  readonly #options: TimeQuestionOptions;
  readonly #buffer = new Uint8Array(sntpLength);
  #resolver: Resolver | undefined;
  #socket: UDP | undefined;
  #timer: Timer | undefined;
  #nonce: readonly [number, number] = [0, 0];
  #asked = 0;
  #looked = 0;

  constructor(options: TimeQuestionOptions) {
    this.#options = options;
  }

  /** Asks `server`, a name or an address. */
  ask(server: string): void {
    const { timers, dns } = this.#options;
    this.cancel();
    this.#timer = timers.set(() => this.fail("no answer"), answerLimit);
    try {
      const { io, ...options } = dns;
      const resolver = new io(options);
      this.#resolver = resolver;
      resolver.resolve({
        host: server,
        onResolved: (_host, address) => this.send(address, resolver),
        onError: () => {
          if (resolver === this.#resolver) this.fail("name not found");
        },
      });
    } catch (error) {
      this.fail(messageOf(error));
    }
  }

  /** Forgets the question without a callback. */
  cancel(): void {
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
    const [socket, resolver] = [this.#socket, this.#resolver];
    this.#socket = undefined;
    this.#resolver = undefined;
    socket?.close();
    resolver?.close();
  }

  private send(address: string, resolver: Resolver): void {
    if (resolver !== this.#resolver || this.#socket) return;
    const { udp, random, clock } = this.#options;
    this.#nonce = [Math.floor(random() * 0x100000000), Math.floor(random() * 0x100000000)];
    writeSntpRequest(this.#buffer, this.#nonce);
    this.#looked = 0;
    try {
      const socket = new udp.io({
        onReadable: (count) => {
          if (socket === this.#socket) this.receive(address, count);
        },
        onError: () => {
          if (socket === this.#socket) this.fail("socket closed");
        },
      });
      this.#socket = socket;
      this.#asked = clock.ticks();
      socket.write(this.#buffer, address, sntpPort);
    } catch (error) {
      this.fail(messageOf(error));
    }
  }

  private receive(address: string, count: number): void {
    for (let i = 0; i < count && this.#socket; i++) {
      const datagram = this.#socket.read();
      if (!datagram || ++this.#looked > mostDatagrams) continue;
      // Only the server that was asked can answer; anybody can send to the port.
      if (datagram.address !== address || datagram.port !== sntpPort) continue;
      const reply = readSntpReply(new Uint8Array(datagram), this.#nonce);
      if (reply === "other") continue;
      if ("refused" in reply) this.fail(reply.refused, reply.kiss);
      else this.answer(reply.time);
    }
  }

  private answer(time: number): void {
    // Half of the way there and back is the age of the server's time on arrival.
    const age = (this.#options.clock.ticks() - this.#asked) / 2;
    this.cancel();
    this.#options.onTime(time + age);
  }

  private fail(why: string, kiss?: string): void {
    this.cancel();
    this.#options.onFailed(why, kiss);
  }
}
