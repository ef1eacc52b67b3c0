// SPDX-License-Identifier: MIT

import type { SessionCounters } from "../counters.ts";
import type { OutgoingMessage } from "../publish/outgoing-message.ts";
import type { PublishOutcome } from "../publish/publish-options.ts";
import type { Subscriber } from "../subscribe/subscriber.ts";
import type { Subscription } from "../subscribe/subscriptions.ts";
import type { SessionLog } from "./session-log.ts";
import type { MqttSessionOptions, QoS } from "./session-options.ts";

export interface ApplicationCallsOptions {
  readonly session: MqttSessionOptions;
  readonly counters: SessionCounters;
  readonly log: SessionLog;
}

/** Tells the application what became of its requests; what it throws is contained and counted. */
export class ApplicationCalls {
  readonly #options: ApplicationCallsOptions;

  constructor(options: ApplicationCallsOptions) {
    this.#options = options;
  }

  /** A callback of the application has thrown. */
  fault(error: unknown): void {
    this.#options.counters.faults++;
    this.#options.log.fault(error);
  }

  /** The broker has answered for a filter. */
  granted(entry: Subscription<Subscriber[]>, granted: QoS | 0x80): void {
    const { log } = this.#options;
    if (granted === 0x80) log.refused(entry.filter);
    else if (granted < entry.QoS) log.lowered(entry.filter, entry.QoS, granted);
    for (const { options, closed } of [...entry.handler]) {
      if (closed) continue;
      try {
        options.onGranted?.(granted);
      } catch (error) {
        this.fault(error);
      }
    }
  }

  /** A message has ended. */
  ended(message: OutgoingMessage, outcome: PublishOutcome): void {
    const { topic, QoS, since, onDone } = message.facts;
    try {
      onDone?.(outcome);
    } catch (error) {
      this.fault(error);
    }
    if (outcome !== "dropped" && outcome !== "replaced" && outcome !== "expired") return;
    const { clock, onDropped } = this.#options.session;
    try {
      onDropped?.({ topic, QoS, outcome, age: clock.ticks() - since });
    } catch (error) {
      this.fault(error);
    }
  }
}
