// SPDX-License-Identifier: MIT

import type { Timer, Timers } from "../base/clock.ts";
import { improvHead, isIntact, longestPacket, packetLength } from "./improv-packet.ts";

/** Whose port it is. */
export interface ImprovReaderOwner {
  /** These bytes are no packet. */
  typed(bytes: Uint8Array): void;
  /** A packet has come whole, with its right sum. */
  packetReceived(packet: Uint8Array): void;
}

/** What began as a packet and does not go on for so long is none, ms: its bytes follow each other. */
const gap = 100;

/** Finds the packets of Improv among the keys that come from a serial port. */
export class ImprovReader {
  readonly #owner: ImprovReaderOwner;
  readonly #timers: Timers;
  /** Bytes of the head that are held back, or of the packet that has come. */
  #count = 0;
  /** Undefined before the head is whole. */
  #packet: Uint8Array | undefined;
  #timer: Timer | undefined;
  /** A byte has come since the timer was set. */
  #goesOn = false;

  constructor(owner: ImprovReaderOwner, timers: Timers) {
    this.#owner = owner;
    this.#timers = timers;
  }

  /** False: the byte is a key. */
  take(byte: number): boolean {
    const packet = this.#packet;
    this.#goesOn = true;
    if (packet) {
      packet[this.#count++] = byte;
      if (this.#count >= packetLength(packet, this.#count)) this.finish(packet);
      return true;
    }
    if (byte !== improvHead[this.#count]) {
      this.giveBack();
      if (byte !== improvHead[0]) return false;
    }
    if (++this.#count === 1) this.wait();
    if (this.#count === improvHead.length) {
      this.#packet = new Uint8Array(longestPacket);
      this.#packet.set(improvHead);
    }
    return true;
  }

  private wait(): void {
    this.#goesOn = false;
    this.#timer = this.#timers.set(() => this.look(), gap);
  }

  private look(): void {
    if (this.#goesOn) this.wait();
    // Half a packet is nothing that anybody has typed.
    else if (this.#packet) this.forget();
    else this.giveBack();
  }

  private giveBack(): void {
    const count = this.#count;
    if (count === 0) return;
    this.forget();
    this.#owner.typed(Uint8Array.from(improvHead.slice(0, count)));
  }

  private finish(buffer: Uint8Array): void {
    const packet = buffer.subarray(0, this.#count);
    this.forget();
    if (isIntact(packet)) this.#owner.packetReceived(packet);
  }

  private forget(): void {
    this.#timers.clear(this.#timer);
    this.#timer = undefined;
    this.#packet = undefined;
    this.#count = 0;
  }
}
