// SPDX-License-Identifier: MIT

import { messageOf } from "../../base/app-error.ts";
import type { Log, LogData, LogLevel } from "../../base/log.ts";
import { warningsOf } from "../codec/topic-filter.ts";
import type { SessionCounters } from "../counters.ts";
import type { JournalOwner } from "../publish/journal.ts";
import type { OutgoingMessage } from "../publish/outgoing-message.ts";
import type { PublisherOwner } from "../publish/publisher.ts";
import type { ReconnectOwner } from "./reconnect.ts";
import type { SessionState } from "./session-state.ts";

/** Topics and filters that are remembered as looked at. */
const maxChecked = 32;
/** So many kicks in a row look like two clients with one id. */
const suspiciousKicks = 3;

/** What a session says on the console. */
export class SessionLog implements JournalOwner, PublisherOwner, ReconnectOwner {
  readonly #log: Log | undefined;
  readonly #counters: SessionCounters;
  readonly #checked: string[] = [];
  /** Dropped messages that have been logged. */
  #gone = 0;

  constructor(log: Log | undefined, counters: SessionCounters) {
    this.#log = log;
    this.#counters = counters;
  }

  connecting(broker: string): void {
    this.write("debug", "connecting", `connecting to ${broker}`, { broker });
  }

  online(broker: string, resumed: boolean): void {
    const session = resumed ? "session resumed" : "new session";
    this.write("info", "online", `connected to ${broker}, ${session}`, { broker, resumed });
    const { dropped, expired } = this.#counters;
    const count = dropped + expired - this.#gone;
    if (count === 0) return;
    this.#gone += count;
    const what = count === 1 ? "1 message was" : `${count} messages were`;
    const text = `${what} dropped before, because the outbox was full or they expired`;
    this.write("warn", "dropped", text, { count });
  }

  waiting({ text, reason, since, until }: SessionState & { kind: "waiting" }): void {
    const delay = until - since;
    const next = `${text}; next attempt in ${Math.ceil(delay / 1000)} s`;
    this.write("warn", "offline", next, { code: reason, delay });
  }

  /** `topic`: of a message that may have been the reason, and cannot be known, as of QoS 0. */
  kicked(times: number, id: string, topic: string | undefined): void {
    if (times < suspiciousKicks) return;
    const other = topic === undefined ? "" : ` or may it not publish to ${topic}?`;
    const hint = `is another client using the id "${id}"?${other}`;
    this.write("warn", "kicked", `the broker accepts and then closes the connection; ${hint}`, {
      times,
    });
  }

  moving(broker: string): void {
    const text = `the settings for the broker have changed: to ${broker} at once`;
    this.write("info", "moving", text, { broker });
  }

  stopped(): void {
    this.write("info", "stopped", "disconnected");
  }

  refused(filter: string): void {
    this.write("warn", "refused", `the broker refused the subscription to ${filter}`, { filter });
  }

  lowered(filter: string, QoS: number, granted: number): void {
    const text = `the broker granted QoS ${granted} instead of ${QoS} for ${filter}`;
    this.write("info", "granted", text, { filter, granted });
  }

  unmatched(topic: string): void {
    this.write("debug", "unmatched", `nobody here wants ${topic}`, { topic });
  }

  oversize(topic: string, byteLength: number): void {
    const text = `a message of ${byteLength} bytes on ${topic || "a too long topic"} was dropped`;
    this.write("warn", "oversize", text, { topic, byteLength });
  }

  onGivenUp({ topic, payload, QoS }: OutgoingMessage): void {
    const size = payload.length;
    const what = `a message of ${size} bytes with QoS ${QoS} on ${topic}`;
    const text = `the broker ends the connection at ${what}: it is given up; may it be published there, and be so long?`;
    this.write("warn", "given-up", text, { topic, size, QoS });
  }

  onQoS2Lowered(): void {
    const text = "the broker takes QoS 2 as QoS 1: a message may arrive twice";
    this.write("warn", "lowered", text);
  }

  restarted(): void {
    const text = "the broker has lost the session: unconfirmed messages are sent as new";
    this.write("warn", "restarted", text);
  }

  rebirth(topic: string): void {
    this.write("info", "rebirth", `${topic} did not say what we are: said again`, { topic });
  }

  fault(error: unknown): void {
    this.write("error", "fault", `a callback has failed: ${messageOf(error)}`);
  }

  onStoreError(error: unknown): void {
    this.write("error", "store", `the message store has failed: ${messageOf(error)}`);
  }

  /** Says once what is bad practice in a topic or filter. */
  onTopic(topic: string): void {
    if (this.#checked.includes(topic) || this.#checked.length >= maxChecked) return;
    this.#checked.push(topic);
    for (const warning of warningsOf(topic)) {
      this.write("warn", "topic", `${topic.slice(0, 64)}: ${warning}`, { topic });
    }
  }

  private write(level: LogLevel, event: string, text: string, data?: LogData): void {
    try {
      this.#log?.({ level, part: "mqtt", event, text, ...(data ? { data } : {}) });
    } catch {
      // A log never throws; should one do so all the same, delivery goes on.
    }
  }
}
