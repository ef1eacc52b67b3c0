// SPDX-License-Identifier: MIT

import type { Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import type { QoS } from "../../ecma-419/mqtt-client.ts";
import type { MqttSession } from "../../mqtt/session.ts";
import type { BoardTopics } from "../board-topics.ts";
import type { BoardSettings } from "../setting-list.ts";
import { ReadingPublisher } from "../telemetry/reading-publisher.ts";

export interface OpenPublisherParts {
  readonly settings: BoardSettings;
  readonly log: Log;
  readonly topics: BoardTopics;
  /** Undefined: readings are only shown. */
  readonly session: MqttSession | undefined;
  /** ms between two readings. */
  readonly period: number;
}

/** What shows and publishes the readings, as the settings want it. */
export function openPublisher(host: Host, parts: OpenPublisherParts): ReadingPublisher {
  const { settings, log, topics, session, period } = parts;
  return new ReadingPublisher({
    port: session,
    log,
    clock: host.clock,
    topic: topics.reading,
    name: settings.get("board.name"),
    QoS: settings.get("mqtt.qos") as QoS,
    limits: {
      period,
      interval: settings.get("publish.interval") * 1_000,
      floor: settings.get("publish.floor") * 1_000,
      co2: settings.get("publish.co2"),
      voc: settings.get("publish.voc"),
      temperature: settings.get("publish.temperature"),
      humidity: settings.get("publish.humidity"),
    },
    extendedTopic: settings.get("publish.extended") === "on" ? topics.extended : undefined,
  });
}
