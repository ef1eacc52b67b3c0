// SPDX-License-Identifier: MIT

import type { Log } from "../../base/log.ts";
import { decodeUtf8 } from "../../base/utf8.ts";
import { CommandError } from "../../console/command-error.ts";
import type { QoS } from "../../ecma-419/mqtt-client.ts";
import type { PubSub, ReceivedMessage } from "../pub-sub.ts";

/** Filters at a time; the session has room for more than these and the board's own. */
const maxFilters = 8;
/** Of a longer payload only the length is shown, bytes. */
const maxText = 512;

type WatchSession = { subscribe: PubSub["subscribe"] };

/** Shows the messages of topics that a user asks for on the console, until the next start. */
export class TopicWatch {
  readonly #session: WatchSession;
  readonly #show: Log;
  readonly #open = new Map<string, { close(): void }>();

  /** `show` writes a line whatever its level. */
  constructor(session: WatchSession, show: Log) {
    this.#session = session;
    this.#show = show;
  }

  /** The filters, in the order in which they were added. */
  get filters(): string[] {
    return [...this.#open.keys()];
  }

  /**
   * Shows a filter, or shows it with another QoS. Throws CommandError when there are too many, MqttError
   * when the filter is not legal.
   */
  add(filter: string, QoS: QoS): void {
    const before = this.#open.get(filter);
    if (!before && this.#open.size >= maxFilters) {
      const what = `${maxFilters} topics are subscribed, the limit`;
      throw new CommandError({ code: "command/full", what, todo: "mqtt unsub one of them" });
    }
    // First, because the broker is asked for the highest QoS of all that are open.
    before?.close();
    const onMessage = (message: ReceivedMessage) => this.onMessage(message);
    this.#open.set(filter, this.#session.subscribe(filter, { QoS, onMessage }));
  }

  /** False when the filter was not there. */
  remove(filter: string): boolean {
    this.#open.get(filter)?.close();
    return this.#open.delete(filter);
  }

  private onMessage({ topic, payload }: ReceivedMessage): void {
    const isShort = payload.length <= maxText;
    const text = isShort ? decodeUtf8(payload) : undefined;
    const shown = text ?? `(${payload.length} bytes${isShort ? ", no text" : ""})`;
    this.#show({ level: "info", part: "mqtt", event: "message", text: `${topic} ${shown}` });
  }
}
