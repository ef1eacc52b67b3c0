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
import type { BoardSleep } from "../sleep/board-sleep.ts";
import { encodeHealth } from "../telemetry/health-json.ts";
import { HealthReport } from "../telemetry/health-report.ts";
import { PairReport, type ReportedPairs } from "../telemetry/pair-report.ts";
import { ReadingLog } from "../telemetry/reading-log.ts";
import { type PeerPublisher, ReadingPublisher } from "../telemetry/reading-publisher.ts";
import type { RunningSensors } from "./start-sensors.ts";

export interface StartTelemetryOptions {
  readonly settings: BoardSettings;
  readonly log: Log;
  readonly topics: BoardTopics;
  /** Undefined: readings are only shown. */
  readonly session: MqttSession | undefined;
  /** Undefined: there is no pairing. */
  readonly pairing: (PeerPublisher & ReportedPairs) | undefined;
  readonly sensors: Pick<RunningSensors, "station" | "gas">;
  readonly wifi: Pick<WiFiManager, "status">;
  readonly console: Pick<Console, "dropped">;
  /** Undefined: the board does not sleep. */
  readonly sleep?: BoardSleep | undefined;
  /** The board is in safe mode. */
  readonly isSafe?: true;
}

const minute = 60_000;

/**
 * Shows the readings, publishes them, and reports to the broker how the board is, as the settings
 * want it.
 */
export function startTelemetry(host: Host, options: StartTelemetryOptions): ReadingPublisher {
  const { settings, log, topics, session, sensors, pairing } = options;
  const { station } = sensors;
  const publisher = new ReadingPublisher({
    pubSub: session,
    log,
    clock: host.clock,
    station,
    gas: sensors.gas,
    topic: topics.reading,
    name: settings.get("board.name"),
    QoS: settings.get("mqtt.qos") as QoS,
    limits: {
      interval: settings.get("publish.interval") * 1_000,
      floor: settings.get("publish.floor") * 1_000,
      co2: settings.get("publish.co2"),
      voc: settings.get("publish.voc"),
      temperature: settings.get("publish.temperature"),
      humidity: settings.get("publish.humidity"),
    },
    settings,
    peers: pairing,
    isPlain: settings.get("publish.plain") === "on",
    extendedTopic: settings.get("publish.extended") === "on" ? topics.extended : undefined,
  });
  station.subscribe(new ReadingLog(log));
  station.subscribe(publisher);
  if (session && pairing && settings.get("remote.pair") === "on") {
    const { clock, timers } = host;
    const name = settings.get("board.name");
    new PairReport({ session, pairs: pairing, clock, timers, log, topic: topics.pairs, name });
  }
  const interval = settings.get("publish.health") * minute;
  if (session && interval > 0) {
    const { clock, timers } = host;
    const { wifi, console, isSafe, sleep } = options;
    const name = settings.get("board.name");
    const health = new BoardHealth({
      name,
      host,
      session,
      publisher,
      wifi,
      console,
      sleep,
      ...(isSafe && { isSafe }),
    });
    const QoS = settings.get("mqtt.qos") as QoS;
    const topic = topics.health;
    const report = new HealthReport({
      session,
      clock,
      timers,
      log,
      topic,
      interval,
      QoS,
      health,
    });
    sleep?.useHealth(report, interval);
  }
  return publisher;
}

type BoardHealthOptions = Pick<StartTelemetryOptions, "wifi" | "console" | "isSafe" | "sleep"> & {
  /** Outer key of the payload. */
  readonly name: string;
  readonly host: Host;
  readonly session: MqttSession;
  readonly publisher: ReadingPublisher;
};

/** Asks the parts of the board how they are. */
class BoardHealth {
  readonly #parts: BoardHealthOptions;

  constructor(parts: BoardHealthOptions) {
    this.#parts = parts;
  }

  encode(): string {
    const { name, host, session, publisher, wifi, console, isSafe, sleep } = this.#parts;
    const { clock, system } = host;
    return encodeHealth(name, {
      version,
      ticks: clock.ticks(),
      reset: system.reset?.cause,
      ...(isSafe && { isSafe }),
      memory: system.memory?.use(),
      longestTurn: system.turns?.all.longest,
      wifi: wifi.status(),
      mqtt: session.counters,
      readings: publisher.published,
      linesLost: console.dropped,
      sleep: sleep?.facts,
    });
  }
}
