// SPDX-License-Identifier: MIT

import { describeReading } from "../air-quality/reading-json.ts";
import type { Log } from "../base/log.ts";
import type { CommandAnswer } from "../console/commander.ts";
import type { MqttSession } from "../mqtt/session.ts";
import { PartnerWatch } from "../pairing/partner-watch.ts";
import type { Settings } from "../settings/settings.ts";
import type { BoardTopics } from "./board-topics.ts";
import { BrokerReport } from "./broker-report.ts";
import { CommandService } from "./command-service.ts";

export interface ListenParts {
  readonly settings: Settings;
  readonly log: Log;
  readonly topics: BoardTopics;
  /** Runs one command line; never throws. */
  readonly run: (line: string) => CommandAnswer;
}

/** Subscribes to the commands for this board, and to the broker and the other board when set. */
export function listenToOthers(session: MqttSession, parts: ListenParts): void {
  const { settings, log, topics, run } = parts;
  new CommandService({
    port: session,
    log,
    commandTopic: topics.command,
    replyTopic: topics.reply,
    run,
  });
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
