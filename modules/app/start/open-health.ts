// SPDX-License-Identifier: MIT

import type { Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import { version } from "../../base/version.ts";
import type { Console } from "../../console/console.ts";
import type { QoS } from "../../ecma-419/mqtt-client.ts";
import type { MqttSession } from "../../mqtt/session.ts";
import type { WiFiManager } from "../../wifi/wifi-manager.ts";
import type { BoardTopics } from "../board-topics.ts";
import type { BoardSettings } from "../setting-list.ts";
import { encodeHealth } from "../telemetry/health-json.ts";
import { HealthReport } from "../telemetry/health-report.ts";
import type { ReadingPublisher } from "../telemetry/reading-publisher.ts";

export interface OpenHealthParts {
  readonly settings: BoardSettings;
  readonly log: Log;
  readonly topics: BoardTopics;
  readonly session: MqttSession;
  readonly wifi: Pick<WiFiManager, "status">;
  readonly publisher: Pick<ReadingPublisher, "published">;
  readonly console: Pick<Console, "dropped">;
}

const minute = 60_000;

/** Reports to the broker how the board is, when the settings want it. */
export function openHealth(host: Host, parts: OpenHealthParts): void {
  const { settings, log, topics, session, wifi, publisher, console } = parts;
  const { clock, timers, system } = host;
  const interval = settings.get("publish.health") * minute;
  if (interval === 0) return;
  const name = settings.get("board.name");
  new HealthReport({
    session,
    clock,
    timers,
    log,
    topic: topics.health,
    interval,
    QoS: settings.get("mqtt.qos") as QoS,
    encode: () =>
      encodeHealth(name, {
        version,
        ticks: clock.ticks(),
        reset: system.reset?.cause,
        memory: system.memory?.use(),
        longestTurn: system.turns?.all.longest,
        wifi: wifi.status(),
        mqtt: session.counters,
        readings: publisher.published,
        linesLost: console.dropped,
      }),
  });
}
