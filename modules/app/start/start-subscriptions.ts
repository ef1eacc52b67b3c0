// SPDX-License-Identifier: MIT

import { describeReading } from "../../air-quality/reading-json.ts";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { MqttSession } from "../../mqtt/session.ts";
import { PartnerWatch } from "../../pairing/partner-watch.ts";
import type { BoardTopics } from "../board-topics.ts";
import { CommandService, type CommandServiceOptions } from "../remote/remote-commands.ts";
import type { BoardSettings } from "../setting-list.ts";
import { BrokerReport } from "../telemetry/broker-report.ts";

export interface ListenParts {
  readonly settings: BoardSettings;
  readonly log: Log;
  readonly clock: Pick<Clock, "ticks">;
  readonly topics: BoardTopics;
  readonly commander: CommandServiceOptions["commander"];
}

/** Answers to commands that wait for the broker at a time. */
const mostAnswers = 16;

/**
 * Subscribes to the commands for this board when they are allowed, and to what the broker tells of
 * itself and the other board when that is set.
 */
export function listenToOthers(session: MqttSession, parts: ListenParts): void {
  const { settings, log, clock, topics, commander } = parts;
  if (settings.get("remote.commands") === "on") {
    const { command: commandTopic, reply: replyTopic } = topics;
    // The other half of the outbox is for readings.
    const mostWaiting = Math.min(mostAnswers, session.outboxCount >> 1);
    new CommandService({
      port: session,
      log,
      clock,
      commandTopic,
      replyTopic,
      commander,
      mostWaiting,
    });
  }
  if (settings.get("mqtt.sys") === "on") new BrokerReport(session, log);
  const partner = settings.get("pair.peer");
  if (partner === "") return;
  new PartnerWatch({
    subscriber: session,
    log,
    root: settings.get("mqtt.root"),
    partner,
    describe: describeReading,
  });
}
