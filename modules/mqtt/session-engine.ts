// SPDX-License-Identifier: MIT

import type { Timer } from "../base/clock.ts";
import type { ControlInfo, ReadableInfo } from "./client/client-options.ts";
import type { MqttClient } from "./client/mqtt-client.ts";
import { CONNACK, DISCONNECT } from "./codec/packet.ts";
import { connectionError } from "./connection-error.ts";
import type { SessionCounters } from "./counters.ts";
import { MqttError } from "./mqtt-error.ts";
import { nameOfBroker } from "./session/broker-address.ts";
import type { ConnectorOwner } from "./session/connector.ts";
import type { SessionDelivery } from "./session/delivery.ts";
import type { MqttSessionOptions } from "./session/session-options.ts";
import { isLinked, isRunning, type SessionState } from "./session/session-state.ts";
import { SessionParts } from "./session-parts.ts";

/** Longest time from `stop` to its callback, ms. */
const STOPPING = 1_500;
/** How often deadlines are looked at, ms. */
const TICK = 1_000;
/** Within this time a session tries after `resume`, ms; boards at one access point spread. */
const RESUMING = 1_000;

/** What is behind an `MqttSession`: its connections, one after the other, and what they serve. */
export class SessionEngine implements ConnectorOwner {
  readonly #parts: SessionParts;
  #client: MqttClient | undefined;
  /** The next attempt, or the end of stopping. */
  #timer: Timer | undefined;
  #ticker: Timer | undefined;
  /** DISCONNECT goes out as soon as it can. */
  #leaving = false;
  #waiting: (() => void)[] = [];

  /** @throws MqttError for an illegal option, naming it */
  constructor(options: MqttSessionOptions) {
    this.#parts = new SessionParts(options, this);
  }

  get counters(): SessionCounters {
    return this.#parts.counters;
  }

  get delivery(): SessionDelivery {
    return this.#parts.delivery;
  }

  get state(): SessionState {
    return this.#parts.teller.state;
  }

  start(): void {
    if (isRunning(this.state) || this.#timer !== undefined) return;
    this.delivery.restore();
    const { timers } = this.#parts.options;
    this.#ticker = timers.repeat(() => this.#tick(), TICK);
    const delay = this.#parts.reconnect.startDelay;
    if (delay > 0) this.#wait(connectionError("mqtt/earlier-outage"), delay, true);
    else this.#timer = timers.set(() => this.#attempt(), 0);
  }

  stop(onStopped: (() => void) | undefined): void {
    if (onStopped) this.#waiting.push(onStopped);
    const { kind } = this.state;
    if (kind === "stopping") return;
    const online = kind === "online";
    const { timers } = this.#parts.options;
    timers.clear(this.#timer);
    // The goodbye will come back on the status topic, and must stand there.
    this.#parts.status.rest();
    this.#parts.teller.event({ kind: "stop" }, true);
    this.#timer = timers.set(() => this.#stopped(), online ? STOPPING : 0);
    if (!online) {
      this.#detach();
      return;
    }
    this.#leaving = !this.#parts.status.goodbye(() => this.#disconnect());
    this.delivery.end();
    if (this.#leaving) this.#disconnect();
  }

  suspend(): void {
    if (this.state.kind === "stopping" || this.#ticker === undefined) return;
    this.#clearTimer();
    this.#detach();
    this.#parts.teller.event({ kind: "suspend" }, true);
  }

  resume(): void {
    const { kind } = this.state;
    if (kind !== "suspended" && kind !== "waiting") return;
    const { timers, random } = this.#parts.options;
    this.#clearTimer();
    this.#timer = timers.set(() => this.#attempt(), Math.floor(random() * RESUMING));
  }

  // --- the connection

  clientStage(stage: "connecting" | "handshaking"): void {
    this.#parts.teller.event({ kind: "stage", stage });
  }

  clientReadable(client: MqttClient, info: ReadableInfo): void {
    this.delivery.readable(client, info);
  }

  clientWritable(): void {
    this.delivery.pump();
    // Not possible before, in the middle of a message.
    if (this.#leaving) this.#disconnect();
  }

  clientControl(client: MqttClient, info: ControlInfo): void {
    if (info.operation === CONNACK) this.#accepted(client, info.sessionPresent === true);
    else {
      this.delivery.control(client, info);
      this.delivery.pump();
    }
  }

  clientSkipped(byteLength: number): void {
    this.counters.oversize++;
    this.#parts.log.oversize("", byteLength);
  }

  clientClosed(): void {
    this.#stopped();
  }

  clientFailed(error: MqttError): void {
    if (this.#client) this.#lost(error);
  }

  clientFault(error: unknown): void {
    this.delivery.fault(error);
  }

  // --- what happens

  #attempt(): void {
    this.#timer = undefined;
    const broker = this.#parts.options.brokers[this.#parts.reconnect.broker];
    if (!broker || isLinked(this.state)) return;
    const name = nameOfBroker(broker);
    this.counters.attempts++;
    this.#parts.log.connecting(name);
    try {
      const client = this.#parts.connector.open(broker);
      this.#client = client;
      this.#parts.teller.event({ kind: "attempt", broker: name, resolving: client.resolving });
    } catch (error) {
      this.#lost(error instanceof MqttError ? error : connectionError("mqtt/tcp-failed", error));
    }
  }

  #accepted(client: MqttClient, sessionPresent: boolean): void {
    const isKnown = this.#parts.reconnect.accepted();
    // With a clean session there is none, whatever the broker says [MQTT-3.2.2-1].
    const resumed = isKnown && sessionPresent && this.#parts.options.clean !== true;
    this.counters.connects++;
    if (resumed) this.counters.resumed++;
    const { restarted } = this.counters;
    this.delivery.connected(client, resumed);
    if (this.counters.restarted > restarted) this.#parts.log.restarted();
    this.#parts.status.connected();
    // Later: what the application sends then needs its stack for itself.
    this.#parts.teller.event({ kind: "accepted", resumed }, true);
    if (this.state.kind === "online") this.#parts.log.online(this.state.broker, resumed);
  }

  #lost(error: MqttError): void {
    const { state } = this;
    const { reconnect, log, options } = this.#parts;
    const online = state.kind === "online";
    this.#detach();
    if (state.kind === "stopping") {
      this.#stopped();
      return;
    }
    const stable = online && options.clock.ticks() - state.since >= reconnect.stable;
    const kicked = online && !stable && error.code === "mqtt/lost";
    if (kicked) log.kicked(++this.counters.kicks, options.id);
    this.#wait(error, stable ? reconnect.lost() : reconnect.failed(error.code));
  }

  #wait(error: MqttError, delay: number, later = false): void {
    const { timers } = this.#parts.options;
    this.#parts.log.waiting(error, delay);
    this.#clearTimer();
    this.#timer = timers.set(() => this.#attempt(), delay);
    const attempt = this.#parts.reconnect.failures;
    const { code: reason, message: text } = error;
    this.#parts.teller.event({ kind: "failed", delay, reason, text, attempt }, later);
  }

  #disconnect(): void {
    if (this.state.kind !== "stopping" || !this.#client) return;
    try {
      this.#client.write(undefined, { operation: DISCONNECT });
    } catch {
      // No room, an unfinished message, or the link has just failed: STOPPING ends it.
    }
  }

  #stopped(): void {
    this.#clearTimer();
    this.#parts.options.timers.clear(this.#ticker);
    this.#ticker = undefined;
    this.#detach();
    this.delivery.stop();
    this.#parts.log.stopped();
    this.#parts.teller.event({ kind: "stopped" });
    for (const onStopped of this.#waiting.splice(0)) {
      try {
        onStopped();
      } catch (error) {
        this.delivery.fault(error);
      }
    }
  }

  #detach(): void {
    const client = this.#client;
    this.#client = undefined;
    this.#leaving = false;
    this.#parts.status.rest();
    this.delivery.disconnected();
    // With the will: only who leaves on purpose has said goodbye.
    if (this.state.kind === "stopping") client?.close();
    else client?.abort();
  }

  #tick(): void {
    const { state } = this;
    const now = this.#parts.options.clock.ticks();
    this.delivery.tick();
    if (state.kind !== "online") return;
    if (now - state.since >= this.#parts.reconnect.stable) this.#parts.reconnect.reset();
    const { oldest } = this.delivery;
    if (oldest !== undefined && now - oldest >= this.#parts.brokerDeadline) {
      this.#lost(connectionError("mqtt/broker-deadline"));
    }
  }

  #clearTimer(): void {
    this.#parts.options.timers.clear(this.#timer);
    this.#timer = undefined;
  }
}
