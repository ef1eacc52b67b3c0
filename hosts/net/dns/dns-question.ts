// SPDX-License-Identifier: MIT

import type { Random, Timer, Timers } from "../../../modules/base/clock.ts";
import type { UDP, UDPProvider } from "../../../modules/ecma-419/udp.ts";
import { type DNSAnswer, decodeAnswer, encodeQuestion } from "./dns-packet.ts";

export interface DNSQuestionOptions {
  readonly udp: UDPProvider;
  readonly timers: Timers;
  readonly random: Random;
  readonly host: string;
  /** IPv4 addresses of name servers, asked in turn. */
  readonly servers: readonly string[];
  /** The address, or undefined: there is none, or nobody knows it. Called once, never at once. */
  readonly onDone: (address: string | undefined) => void;
}

/** How long an answer is waited for, ms, and how often somebody is asked. */
const serverTimeout = 2_000;
const maxQuestions = 4;
/** Datagrams that are looked at for one question; a flood does not keep the board busy. */
const maxDatagrams = 32;
const port = 53;
/** Where the names in .local are asked for, one question to everybody (RFC 6762, section 5.1). */
const multicast = Object.freeze({ address: "224.0.0.251", port: 5353 });

/** Asks for the address of one name, each time from another socket and with another number. */
export class DNSQuestion {
  readonly #options: DNSQuestionOptions;
  readonly #isLocal: boolean;
  #socket: UDP | undefined;
  #timer: Timer | undefined;
  #bytes: Uint8Array | undefined;
  #asked = 0;
  #looked = 0;

  constructor(options: DNSQuestionOptions) {
    this.#options = options;
    this.#isLocal = /\.local\.?$/i.test(options.host);
    this.#timer = options.timers.set(() => this.ask(), 0);
  }

  /** Forgets the question without a callback. */
  cancel(): void {
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
    this.closeSocket();
  }

  private ask(): void {
    this.closeSocket();
    this.#looked = 0;
    const { host, servers, udp, timers, random } = this.#options;
    const [address, to] = this.#isLocal
      ? [multicast.address, multicast.port]
      : [servers[this.#asked % servers.length], port];
    this.#bytes = encodeQuestion(Math.floor(random() * 0x10000), host);
    if (this.#asked++ >= maxQuestions || address === undefined || !this.#bytes) {
      this.end(undefined);
      return;
    }
    this.#timer = timers.set(() => this.ask(), serverTimeout);
    try {
      const socket = new udp.io({
        onReadable: (count) => {
          if (socket === this.#socket) this.receive(address, count);
        },
        onError: () => this.closeSocket(),
      });
      this.#socket = socket;
      socket.write(this.#bytes, address, to);
    } catch {
      // No memory for a socket, or no route: perhaps the next time.
      this.closeSocket();
    }
  }

  private receive(server: string, count: number): void {
    for (let i = 0; i < count && this.#socket && this.#bytes; i++) {
      const datagram = this.#socket.read();
      if (!datagram || ++this.#looked > maxDatagrams) continue;
      // Only who was asked can answer; to a question in .local that may be anybody in the network.
      const isExpected = this.#isLocal
        ? datagram.port === multicast.port
        : datagram.port === port && datagram.address === server;
      if (isExpected) this.judge(decodeAnswer(new Uint8Array(datagram), this.#bytes));
    }
  }

  private judge(answer: DNSAnswer | undefined): void {
    // One device of many in the network that has no address of that name says nothing.
    if (answer === undefined || (this.#isLocal && typeof answer === "string")) return;
    if (answer === "failed") {
      // Another server may know, and it is asked at once.
      this.#options.timers.clear(this.#timer);
      this.#timer = this.#options.timers.set(() => this.ask(), 0);
      this.closeSocket();
      return;
    }
    this.end(answer === "none" ? undefined : answer.address);
  }

  private end(address: string | undefined): void {
    this.cancel();
    this.#options.onDone(address);
  }

  private closeSocket(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }
}
