// SPDX-License-Identifier: MIT

import type { Clock, Random, Timer, Timers } from "../base/clock.ts";
import type { MQTTClient } from "../ecma-419/mqtt-client.ts";
import { DISCONNECT, PINGREQ } from "./codec/packet.ts";
import { connectionError } from "./connection-error.ts";
import { SessionCounters } from "./counters.ts";
import { MqttError } from "./mqtt-error.ts";
import type { PublishOptions } from "./publish/publish-options.ts";
import { MAYBE_OURS, NOT_OURS, OURS, REFUSED } from "./publish/publisher.ts";
import { type BrokerAddress, nameOfBroker } from "./session/broker-address.ts";
import { Connector } from "./session/connector.ts";
import { Delivery, type DeliveryOwner } from "./session/delivery.ts";
import { LinkWatch } from "./session/link-watch.ts";
import { Presence, type PresenceOwner } from "./session/presence.ts";
import { Reconnect, type RetryPlan } from "./session/reconnect.ts";
import { SessionLog } from "./session/session-log.ts";
import {
  checkOptions,
  checksumOf,
  connectsOf,
  limitsOf,
  type MqttSessionOptions,
  type SessionAccess,
} from "./session/session-options.ts";
import {
  isLinked,
  isRunning,
  nextState,
  type SessionEvent,
  type SessionState,
} from "./session/session-state.ts";
import type { SubscribeOptions, SubscriptionHandle } from "./subscribe/mqtt-message.ts";

/** From so old an unconfirmed packet on, the connection is behind, ms. */
const maxLag = 2_000;
/** Longest time from `stop` to its callback, ms. */
const stopDeadline = 1_500;
/** How often deadlines are looked at, ms. */
const tickInterval = 1_000;

/**
 * MQTT delivery that outlives connections: it connects, comes back after a lost link, keeps what
 * was published meanwhile, and delivers QoS 1 at least once and QoS 2 exactly once in both
 * directions. No callback is made from inside a public call.
 *
 * Exactly once needs a broker that keeps the session. When it has lost it, messages that were not
 * confirmed are sent as new, and a QoS 2 message may arrive twice (`counters.restarted`).
 *
 * The methods `client…` and `onRebirth` are for its own connections and parts.
 */
export class MqttSession implements DeliveryOwner, PresenceOwner {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #random: Random;
  #brokers: readonly BrokerAddress[];
  #id: string;
  #isClean: boolean;
  readonly #onState: ((state: SessionState) => void) | undefined;
  readonly #counters = new SessionCounters();
  readonly #log: SessionLog;
  readonly #delivery: Delivery;
  readonly #presence: Presence;
  readonly #connector: Connector;
  readonly #reconnect: RetryPlan;
  readonly #watch: LinkWatch;
  #state: SessionState = { kind: "idle" };
  readonly #tick = () => this.tick();
  #client: MQTTClient | undefined;
  /** The next attempt, or the end of stopping. */
  #timer: Timer | undefined;
  #ticker: Timer | undefined;
  /** The application is about to be notified of the state. */
  #notice: Timer | undefined;
  /** DISCONNECT goes out as soon as it can. */
  #isLeaving = false;
  /** Online still, at a broker that is being left for another. */
  #isMoving = false;
  #onStopped: (() => void)[] = [];
  /** Messages that the outbox takes. */
  readonly outboxCount: number;

  /** @throws MqttError for an illegal option, naming it; nothing has been sent then */
  constructor(options: MqttSessionOptions) {
    // As they are now: a caller may change its objects later.
    const session = { ...options, brokers: [...options.brokers] };
    const limits = limitsOf(session.limits);
    checkOptions(session);
    const connects = connectsOf(session, limits.sendBuffer);
    const { clock, timers, random, store, brokers } = session;
    this.#clock = clock;
    this.#timers = timers;
    this.#random = random;
    this.#brokers = brokers;
    this.#id = session.id;
    this.#isClean = session.clean === true;
    this.#onState = session.onState;
    this.#watch = new LinkWatch(limits.brokerDeadline);
    this.outboxCount = limits.outboxCount;
    const counters = this.#counters;
    const log = new SessionLog(session.log, counters);
    const delivery = new Delivery({ session, limits, counters, log, owner: this });
    this.#log = log;
    this.#delivery = delivery;
    this.#presence = new Presence({ session, delivery, owner: this });
    this.#connector = new Connector({ session, limits, connects, owner: delivery });
    this.#reconnect =
      session.retryPlan ??
      new Reconnect(
        {
          brokers: brokers.length,
          checksum: checksumOf(brokers, connects),
          clock,
          random,
          store,
          owner: log,
        },
        session.reconnect,
      );
    // Before anything is published, so that it goes out first.
    delivery.restore();
  }

  /** What the session is doing. */
  get state(): SessionState {
    return this.#state;
  }

  get counters(): Readonly<SessionCounters> {
    return this.#counters;
  }

  /** Messages in the outbox: waiting to be sent, or not confirmed. */
  get outgoing(): number {
    return this.#delivery.outgoing;
  }

  /** Of them, those of QoS 1 and 2 that were sent and are not confirmed; and the birth. */
  get unconfirmed(): number {
    return this.#delivery.unconfirmed;
  }

  /**
   * True when what is published now will arrive late: there is no connection, or the broker has not
   * confirmed for two seconds.
   */
  get behind(): boolean {
    if (this.#state.kind !== "online") return true;
    const { oldest } = this.#delivery;
    return oldest !== undefined && this.#clock.ticks() - oldest >= maxLag;
  }

  /** Begins to connect; does nothing when it is running, starts again when it has stopped. */
  start(): void {
    if (isRunning(this.#state) || this.#timer !== undefined) return;
    if (this.#state.kind === "stopped") this.#delivery.restore();
    this.#ticker = this.#timers.repeat(this.#tick, tickInterval);
    const delay = this.#reconnect.startDelay;
    if (delay > 0) this.wait(connectionError("mqtt/earlier-outage"), delay);
    else this.attemptAfter(0);
  }

  /**
   * Sends goodbye and DISCONNECT if connected and calls back once, after at most 1.5 s. The broker
   * does not publish the will then. Messages that are still waiting end as "stopped"; with a
   * `store`, those of QoS 1 and 2 go out after the next start. `goodbye`: what to say instead of the usual one.
   */
  stop(onStopped?: () => void, goodbye?: string): void {
    if (onStopped) this.#onStopped.push(onStopped);
    const { kind } = this.#state;
    if (kind === "stopping") return;
    const isOnline = kind === "online";
    this.#timers.clear(this.#timer);
    // The goodbye will come back on the status topic, and must stand there.
    this.#presence.rest();
    this.change({ kind: "stop" }, true);
    this.#timer = this.#timers.set(() => this.stopped(), isOnline ? stopDeadline : 0);
    if (!isOnline) {
      this.detach();
      return;
    }
    this.sayGoodbye(goodbye);
  }

  /**
   * Goes on with other brokers, or at the same ones otherwise than before, at once: says goodbye where it
   * is, for at most 1.5 s. What waits goes out there, and nothing of earlier failures counts.
   * @throws MqttError for an illegal option, naming it; all is as before then
   */
  move(access: SessionAccess): void {
    const brokers = [...access.brokers];
    checkOptions({ ...access, brokers });
    const connects = connectsOf(access, this.#connector.sendBuffer);
    const isElsewhere = access.id !== this.#id || namesOf(brokers) !== namesOf(this.#brokers);
    this.#brokers = brokers;
    this.#id = access.id;
    this.#isClean = access.clean === true;
    this.#connector.use(access, connects);
    this.#reconnect.moved(brokers.length, checksumOf(brokers, connects), isElsewhere);
    const { kind } = this.#state;
    if (kind === "online") this.leave();
    else this.#delivery.moved(this.#isClean);
    if (kind === "waiting") this.attemptAfter(0);
    else if (kind !== "online" && isLinked(this.#state)) this.goOn();
    this.#log.moving(namesOf(brokers));
  }

  /** The network is gone: drops the connection and tries nothing until `resume`. */
  suspend(): void {
    if (this.#state.kind === "stopping" || this.#ticker === undefined) return;
    this.clearTimer();
    this.detach();
    this.change({ kind: "suspend" }, true);
  }

  /** The network is back: tries soon, spread like boards that have lost their broker. */
  resume(): void {
    const { kind } = this.#state;
    if (kind !== "suspended" && kind !== "waiting") return;
    this.attemptAfter(Math.floor(this.#random() * this.#reconnect.spread));
  }

  /** Tries now instead of waiting any longer. @returns false when it was not waiting */
  retry(): boolean {
    if (this.#state.kind !== "waiting") return false;
    this.attemptAfter(0);
    return true;
  }

  /**
   * Takes a message for delivery, connected or not; topic and payload are copied.
   * @returns false when there was no room and the policy is "reject" or "drop-newest"
   * @throws MqttError for an illegal topic, QoS or size; nothing has been taken then
   */
  publish(topic: string, payload: string | Uint8Array, options: PublishOptions = {}): boolean {
    return this.#delivery.publisher.publish(topic, payload, options);
  }

  /**
   * Calls `onMessage` for every message whose topic matches; survives lost links and sessions. A
   * filter may be subscribed to several times; the broker is asked for the highest QoS of them.
   * @throws MqttError for an illegal filter or QoS, or too many filters
   */
  subscribe(filter: string, options: SubscribeOptions): SubscriptionHandle {
    return this.#delivery.subscribe(filter, options);
  }

  /**
   * Has the broker forget a filter that nobody here wants, such as one of another client with this id.
   * @returns false when somebody here wants it
   * @throws MqttError for an illegal filter
   */
  unsubscribe(filter: string): boolean {
    return this.#delivery.unsubscribeFrom(filter);
  }

  // --- what its connection and its parts notify it of

  clientStage(stage: "connecting" | "handshaking"): void {
    this.change({ kind: "stage", stage });
  }

  clientAccepted(client: MQTTClient, sessionPresent: boolean): void {
    const state = this.#state;
    if (state.kind === "handshaking") this.#watch.connected(this.#clock.ticks() - state.since);
    const isKnown = this.#reconnect.accepted();
    // With a clean session there is none, whatever the broker says [MQTT-3.2.2-1].
    const isResumed = isKnown && sessionPresent && !this.#isClean;
    this.#counters.connects++;
    if (isResumed) this.#counters.resumed++;
    const { restarted } = this.#counters;
    this.#delivery.connected(client, isResumed);
    if (this.#counters.restarted > restarted) this.#log.restarted();
    this.#presence.connected();
    // Later: what the application sends then needs its stack for itself.
    this.change({ kind: "accepted", resumed: isResumed }, true);
    if (this.#state.kind === "online") this.#log.online(this.#state.broker, isResumed);
  }

  clientDrained(): void {
    // Not possible before, in the middle of a message.
    if (this.#isLeaving) this.disconnect();
  }

  clientClosed(): void {
    if (this.#isMoving && this.#state.kind !== "stopping") this.goOn();
    else this.stopped();
  }

  clientFailed(error: MqttError): void {
    if (this.#client) this.lost(error);
  }

  onRebirth(topic: string): void {
    this.#counters.rebirths++;
    this.#log.rebirth(topic);
  }

  // --- what happens, in this order: attempt, accepted, lost, wait, and attempt again

  private attempt(): void {
    this.#timer = undefined;
    const place = this.#reconnect.broker;
    const broker = this.#brokers[place];
    if (!broker || isLinked(this.#state)) return;
    const name = nameOfBroker(broker);
    this.#counters.attempts++;
    this.#log.connecting(name);
    try {
      const client = this.#connector.open(broker, place);
      this.#client = client;
      this.change({ kind: "attempt", broker: name, resolving: client.resolving });
    } catch (error) {
      this.lost(error instanceof MqttError ? error : connectionError("mqtt/tcp-failed", error));
    }
  }

  private lost(error: MqttError): void {
    const state = this.#state;
    if (this.#isMoving && state.kind !== "stopping") {
      this.goOn();
      return;
    }
    const reconnect = this.#reconnect;
    const isOnline = state.kind === "online";
    const isClosed = error.code === "mqtt/lost";
    const { isConfirmed, takesMessages } = this.#delivery;
    // One that ends the connection may do so at a message; one that lets it wait takes none.
    const wasConfirmed = isClosed ? isConfirmed : takesMessages;
    const now = this.#clock.ticks();
    const ending = isOnline ? this.#delivery.lost(error.code) : NOT_OURS;
    this.detach();
    if (state.kind === "stopping") {
      this.stopped();
      return;
    }
    const isStable = isOnline && wasConfirmed && now - state.since >= reconnect.stable;
    const isKicked = isOnline && !isStable && ending === NOT_OURS && isClosed;
    if (isKicked) this.#log.kicked(++this.#counters.kicks, this.#id, this.#delivery.lastTopic);
    if (!isOnline) this.wait(error, reconnect.failed(error.code));
    // What the broker does not take is out of the way, and it takes other things.
    else if (isStable || (ending === REFUSED && wasConfirmed)) this.wait(error, reconnect.lost());
    else if (ending === OURS || ending === REFUSED) this.wait(error, reconnect.ended(true));
    else if (ending === MAYBE_OURS && wasConfirmed) this.wait(error, reconnect.ended(false));
    else this.wait(error, reconnect.kicked());
  }

  private wait(error: MqttError, delay: number): void {
    this.attemptAfter(delay);
    const attempt = this.#reconnect.failures;
    const { code: reason, message: text } = error;
    // Later: ending a connection is as much as one turn of the loop should do.
    this.change({ kind: "failed", delay, reason, text, attempt }, true);
  }

  private attemptAfter(delay: number): void {
    this.clearTimer();
    this.#timer = this.#timers.set(() => this.attempt(), delay);
  }

  /** Begins to leave a broker for another. */
  private leave(): void {
    if (this.#isMoving) return;
    this.#isMoving = true;
    this.#presence.rest();
    this.clearTimer();
    this.#timer = this.#timers.set(() => this.goOn(), stopDeadline);
    this.sayGoodbye();
  }

  /** The old broker is left, or given up: to the new one. */
  private goOn(): void {
    this.detach();
    this.wait(connectionError("mqtt/moved"), 0);
  }

  private sayGoodbye(payload?: string): void {
    this.#isLeaving = !this.#presence.sayGoodbye(() => this.disconnect(), payload);
    this.#delivery.end();
    if (this.#isLeaving) this.disconnect();
  }

  private disconnect(): void {
    if ((this.#state.kind !== "stopping" && !this.#isMoving) || !this.#client) return;
    try {
      this.#client.write(undefined, { operation: DISCONNECT });
    } catch {
      // No room, an unfinished message, or the link has just failed: `stopDeadline` ends it.
    }
  }

  private stopped(): void {
    this.clearTimer();
    this.#timers.clear(this.#ticker);
    this.#ticker = undefined;
    this.detach();
    this.#delivery.stop();
    this.#log.stopped();
    this.change({ kind: "stopped" });
    for (const onStopped of this.#onStopped.splice(0)) {
      try {
        onStopped();
      } catch (error) {
        this.#delivery.onFault(error);
      }
    }
  }

  private detach(): void {
    const client = this.#client;
    this.#client = undefined;
    this.#isLeaving = false;
    this.#presence.rest();
    this.#delivery.disconnected();
    // With the will: only who leaves on purpose has said goodbye.
    if (this.#isMoving || this.#state.kind === "stopping") client?.close();
    else client?.abort();
    if (this.#isMoving) this.#delivery.moved(this.#isClean);
    this.#isMoving = false;
  }

  private tick(): void {
    // One that was still to come when the session was stopped.
    if (this.#ticker === undefined) return;
    const state = this.#state;
    const now = this.#clock.ticks();
    // One message a turn is written into the journal.
    if (this.#delivery.tick(now)) this.#timers.set(this.#tick, 0);
    if (state.kind !== "online") return;
    const { oldest, takesMessages } = this.#delivery;
    if (takesMessages && now - state.since >= this.#reconnect.stable) this.#reconnect.reset();
    const verdict = this.#watch.look(now, oldest, this.#client?.heard);
    if (verdict === "ask") this.ask();
    else if (verdict !== undefined) {
      const client = this.#client;
      // In a turn of its own: ending a connection is as much as one should do.
      const onTimer = () => this.#client === client && this.lost(connectionError(verdict));
      this.#timers.set(onTimer, 0);
    }
  }

  /** Asks the broker for a sign of life. */
  private ask(): void {
    try {
      this.#client?.write(undefined, { operation: PINGREQ });
    } catch {
      // No room: what waits there is a question too.
    }
  }

  private clearTimer(): void {
    this.#timers.clear(this.#timer);
    this.#timer = undefined;
  }

  /** Something has happened. The application is notified later of events inside a public call. */
  private change(event: SessionEvent, isNotifiedLater = false): void {
    const next = nextState(this.#state, event, this.#clock.ticks());
    if (next === this.#state) return;
    this.#state = next;
    if (!isNotifiedLater) this.notify();
    else this.#notice ??= this.#timers.set(() => this.notify(), 0);
  }

  private notify(): void {
    this.#timers.clear(this.#notice);
    this.#notice = undefined;
    const onState = this.#onState;
    if (this.#state.kind === "waiting") this.#log.waiting(this.#state);
    try {
      onState?.(this.#state);
    } catch (error) {
      this.#delivery.onFault(error);
    }
  }
}

function namesOf(brokers: readonly BrokerAddress[]): string {
  return brokers.map(nameOfBroker).join(",");
}

export type { PublishOptions } from "./publish/publish-options.ts";
export type { MqttSessionOptions, SessionAccess } from "./session/session-options.ts";
export type { SessionState } from "./session/session-state.ts";
export type {
  MqttMessage,
  SubscribeOptions,
  SubscriptionHandle,
} from "./subscribe/mqtt-message.ts";
