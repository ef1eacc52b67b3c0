// SPDX-License-Identifier: MIT

import type { ReadingObserver } from "../../air-quality/air-quality-station.ts";
import { isWorthPublishing, type PublishLimits } from "../../air-quality/publish-rule.ts";
import { hasValue, type Reading } from "../../air-quality/reading.ts";
import type { Clock } from "../../base/clock.ts";
import type { Webhook } from "../../webhook/webhook.ts";
import type { BoardSettings } from "../setting-list.ts";
import { type RuleEvent, WebhookValues } from "./webhook-values.ts";

export interface ReadingWebhookOptions {
  readonly webhook: Webhook;
  readonly clock: Clock;
  readonly settings: BoardSettings;
  /** Board id. */
  readonly id: string;
  readonly station: { readonly interval: number };
  /** Which readings are sent; undefined: none, but what rules send. */
  readonly limits: Omit<PublishLimits, "period"> | undefined;
}

/** Sends the readings that are worth it, and what rules say, to the webhook. */
export class ReadingWebhook implements ReadingObserver {
  readonly #options: ReadingWebhookOptions;
  #last: Reading | undefined;

  constructor(options: ReadingWebhookOptions) {
    this.#options = options;
  }

  /** What the webhook is doing, for people. */
  get text(): string {
    return this.#options.webhook.text;
  }

  /** Something is on its way, or could be. */
  get isBusy(): boolean {
    return this.#options.webhook.isBusy;
  }

  /** A new reading of the station. */
  onReading(reading: Reading): void {
    const { limits, station } = this.#options;
    if (limits === undefined || !hasValue(reading)) return;
    if (!isWorthPublishing(reading, this.#last, { ...limits, period: station.interval })) return;
    this.#last = reading;
    this.send(reading, undefined);
  }

  /** A rule has begun or ceased to hold with that reading. */
  onRule(event: RuleEvent, reading: Reading): void {
    this.send(reading, event);
  }

  close(): void {
    this.#options.webhook.close();
  }

  private send(reading: Reading, event: RuleEvent | undefined): void {
    const { webhook, clock, settings, id } = this.#options;
    const isLate = webhook.isBehind;
    webhook.send(new WebhookValues({ reading, event, clock, settings, id, isLate }));
  }
}
