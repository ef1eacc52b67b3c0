// SPDX-License-Identifier: MIT

/** What the app needs of the MQTT session. */
export interface AppSession {
  start(): void;
  stop(onStopped: () => void): void;
  suspend(): void;
  resume(): void;
}

export interface AppOptions {
  /** Undefined when no broker is set: the board then only shows its readings. */
  readonly session: AppSession | undefined;
  /** Asks for the time; undefined when the host has set the clock. */
  readonly time: { start(): void; stop(): void } | undefined;
  /** True when the session must wait for the time, because certificates have dates. */
  readonly needsTime: boolean;
}

/** Brings the network parts up and down in their order: Wi-Fi, time, MQTT. */
export class App {
  readonly #options: AppOptions;
  #online = false;
  #timeKnown: boolean;
  #started = false;

  constructor(options: AppOptions) {
    this.#options = options;
    this.#timeKnown = options.time === undefined;
  }

  /** Wi-Fi has an address, or another one: connections of the old one are dead. */
  online(): void {
    const { session, time } = this.#options;
    if (this.#online) session?.suspend();
    this.#online = true;
    time?.start();
    this.#connect();
  }

  /** Wi-Fi is gone. */
  offline(): void {
    this.#online = false;
    this.#options.time?.stop();
    if (this.#started) this.#options.session?.suspend();
  }

  /** The clock has been set. */
  timeKnown(): void {
    this.#timeKnown = true;
    if (this.#online && !this.#started) this.#connect();
  }

  /** Says goodbye to the broker; calls back once, after at most 1.5 s. */
  close(onClosed: () => void): void {
    const { session, time } = this.#options;
    time?.stop();
    if (session && this.#started) session.stop(onClosed);
    else onClosed();
  }

  #connect(): void {
    const { session, needsTime } = this.#options;
    if (!session || (needsTime && !this.#timeKnown)) return;
    if (this.#started) {
      session.resume();
      return;
    }
    this.#started = true;
    session.start();
  }
}
