// SPDX-License-Identifier: MIT

import type { Timer } from "../base/clock.ts";
import { nameOfBroker } from "./broker-address.ts";
import type { ControlInfo, ReadableInfo } from "./client-options.ts";
import { connectionError } from "./connection-error.ts";
import { Connector, type ConnectorOwner } from "./connector.ts";
import type { MqttClient } from "./mqtt-client.ts";
import { MqttError } from "./mqtt-error.ts";
import { type OutgoingFacts, withDone } from "./outgoing-message.ts";
import { CONNACK, DISCONNECT } from "./packet/packet.ts";
import { Reconnect } from "./reconnect.ts";
import { SessionCounters } from "./session-counters.ts";
import { SessionDelivery } from "./session-delivery.ts";
import { SessionLog } from "./session-log.ts";
import type { MqttSessionOptions } from "./session-options.ts";
import { checkOptions, limitsOf, statusFacts } from "./session-setup.ts";
import {
  isLinked,
  isRunning,
  nextState,
  type SessionEvent,
  type SessionState,
} from "./session-state.ts";
import { StatusKeeper } from "./status-keeper.ts";

/** Longest time from `stop` to its callback, ms. */
const STOPPING = 1_500;
/** How often deadlines are looked at, ms. */
const TICK = 1_000;
/** Within this time a session tries after `resume`, ms; boards at one access point spread. */
const RESUMING = 1_000;

/** What is behind an `MqttSession`: its connections, one after the other, and what they serve. */
export class SessionEngine implements ConnectorOwner {
  readonly counters = new SessionCounters();
  readonly delivery: SessionDelivery;
  readonly #options: MqttSessionOptions;
  readonly #brokerDeadline: number;
  readonly #log: SessionLog;
  readonly #connector: Connector;
  readonly #reconnect: Reconnect;
  readonly #birth: OutgoingFacts | undefined;
  readonly #goodbye: OutgoingFacts | undefined;
  readonly #keeper: StatusKeeper | undefined;
  #state: SessionState = { kind: "idle" };
  #client: MqttClient | undefined;
  /** The next attempt, or the end of stopping. */
  #timer: Timer | undefined;
  #ticker: Timer | undefined;
  #notice: Timer | undefined;
  #waiting: (() => void)[] = [];

  constructor(given: MqttSessionOptions) {
    const options = { ...given, brokers: [...given.brokers] };
    const limits = limitsOf(options.limits);
    checkOptions(options, limits.sendBuffer);
    this.#birth = options.birth && statusFacts(options.birth, limits);
    this.#goodbye = options.goodbye && statusFacts(options.goodbye, limits);
    this.#options = options;
    this.#brokerDeadline = limits.brokerDeadline;
    const { counters } = this;
    const log = new SessionLog(options.log);
    this.#log = log;
    const onError = (error: MqttError) => this.#drop(error);
    this.delivery = new SessionDelivery({ session: options, limits, counters, log, onError });
    this.#connector = new Connector(options, limits, this);
    const { random, store, reconnect, brokers } = options;
    const onStoreError = (error: unknown) => log.store(error);
    const setup = { random, store, options: reconnect, brokers: brokers.length, onStoreError };
    this.#reconnect = new Reconnect(setup);
    this.#keeper = this.#guard();
  }

  get state(): SessionState {
    return this.#state;
  }

  start(): void {
    if (isRunning(this.#state) || this.#timer !== undefined) return;
    this.delivery.restore();
    const { timers } = this.#options;
    this.#ticker = timers.repeat(() => this.#tick(), TICK);
    const delay = this.#reconnect.startDelay;
    if (delay > 0) this.#wait(connectionError("mqtt/earlier-outage"), delay, true);
    else this.#timer = timers.set(() => this.#attempt(), 0);
  }

  stop(onStopped: (() => void) | undefined): void {
    if (onStopped) this.#waiting.push(onStopped);
    if (this.#state.kind === "stopping") return;
    const online = this.#state.kind === "online";
    const { timers } = this.#options;
    timers.clear(this.#timer);
    // The goodbye will come back on the status topic, and must stand there.
    this.#keeper?.disconnected();
    this.#event({ kind: "stop" }, true);
    this.#timer = timers.set(() => this.#stopped(), online ? STOPPING : 0);
    if (!online) this.#detach();
    else if (this.#goodbye) {
      this.delivery.publishFirst(withDone(this.#goodbye, () => this.#disconnect()));
      this.delivery.pump(true);
    } else this.#disconnect();
  }

  suspend(): void {
    if (!isRunning(this.#state) && this.#timer === undefined) return;
    if (this.#state.kind === "stopping") return;
    this.#clearTimer();
    this.#detach();
    this.#event({ kind: "suspend" }, true);
  }

  resume(): void {
    const { kind } = this.#state;
    if (kind !== "suspended" && kind !== "waiting") return;
    const { timers, random } = this.#options;
    this.#clearTimer();
    this.#timer = timers.set(() => this.#attempt(), Math.floor(random() * RESUMING));
  }

  // --- the connection

  clientStage(stage: "connecting" | "handshaking"): void {
    this.#event({ kind: "stage", stage });
  }

  clientReadable(client: MqttClient, info: ReadableInfo): void {
    this.delivery.readable(client, info);
  }

  clientWritable(): void {
    this.delivery.pump(this.#state.kind === "stopping");
  }

  clientControl(client: MqttClient, info: ControlInfo): void {
    if (info.operation === CONNACK) this.#accepted(client, info.sessionPresent === true);
    else {
      this.delivery.control(client, info);
      this.delivery.pump(this.#state.kind === "stopping");
    }
  }

  clientSkipped(byteLength: number): void {
    this.counters.oversize++;
    this.#log.oversize("", byteLength);
  }

  clientClosed(): void {
    this.#stopped();
  }

  clientFailed(error: MqttError): void {
    this.#lost(error);
  }

  clientFault(error: unknown): void {
    this.delivery.fault(error);
  }

  // --- what happens

  #attempt(): void {
    this.#timer = undefined;
    const broker = this.#options.brokers[this.#reconnect.broker];
    if (!broker || isLinked(this.#state)) return;
    const name = nameOfBroker(broker);
    this.counters.attempts++;
    this.#log.connecting(name);
    try {
      const client = this.#connector.open(broker);
      this.#client = client;
      this.#event({ kind: "attempt", broker: name, resolving: client.resolving });
    } catch (error) {
      this.#lost(error instanceof MqttError ? error : connectionError("mqtt/tcp-failed", error));
    }
  }

  #accepted(client: MqttClient, sessionPresent: boolean): void {
    // With a clean session there is none, whatever the broker says [MQTT-3.2.2-1].
    const resumed = sessionPresent && this.#options.clean !== true;
    this.counters.connects++;
    if (resumed) this.counters.resumed++;
    const { restarted } = this.counters;
    this.delivery.connected(client, resumed);
    if (this.counters.restarted > restarted) this.#log.restarted();
    if (this.#birth) this.delivery.publishFirst(this.#birth);
    this.#keeper?.connected();
    this.#event({ kind: "accepted", resumed });
    if (this.#state.kind === "online") this.#log.online(this.#state.broker, resumed);
  }

  /** Ends a connection that still works, because of an error. */
  #drop(error: MqttError): void {
    if (!this.#client) return;
    this.#lost(error);
  }

  #lost(error: MqttError): void {
    const { state } = this;
    const now = this.#options.clock.ticks();
    const online = state.kind === "online";
    this.#detach();
    if (state.kind === "stopping") {
      this.#stopped();
      return;
    }
    if (online && now - state.since >= this.#reconnect.stable) {
      this.#wait(error, this.#reconnect.lost());
      return;
    }
    if (online) this.#log.kicked(++this.counters.kicks, this.#options.id);
    this.#wait(error, this.#reconnect.failed(error.code));
  }

  #wait(error: MqttError, delay: number, later = false): void {
    const { timers } = this.#options;
    this.#log.waiting(error, delay);
    this.#clearTimer();
    this.#timer = timers.set(() => this.#attempt(), delay);
    const attempt = this.#reconnect.failures;
    const { code: reason, message: text } = error;
    this.#event({ kind: "failed", delay, reason, text, attempt }, later);
  }

  #disconnect(): void {
    if (this.#state.kind !== "stopping" || !this.#client) return;
    try {
      this.#client.write(undefined, { operation: DISCONNECT });
    } catch {
      // No room, or the link has just failed: the end of STOPPING closes it.
    }
  }

  #stopped(): void {
    const { timers } = this.#options;
    this.#clearTimer();
    timers.clear(this.#ticker);
    this.#ticker = undefined;
    this.#detach();
    this.delivery.stop();
    this.#log.stopped();
    this.#event({ kind: "stopped" });
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const onStopped of waiting) this.#call(onStopped);
  }

  #detach(): void {
    const client = this.#client;
    this.#client = undefined;
    this.#keeper?.disconnected();
    this.delivery.disconnected();
    client?.close();
  }

  #tick(): void {
    const { state } = this;
    const now = this.#options.clock.ticks();
    this.delivery.tick();
    if (state.kind !== "online") return;
    if (now - state.since >= this.#reconnect.stable) this.#reconnect.reset();
    const { oldest } = this.delivery;
    if (oldest !== undefined && now - oldest >= this.#brokerDeadline) {
      this.#drop(connectionError("mqtt/broker-deadline"));
    }
  }

  /** A subscription of our own to the status topic. */
  #guard(): StatusKeeper | undefined {
    const { birth, will, guardBirth = true, clock } = this.#options;
    if (!this.#birth || !birth || !guardBirth || will?.topic !== birth.topic) return undefined;
    const onRepeat = (facts: OutgoingFacts) => {
      this.counters.rebirths++;
      this.#log.rebirth(facts.topic);
      const { topic, payload, QoS, retain } = facts;
      this.delivery.publish(topic, payload, { QoS, retain, policy: "latest" });
    };
    const keeper = new StatusKeeper({ clock, birth: this.#birth, onRepeat });
    this.delivery.subscribe(birth.topic, { QoS: 1, onMessage: (message) => keeper.seen(message) });
    return keeper;
  }

  #event(event: SessionEvent, later = false): void {
    const next = nextState(this.#state, event, this.#options.clock.ticks());
    if (next === this.#state) return;
    this.#state = next;
    if (!later) this.#tellState();
    // Not from inside a public call.
    else this.#notice ??= this.#options.timers.set(() => this.#tellState(), 0);
  }

  #tellState(): void {
    this.#options.timers.clear(this.#notice);
    this.#notice = undefined;
    const { onState } = this.#options;
    if (onState) this.#call(() => onState(this.#state));
  }

  #call(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      this.delivery.fault(error);
    }
  }

  #clearTimer(): void {
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
  }
}
