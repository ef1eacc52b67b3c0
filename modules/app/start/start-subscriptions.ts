// SPDX-License-Identifier: MIT

import { describeReading } from "../../air-quality/reading-json.ts";
import type { Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import type { MqttSession } from "../../mqtt/session.ts";
import { type PairedBoards, PartnerWatch } from "../../pairing/partner-watch.ts";
import type { BoardTopics } from "../board-topics.ts";
import { RemoteCommands, type RemoteCommandsOptions } from "../remote/remote-commands.ts";
import type { BoardSettings } from "../setting-list.ts";
import { BrokerReport } from "../telemetry/broker-report.ts";

export interface StartSubscriptionsOptions {
  readonly settings: BoardSettings;
  readonly log: Log;
  readonly session: MqttSession;
  readonly topics: BoardTopics;
  readonly commander: RemoteCommandsOptions["commander"];
  /** Undefined: the board cannot be paired. */
  readonly pairing: PairedBoards | undefined;
}

const forceRefused = Object.freeze({
  ok: false,
  text: "force is for the board's own console only",
});

/** Answers to commands that wait for the broker at a time. */
const maxAnswers = 16;

/**
 * Subscribes to the commands for this board when they are allowed, and to what the broker tells of
 * itself and the other board when that is set.
 */
export function startSubscriptions(host: Host, options: StartSubscriptionsOptions): void {
  const { session, settings, log, topics, commander, pairing } = options;
  const { clock, timers } = host;
  if (settings.get("remote.commands") === "on") {
    const { command: commandTopic, reply: replyTopic } = topics;
    // The other half of the outbox is for readings.
    const maxWaiting = Math.min(maxAnswers, session.outboxCount >> 1);
    new RemoteCommands({
      pubSub: session,
      log,
      clock,
      commandTopic,
      replyTopic,
      commander,
      maxWaiting,
      policy: settings,
    });
  }
  if (settings.get("remote.update") === "on") {
    new RemoteCommands({
      pubSub: session,
      log,
      clock,
      commandTopic: topics.update,
      replyTopic: topics.reply,
      // What comes there is an address, or cancel. Nobody far away may bring back older firmware.
      commander: {
        run: (line, owner) =>
          / force *$/.test(line) ? forceRefused : commander.run(`update ${line}`, owner),
      },
      // The update that goes on, and cancel.
      maxWaiting: 2,
      policy: settings,
    });
  }
  if (settings.get("mqtt.sys") === "on") new BrokerReport(session, log);
  const partner = settings.get("pair.peer");
  if (partner === "") return;
  new PartnerWatch({
    subscriber: session,
    log,
    timers,
    clock,
    root: settings.get("mqtt.root"),
    partner,
    describe: describeReading,
    peers: pairing,
  });
}
