// SPDX-License-Identifier: MIT

/** What the order needs of the MQTT session. */
export interface OrderedSession {
  start(): void;
  stop(onStopped: () => void): void;
  suspend(): void;
  resume(): void;
}

/** What the order needs of the part that sets the clock. */
export interface OrderedTime {
  start(): void;
  stop(): void;
}

/**
 * Brings the network parts up and down in their order: Wi-Fi, time, MQTT. Without a time service
 * the clock is taken to be set.
 */
export class NetworkOrder {
  #session: OrderedSession | undefined;
  #time: OrderedTime | undefined;
  #needsTime = false;
  #online = false;
  #timeKnown = true;
  #started = false;

  /** Adds the service that sets the clock. */
  useTime(time: OrderedTime): void {
    this.#time = time;
    this.#timeKnown = false;
  }

  /** Adds the session; `needsTime` when it must wait for the time, because certificates have dates. */
  useSession(session: OrderedSession, needsTime: boolean): void {
    this.#session = session;
    this.#needsTime = needsTime;
    if (this.#online) this.connect();
  }

  /** Wi-Fi has an address, or another one: connections of the old one are dead. */
  online(): void {
    if (this.#online && this.#started) this.#session?.suspend();
    this.#online = true;
    this.#time?.start();
    this.connect();
  }

  /** Wi-Fi is gone. */
  offline(): void {
    this.#online = false;
    this.#time?.stop();
    if (this.#started) this.#session?.suspend();
  }

  /** The clock has been set. */
  timeKnown(): void {
    this.#timeKnown = true;
    if (this.#online && !this.#started) this.connect();
  }

  /** Says goodbye to the broker; calls back once, after at most 1.5 s. */
  close(onClosed: () => void): void {
    this.#time?.stop();
    if (this.#session && this.#started) this.#session.stop(onClosed);
    else onClosed();
  }

  private connect(): void {
    if (!this.#session || (this.#needsTime && !this.#timeKnown)) return;
    if (this.#started) {
      this.#session.resume();
      return;
    }
    this.#started = true;
    this.#session.start();
  }
}
