// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { Command } from "../../console/command.ts";
import { CommandError, UsageError } from "../../console/command-error.ts";
import { checkCount, textBehind } from "../../console/command-words.ts";
import type { QoS } from "../../ecma-419/mqtt-client.ts";
import type { SessionState } from "../../mqtt/session/session-state.ts";
import type { BoardView } from "./board-view.ts";

/** The `mqtt` command: the session, and messages by hand. */
export const mqttCommand: Command<BoardView> = frozen({
  name: "mqtt",
  help: "the session; publish and watch messages",
  usage: ["[status]", "pub TOPIC TEXT", "sub FILTER", "unsub FILTER"],
  details: [
    "status  connection, queue and what is subscribed here",
    "pub     publishes TEXT, with the quality of service of mqtt.qos",
    "sub     shows the messages of a topic; + and # stand for levels",
    "unsub   shows them no more",
  ].join("\n"),
  run: (words, view, line) => runMqtt(words, view, line),
  complete: (words) => (words.length === 0 ? ["status", "pub", "sub", "unsub"] : []),
});

function runMqtt(words: readonly string[], view: BoardView, line: string): string {
  const [verb = "status", topic] = words;
  switch (verb) {
    case "status":
      checkCount(words, 1);
      return status(view);
    case "pub":
      return publish(view, topic, textBehind(line, 3));
    case "sub":
    case "unsub":
      checkCount(words, 2);
      return verb === "sub" ? subscribe(view, topic) : unsubscribe(view, topic);
    default:
      throw new UsageError(`mqtt does not know ${JSON.stringify(verb)}`);
  }
}

function status({ session, watch, host }: BoardView): string {
  const lines = [sessionText(session?.state, host.clock.ticks())];
  if (session) {
    const { outgoing, outboxCount } = session;
    lines.push(`${outgoing} of at most ${outboxCount} messages wait to be sent or confirmed`);
  }
  for (const filter of watch?.filters ?? []) lines.push(`subscribed to ${filter}`);
  return lines.join("\n");
}

function publish({ session, settings }: BoardView, topic: string | undefined, text: string) {
  if (topic === undefined) throw new UsageError("pub needs a topic and a text");
  if (!session) throw off();
  const QoS = settings.get("mqtt.qos") as QoS;
  if (session.publish(topic, text, { QoS, policy: "reject" })) {
    return session.state.kind === "online" ? "sent" : "queued until the broker is reached";
  }
  throw new CommandError({
    code: "command/full",
    what: "not published",
    why: "the queue of messages is full",
  });
}

function subscribe({ watch }: BoardView, filter: string | undefined): string {
  if (filter === undefined) throw new UsageError("sub needs a topic");
  if (!watch) throw off();
  watch.add(filter);
  return `messages of ${filter} are shown as they come; mqtt unsub ${filter} ends that`;
}

function unsubscribe({ watch }: BoardView, filter: string | undefined): string {
  if (filter === undefined) throw new UsageError("unsub needs a topic");
  if (watch?.remove(filter)) return `${filter} is not shown any more`;
  throw new CommandError({
    code: "command/unsub",
    what: `${JSON.stringify(filter)} is not subscribed here`,
    todo: "mqtt status lists what is",
  });
}

function off(): CommandError {
  return new CommandError({
    code: "command/off",
    what: "there is no MQTT session",
    todo: "set mqtt.broker",
  });
}

/** What the session is doing, in one line for people; `ticks` is the time now, ms. */
export function sessionText(state: SessionState | undefined, ticks: number): string {
  if (state === undefined) return "off: no usable broker, set mqtt.broker";
  const seconds = (ms: number) => `${Math.max(0, Math.round(ms / 1_000))} s`;
  switch (state.kind) {
    case "online":
      return `online at ${state.broker} for ${seconds(ticks - state.since)}`;
    case "resolving":
    case "connecting":
    case "handshaking":
      return `${state.kind} to ${state.broker}`;
    case "waiting":
      return `waiting, next attempt in ${seconds(state.until - ticks)}: ${state.text}`;
    default:
      return state.kind;
  }
}
