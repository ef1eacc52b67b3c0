// SPDX-License-Identifier: MIT

import { type Reading, readingText } from "../../air-quality/reading.ts";
import { encodeReading } from "../../air-quality/reading-json.ts";
import type { Clock } from "../../base/clock.ts";
import type { MessageValues } from "../../webhook/webhook-target.ts";
import type { BoardSettings } from "../setting-list.ts";

/** What a rule has to say. */
export interface RuleEvent {
  /** Name of the rule's setting. */
  readonly rule: string;
  /** It has begun to hold; false: it has ceased to. */
  readonly active: boolean;
  /** Whose value it looks at; undefined: that of this board. */
  readonly peer: string | undefined;
  readonly quantity: string;
  readonly value: number | undefined;
  /** Text of the rule's action; undefined: it has none. */
  readonly text: string | undefined;
  /** What has happened, in words. */
  readonly condition: string;
}

export interface WebhookValuesOptions {
  readonly reading: Reading;
  /** Undefined: it is about the reading itself. */
  readonly event: RuleEvent | undefined;
  readonly clock: Clock;
  readonly settings: BoardSettings;
  readonly id: string;
  /** It has to wait, and so brings its time along. */
  readonly isLate: boolean;
}

/** What can stand in a message of the webhook. */
export class WebhookValues implements MessageValues {
  readonly #options: WebhookValuesOptions;

  constructor(options: WebhookValuesOptions) {
    this.#options = options;
  }

  /** The JSON of a published reading, or of a rule. */
  get standard(): string {
    const { reading, event, settings, isLate } = this.#options;
    if (event !== undefined) {
      const { rule, active, peer, quantity, value, text } = event;
      return JSON.stringify({ rule, active, peer, [quantity]: value, text });
    }
    const time = isLate ? this.time : undefined;
    const decimals = settings.get("reading.decimals") as 0 | 1;
    return encodeReading(settings.get("board.name"), reading, time, decimals);
  }

  valueOf(name: string): string | number | boolean | undefined {
    const { reading, event, settings, id } = this.#options;
    switch (name) {
      case "co2":
        return reading.co2;
      case "voc":
        return reading.voc;
      case "pressure":
        return tenths(reading.pressure === undefined ? undefined : reading.pressure / 100);
      case "temperature":
        return tenths(reading.temperature ?? reading.pressureTemperature);
      case "humidity":
        return tenths(reading.humidityPercent);
      case "name":
        return settings.get("board.name");
      case "id":
        return id;
      case "time":
        return this.time === undefined ? undefined : new Date(this.time).toISOString();
      case "text":
        return event === undefined ? readingText(reading) : (event.text ?? event.condition);
      case "rule":
        return event?.rule;
      case "active":
        return event?.active;
      default:
        return undefined;
    }
  }

  /** Wall clock at the measurement, ms since 1970 UTC; undefined while nobody has set it. */
  private get time(): number | undefined {
    const { clock, reading } = this.#options;
    const now = clock.now();
    return now === undefined ? undefined : now - (clock.ticks() - reading.ticks);
  }
}

function tenths(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value * 10) / 10;
}
