// SPDX-License-Identifier: MIT

import type { AirQualityStation } from "../../air-quality/air-quality-station.ts";
import type { PublishLimits } from "../../air-quality/publish-rule.ts";
import { messageOf } from "../../base/app-error.ts";
import type { Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import type { HttpMethod } from "../../http/http-request.ts";
import { Webhook } from "../../webhook/webhook.ts";
import { WebhookTarget } from "../../webhook/webhook-target.ts";
import type { WiFiManager } from "../../wifi/wifi-manager.ts";
import type { BoardSettings } from "../setting-list.ts";
import { ReadingWebhook } from "../telemetry/reading-webhook.ts";

export interface StartWebhookOptions {
  readonly settings: BoardSettings;
  readonly log: Log;
  /** Board id. */
  readonly id: string;
  readonly wifi: Pick<WiFiManager, "status">;
  readonly station: Pick<AirQualityStation, "subscribe" | "interval">;
}

/** Starts the webhook that the settings have; undefined, and nothing is held, when they have none. */
export function startWebhook(
  host: Pick<Host, "network" | "clock" | "timers" | "random">,
  { settings, log, id, wifi, station }: StartWebhookOptions,
): ReadingWebhook | undefined {
  if (settings.get("webhook.url") === "") return undefined;
  try {
    const { network, clock, timers, random } = host;
    const target = webhookTarget(settings);
    const webhook = new Webhook({ target, network, wifi, clock, timers, random, log });
    const limits = limitsOf(settings);
    const readings = new ReadingWebhook({ webhook, clock, settings, id, station, limits });
    if (limits) station.subscribe(readings);
    return readings;
  } catch (error) {
    log({ level: "error", part: "webhook", event: "off", text: messageOf(error) });
    return undefined;
  }
}

/** Where the webhook of the settings is. Throws when they do not fit. */
export function webhookTarget(settings: BoardSettings): WebhookTarget {
  return new WebhookTarget({
    url: settings.get("webhook.url"),
    method: settings.get("webhook.method") as HttpMethod,
    headers: [
      settings.get("webhook.header.1"),
      settings.get("webhook.header.2"),
      settings.get("webhook.header.3"),
    ],
    body: settings.get("webhook.body"),
    authorities: settings.get("webhook.ca"),
  });
}

/** What counts as a change where `publish.*` says none: ppm, ppb, °C and percent. */
const usualChange = Object.freeze({ co2: 50, voc: 25, temperature: 0.5, humidity: 2 });

function limitsOf(settings: BoardSettings): Omit<PublishLimits, "period"> | undefined {
  const none = { floor: 0, co2: 0, voc: 0, temperature: 0, humidity: 0 };
  switch (settings.get("webhook.on")) {
    case "interval": {
      const interval = settings.get("webhook.interval") * 1_000;
      return { ...none, interval, floor: interval };
    }
    case "reading":
      return { ...none, interval: 0 };
    case "change":
      return {
        interval: Number.POSITIVE_INFINITY,
        floor: 0,
        co2: settings.get("publish.co2") || usualChange.co2,
        voc: settings.get("publish.voc") || usualChange.voc,
        temperature: settings.get("publish.temperature") || usualChange.temperature,
        humidity: settings.get("publish.humidity") || usualChange.humidity,
      };
    default:
      return undefined;
  }
}
