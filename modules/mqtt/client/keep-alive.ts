// SPDX-License-Identifier: MIT

import type { Clock, Timer, Timers } from "../../base/clock.ts";

export interface KeepAliveOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  /** What CONNECT promised, ms; more than 0. */
  readonly interval: number;
  /** Time to send PINGREQ: nothing was sent, or nothing came, for 3/4 of the interval. */
  readonly onPing: () => void;
  /** No sign of life for 1.5 intervals. Called once; nothing is called afterwards. */
  readonly onDead: () => void;
}

/**
 * Decides when to ping and when the link is dead. Any byte that arrives is a sign of life, and so
 * is progress in sending while a long message keeps a PINGREQ from being sent. Noting a packet
 * costs no timer: one timer runs and looks at the notes when it ends.
 */
export class KeepAlive {
  readonly #options: KeepAliveOptions;
  #sent: number;
  #alive: number;
  #pinged = false;
  #held = false;
  #closed = false;
  #timer: Timer | undefined;

  constructor(options: KeepAliveOptions) {
    this.#options = options;
    this.#sent = options.clock.ticks();
    this.#alive = this.#sent;
    this.#schedule();
  }

  /** A packet has been sent [MQTT-3.1.2-23]. */
  sent(): void {
    this.#sent = this.#options.clock.ticks();
  }

  /** The other end has shown life. */
  alive(): void {
    this.#alive = this.#options.clock.ticks();
    this.#pinged = false;
  }

  /** While we do not read by our own choice, silence says nothing about the other end. */
  hold(held: boolean): void {
    if (this.#held && !held) this.alive();
    this.#held = held;
  }

  close(): void {
    this.#closed = true;
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    const { interval, timers, clock } = this.#options;
    const pingDue = Math.min(this.#sent, this.#pinged ? Infinity : this.#alive) + 0.75 * interval;
    const due = this.#held ? pingDue : Math.min(pingDue, this.#alive + 1.5 * interval);
    // At least 1 ms apart, should the answer to `onPing` be that it cannot be sent now.
    this.#timer = timers.set(() => this.#look(), Math.max(1, due - clock.ticks()));
  }

  #look(): void {
    const { interval, clock, onPing, onDead } = this.#options;
    const now = clock.ticks();
    this.#timer = undefined;
    if (!this.#held && now - this.#alive >= 1.5 * interval) {
      onDead();
      return;
    }
    const silent = !this.#pinged && now - this.#alive >= 0.75 * interval;
    if (silent || now - this.#sent >= 0.75 * interval) {
      this.#pinged = true;
      this.#sent = now;
      onPing();
      if (this.#closed) return;
    }
    this.#schedule();
  }
}
