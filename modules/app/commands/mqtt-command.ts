// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { Command } from "../../console/command.ts";
import { CommandError, UsageError } from "../../console/command-error.ts";
import { checkCount, textBehind, wordsOf } from "../../console/command-words.ts";
import type { QoS } from "../../ecma-419/mqtt-client.ts";
import type { SessionState } from "../../mqtt/session/session-state.ts";
import type { BoardView } from "./board-view.ts";

/** The `mqtt` command: the session, and messages by hand. */
export const mqttCommand: Command<BoardView> = frozen({
  name: "mqtt",
  help: "the session; publish and watch messages",
  usage: [
    "[status]",
    "connect",
    "pub [-q 0|1|2] [-r] TOPIC TEXT",
    "sub [-q 0|1|2] FILTER",
    "unsub FILTER",
  ],
  details: [
    "status  connection, queue and what is subscribed here",
    "connect tries at once to reach the broker, instead of waiting any longer",
    "pub     publishes TEXT, with the quality of service of mqtt.qos or -q; -r: the broker keeps it",
    "        for later subscribers, until a text of its own, or an empty one, takes its place",
    "sub     shows the messages of a topic, until the next start; + and # stand for levels; -q 1 and",
    "        -q 2 have the broker keep those that come while the board is away",
    "unsub   shows them no more",
  ].join("\n"),
  run: (words, view, line) => runMqtt(words, view, line),
  complete: (words) => (words.length === 0 ? ["status", "connect", "pub", "sub", "unsub"] : []),
});

function runMqtt(words: readonly string[], view: BoardView, line: string): string {
  const [verb = "status"] = words;
  switch (verb) {
    case "status":
      checkCount(words, 1);
      return status(view);
    case "connect":
      checkCount(words, 1);
      return connect(view);
    case "pub":
      return publish(view, line);
    case "sub":
      return subscribe(view, words);
    case "unsub":
      checkCount(words, 2);
      return unsubscribe(view, words[1]);
    default:
      throw new UsageError(`mqtt does not know ${JSON.stringify(verb)}`);
  }
}

/** What stands between the verb and the topic. */
interface MessageOptions {
  QoS: QoS | undefined;
  retain: boolean;
  /** Words that were options. */
  count: number;
}

/** Reads `-q 0|1|2`, and `-r` where it may stand, behind the verb. Throws UsageError. */
function messageOptions(words: readonly string[], mayRetain: boolean): MessageOptions {
  const options: MessageOptions = { QoS: undefined, retain: false, count: 0 };
  for (;;) {
    const word = words[1 + options.count];
    // A longer one is a topic.
    if (word === undefined || !word.startsWith("-") || word.length !== 2) return options;
    options.count++;
    if (word === "-q") {
      const QoS = ["0", "1", "2"].indexOf(words[1 + options.count++] ?? "");
      if (QoS < 0) throw new UsageError("-q takes 0, 1 or 2");
      options.QoS = QoS as QoS;
    } else if (word === "-r" && mayRetain) options.retain = true;
    else throw new UsageError(`${words[0]} does not know ${JSON.stringify(word)}`);
  }
}

function connect(view: BoardView): string {
  const { session } = view;
  if (!session) throw off(view);
  if (session.retry()) return ["trying now", ...waitingFor(view)].join("\n");
  if (session.state.kind !== "suspended") {
    return [sessionText(view, view.host.clock.ticks()), ...waitingFor(view)].join("\n");
  }
  throw new CommandError({
    code: "command/no-network",
    what: "there is no network",
    todo: "wifi status tells why",
  });
}

function status(view: BoardView): string {
  const { session, watch, host } = view;
  const lines = [sessionText(view, host.clock.ticks()), ...waitingFor(view)];
  if (session) {
    const { outgoing, outboxCount } = session;
    lines.push(`${outgoing} of at most ${outboxCount} messages wait to be sent or confirmed`);
  }
  for (const filter of watch?.filters ?? []) lines.push(`subscribed to ${filter}`);
  return lines.join("\n");
}

function publish(view: BoardView, line: string): string {
  const { session, settings } = view;
  const words = wordsOf(line).slice(1);
  const { QoS = settings.get("mqtt.qos") as QoS, retain, count } = messageOptions(words, true);
  const topic = words[1 + count];
  if (topic === undefined) throw new UsageError("pub needs a topic and a text");
  if (!session) throw off(view);
  const text = textBehind(line, 3 + count);
  if (session.publish(topic, text, { QoS, retain, policy: "reject" })) {
    return session.state.kind === "online" ? "sent" : "queued until the broker is reached";
  }
  throw new CommandError({
    code: "command/full",
    what: "not published",
    why: "the queue of messages is full",
  });
}

function subscribe(view: BoardView, words: readonly string[]): string {
  const { watch } = view;
  const { QoS = 0, count } = messageOptions(words, false);
  checkCount(words, 2 + count);
  const filter = words[1 + count];
  if (filter === undefined) throw new UsageError("sub needs a topic");
  if (!watch) throw off(view);
  watch.add(filter, QoS);
  return `messages of ${filter} are shown as they come; mqtt unsub ${filter} ends that`;
}

function unsubscribe(view: BoardView, filter: string | undefined): string {
  const { watch, session } = view;
  if (filter === undefined) throw new UsageError("unsub needs a topic");
  if (!watch || !session) throw off(view);
  if (watch.remove(filter)) return `${filter} is not shown any more`;
  if (session.unsubscribe(filter)) return `${filter} was not shown here; the broker forgets it too`;
  throw new CommandError({
    code: "command/unsub",
    what: `${JSON.stringify(filter)} is not shown here, the board itself needs it`,
    todo: "mqtt status lists what is",
  });
}

function off(view: BoardView): CommandError {
  const { whyNoSession: why } = view;
  const [todo] = waitingFor(view);
  return new CommandError({
    code: "command/off",
    what: "there is no MQTT session",
    ...(why !== undefined && { why }),
    ...(todo !== undefined && { todo }),
  });
}

/** What was set and is not used yet; one line, or none. */
function waitingFor({ settings }: Pick<BoardView, "settings">): string[] {
  const names = (["mqtt.broker", "mqtt.user", "mqtt.password"] as const).filter((name) =>
    settings.isWaiting(name),
  );
  return names.length === 0 ? [] : [`${names.join(", ")} as set now: used after a reboot, at once`];
}

/** What is told of a session. */
type SessionView = Pick<BoardView, "whyNoSession"> & {
  readonly session: { state: SessionState } | undefined;
};

/** What the session is doing, or why there is none, in one line for people; `ticks` is the time now, ms. */
export function sessionText({ session, whyNoSession }: SessionView, ticks: number): string {
  if (session === undefined) return `off: ${whyNoSession}`;
  const state: SessionState = session.state;
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
