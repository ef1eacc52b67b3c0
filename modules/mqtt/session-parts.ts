// SPDX-License-Identifier: MIT

import { SessionCounters } from "./counters.ts";
import type { MqttError } from "./mqtt-error.ts";
import { Connector, type ConnectorOwner } from "./session/connector.ts";
import { SessionDelivery } from "./session/delivery.ts";
import { SessionStatus } from "./session/presence.ts";
import { Reconnect } from "./session/reconnect.ts";
import { SessionLog } from "./session/session-log.ts";
import type { MqttSessionOptions } from "./session/session-options.ts";
import { checkOptions, limitsOf } from "./session/session-setup.ts";
import { StateTeller } from "./state-teller.ts";

/** What a session consists of, with its options checked and the defaults of its limits. */
export class SessionParts {
  readonly counters = new SessionCounters();
  readonly options: MqttSessionOptions;
  /** How long the broker may take to confirm anything, ms. */
  readonly brokerDeadline: number;
  readonly log: SessionLog;
  readonly delivery: SessionDelivery;
  readonly connector: Connector;
  readonly reconnect: Reconnect;
  readonly status: SessionStatus;
  readonly teller: StateTeller;

  /** @throws MqttError for an illegal option, naming it */
  constructor(given: MqttSessionOptions, owner: ConnectorOwner) {
    const options = { ...given, brokers: [...given.brokers] };
    const limits = limitsOf(options.limits);
    checkOptions(options, limits.sendBuffer);
    this.options = options;
    this.brokerDeadline = limits.brokerDeadline;
    const { counters } = this;
    const log = new SessionLog(options.log, counters);
    this.log = log;
    const onError = (error: MqttError) => owner.clientFailed(error);
    const delivery = new SessionDelivery({ session: options, limits, counters, log, onError });
    this.delivery = delivery;
    this.teller = new StateTeller(options, (error) => delivery.fault(error));
    const onRepeat = (topic: string) => {
      counters.rebirths++;
      log.rebirth(topic);
    };
    this.status = new SessionStatus({ session: options, limits, delivery, onRepeat });
    this.connector = new Connector(options, limits, owner);
    const { random, store, reconnect, brokers } = options;
    const onStoreError = (error: unknown) => log.store(error);
    const setup = { random, store, options: reconnect, brokers: brokers.length, onStoreError };
    this.reconnect = new Reconnect(setup);
  }
}
