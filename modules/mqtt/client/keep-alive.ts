// SPDX-License-Identifier: MIT

import type { Clock, Timer, Timers } from "../../base/clock.ts";

export interface KeepAliveOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  /** What CONNECT promised, ms; more than 0. */
  readonly interval: number;
}

export interface KeepAliveOwner {
  /** Time to send PINGREQ: nothing was sent, or nothing came, for 3/4 of the interval. */
  pingDue(): void;
  /** No sign of life for 1.5 intervals. Called once; nothing is called afterwards. */
  linkDead(): void;
}

/**
 * Decides when to ping and when the link is dead. Any byte that arrives is a sign of life, and so
 * is progress in sending while a long message keeps a PINGREQ from being sent. Noting a packet
 * costs no timer: one timer runs and looks at the notes when it ends.
 */
export class KeepAlive {
  readonly #owner: KeepAliveOwner;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #interval: number;
  readonly #onTimer = () => this.look();
  #sent: number;
  #alive: number;
  #hasPinged = false;
  #isHeld = false;
  #isClosed = false;
  #timer: Timer | undefined;

  constructor(options: KeepAliveOptions, owner: KeepAliveOwner) {
    this.#owner = owner;
    this.#clock = options.clock;
    this.#timers = options.timers;
    this.#interval = options.interval;
    this.#sent = this.#clock.ticks();
    this.#alive = this.#sent;
    this.schedule();
  }

  /** A packet has been sent [MQTT-3.1.2-23]. */
  sent(): void {
    this.#sent = this.#clock.ticks();
  }

  /** The other end has shown life. */
  alive(): void {
    this.#alive = this.#clock.ticks();
    this.#hasPinged = false;
  }

  /** When the other end has last shown life, ticks. */
  get heard(): number {
    return this.#alive;
  }

  /** While we do not read by our own choice, silence says nothing about the other end. */
  hold(isHeld: boolean): void {
    if (this.#isHeld && !isHeld) this.alive();
    this.#isHeld = isHeld;
  }

  close(): void {
    this.#isClosed = true;
    this.#timers.clear(this.#timer);
    this.#timer = undefined;
  }

  private schedule(): void {
    const interval = this.#interval;
    const pingDue =
      Math.min(this.#sent, this.#hasPinged ? Infinity : this.#alive) + 0.75 * interval;
    const due = this.#isHeld ? pingDue : Math.min(pingDue, this.#alive + 1.5 * interval);
    // At least 1 ms apart, should the answer to `pingDue` be that it cannot be sent now.
    this.#timer = this.#timers.set(this.#onTimer, Math.max(1, due - this.#clock.ticks()));
  }

  private look(): void {
    const interval = this.#interval;
    const now = this.#clock.ticks();
    this.#timer = undefined;
    if (!this.#isHeld && now - this.#alive >= 1.5 * interval) {
      this.#owner.linkDead();
      return;
    }
    const isSilent = !this.#hasPinged && now - this.#alive >= 0.75 * interval;
    if (isSilent || now - this.#sent >= 0.75 * interval) {
      this.#hasPinged = true;
      this.#sent = now;
      this.#owner.pingDue();
      if (this.#isClosed) return;
    }
    this.schedule();
  }
}
