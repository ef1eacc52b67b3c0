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
  readonly owner: TimeQuestionOwner;
}

/** Who asks. */
export interface TimeQuestionOwner {
  /** The server's time, ms since 1970, as of now. */
  timeReceived(time: number): void;
  /** Why there is none, though something came back; `kiss`: the letters of a kiss-o'-death. */
  timeRefused(why: string, kiss: string | undefined): void;
  /** Nothing came back; why. */
  timeMissed(why: string): void;
}

const sntpPort = 123;
/** Longest wait, ms, for the name and the reply together. */
const answerLimit = 5_000;
/** Datagrams that are looked at for one question; a flood does not keep the board busy. */
const maxDatagrams = 16;

/** Asks one time server at a time; exactly one answer follows each `ask` that is not cancelled. */
export class TimeQuestion {
  readonly #udp: UDPProvider;
  readonly #dns: ResolverProvider;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #random: Random;
  readonly #owner: TimeQuestionOwner;
  #resolver: Resolver | undefined;
  #socket: UDP | undefined;
  #timer: Timer | undefined;
  #nonce: readonly [number, number] = [0, 0];
  #asked = 0;
  #looked = 0;

  constructor(options: TimeQuestionOptions) {
    this.#udp = options.udp;
    this.#dns = options.dns;
    this.#clock = options.clock;
    this.#timers = options.timers;
    this.#random = options.random;
    this.#owner = options.owner;
  }

  /** Asks `server`, a name or an address. */
  ask(server: string): void {
    this.cancel();
    this.#timer = this.#timers.set(() => this.miss("no answer"), answerLimit);
    try {
      const { io, ...options } = this.#dns;
      const resolver = new io(options);
      this.#resolver = resolver;
      resolver.resolve({
        host: server,
        onResolved: (_host, address) => this.send(address, resolver),
        onError: () => {
          if (resolver === this.#resolver) this.refuse("name not found");
        },
      });
    } catch (error) {
      this.miss(messageOf(error));
    }
  }

  /** Forgets the question without a callback. */
  cancel(): void {
    this.#timers.clear(this.#timer);
    this.#timer = undefined;
    const [socket, resolver] = [this.#socket, this.#resolver];
    this.#socket = undefined;
    this.#resolver = undefined;
    socket?.close();
    resolver?.close();
  }

  private send(address: string, resolver: Resolver): void {
    if (resolver !== this.#resolver || this.#socket) return;
    // Made anew each time: a question an hour is not worth a buffer for good.
    const request = new Uint8Array(sntpLength);
    this.#nonce = [this.randomWord(), this.randomWord()];
    writeSntpRequest(request, this.#nonce);
    this.#looked = 0;
    try {
      const socket = new this.#udp.io({
        onReadable: (count) => {
          if (socket === this.#socket) this.receive(address, count);
        },
        onError: () => {
          if (socket === this.#socket) this.miss("socket closed");
        },
      });
      this.#socket = socket;
      this.#asked = this.#clock.ticks();
      socket.write(request, address, sntpPort);
    } catch (error) {
      this.miss(messageOf(error));
    }
  }

  private randomWord(): number {
    return Math.floor(this.#random() * 0x100000000);
  }

  private receive(address: string, count: number): void {
    for (let i = 0; i < count && this.#socket; i++) {
      const datagram = this.#socket.read();
      if (!datagram || ++this.#looked > maxDatagrams) continue;
      // Only the server that was asked can answer; anybody can send to the port.
      if (datagram.address !== address || datagram.port !== sntpPort) continue;
      const reply = readSntpReply(new Uint8Array(datagram), this.#nonce);
      if (reply === "other") continue;
      if ("refused" in reply) this.refuse(reply.refused, reply.kiss);
      else this.answer(reply.time);
    }
  }

  private answer(time: number): void {
    // Half of the way there and back is the age of the server's time on arrival.
    const age = (this.#clock.ticks() - this.#asked) / 2;
    this.cancel();
    this.#owner.timeReceived(time + age);
  }

  private refuse(why: string, kiss?: string): void {
    this.cancel();
    this.#owner.timeRefused(why, kiss);
  }

  private miss(why: string): void {
    this.cancel();
    this.#owner.timeMissed(why);
  }
}
