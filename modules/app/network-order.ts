// SPDX-License-Identifier: MIT

import type { SessionState } from "../mqtt/session.ts";

/** What the order needs of Wi-Fi: whether the network carries anything is seen by others only. */
export interface OrderedWiFi {
  answered(): void;
  unanswered(): void;
}

/** What the order needs of the MQTT session. */
export interface OrderedSession {
  start(): void;
  stop(onStopped: () => void, goodbye?: string): void;
  suspend(): void;
  resume(): void;
}

/** Who helps a board that finds no network. */
export interface NetworkHelp {
  /** No network is set, or none has worked for ten minutes. Nothing may be asked of Wi-Fi from within. */
  stranded(): void;
}

/** What the order needs of the part that sets the clock. */
export interface OrderedTime {
  start(): void;
  stop(): void;
  /** The time, or the network, is in doubt. */
  check(): void;
}

/** A refusal comes sooner than this, ms; a host's own error for an answer that did not come, later. */
const refusalTime = 2_000;

/**
 * Brings the network parts up and down in their order: Wi-Fi, time, MQTT. Without a time service
 * the clock is taken to be set. What session and time notice of the network is passed on to Wi-Fi.
 */
export class NetworkOrder {
  #wifi: OrderedWiFi | undefined;
  #session: OrderedSession | undefined;
  #time: OrderedTime | undefined;
  #help: NetworkHelp | undefined;
  #needsTime = false;
  #online = false;
  #timeKnown = true;
  #started = false;
  #state: SessionState | undefined;
  /** The session has been answered by this network, and not been without an answer since. */
  #isAnswered = false;

  useWiFi(wifi: OrderedWiFi): void {
    this.#wifi = wifi;
  }

  useHelp(help: NetworkHelp): void {
    this.#help = help;
  }

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

  /** The session goes to other brokers; `needsTime` as above. */
  sessionMoved(needsTime: boolean): void {
    this.#needsTime = needsTime;
    if (!this.#online) return;
    if (needsTime && !this.#timeKnown) {
      if (this.#started) this.#session?.suspend();
    } else if (!this.#started || this.#state?.kind === "suspended") this.connect();
  }

  /** Wi-Fi has an address, or another one: connections of the old one are dead. */
  online(): void {
    if (this.#online && this.#started) this.#session?.suspend();
    this.#online = true;
    this.#isAnswered = false;
    this.#time?.start();
    this.connect();
  }

  /** Wi-Fi is gone. */
  offline(): void {
    this.#online = false;
    this.#time?.stop();
    if (this.#started) this.#session?.suspend();
  }

  /** No network is set, or none has worked for ten minutes. */
  stranded(): void {
    this.#help?.stranded();
  }

  /** The clock has been set, or turned: certificates that were refused may be good. */
  timeKnown(): void {
    this.#timeKnown = true;
    if (this.#online && this.#needsTime) this.connect();
  }

  /** The session has gone on. */
  sessionChanged(state: SessionState): void {
    const before = this.#state;
    this.#state = state;
    switch (state.kind) {
      case "connecting":
        if (before?.kind === "resolving") this.sessionAnswered(true);
        break;
      case "handshaking":
      case "online":
        this.sessionAnswered(true);
        break;
      case "waiting":
        this.attemptEnded(
          state.reason,
          before && "since" in before ? state.since - before.since : 0,
        );
    }
  }

  /** Something came back from a time server. */
  answered(): void {
    this.#wifi?.answered();
  }

  /** Nothing came back from a time server, which says little while the session is answered. */
  unanswered(): void {
    if (this.#session && !this.#isAnswered) this.#wifi?.unanswered();
  }

  /** Says goodbye to the broker, in these words if any; calls back once, after at most 1.5 s. */
  close(onClosed: () => void, goodbye?: string): void {
    this.#time?.stop();
    if (this.#session && this.#started) this.#session.stop(onClosed, goodbye);
    else onClosed();
  }

  /** An attempt of the session to connect has ended so, `ms` after its last step. */
  private attemptEnded(reason: string, ms: number): void {
    switch (reason) {
      case "mqtt/dns-deadline":
      case "mqtt/tcp-deadline":
      case "mqtt/tls-deadline":
        this.sessionAnswered(false);
        break;
      case "mqtt/dns-failed":
      case "mqtt/tcp-failed":
        this.sessionAnswered(ms < refusalTime);
        break;
      case "mqtt/tls-failed":
        // The dates of a certificate may be good, and the clock wrong.
        this.#time?.check();
        this.sessionAnswered(true);
        break;
      case "mqtt/tls-closed":
      case "mqtt/ws-failed":
        this.sessionAnswered(true);
    }
  }

  private sessionAnswered(isAnswered: boolean): void {
    this.#isAnswered = isAnswered;
    if (isAnswered) {
      this.#wifi?.answered();
      return;
    }
    // The broker alone may be away.
    this.#time?.check();
    this.#wifi?.unanswered();
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
