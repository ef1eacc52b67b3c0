// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { Log } from "../../base/log.ts";
import type { PubSub, ReceivedMessage } from "../pub-sub.ts";

/** What is shown, and under which topic Mosquitto and its relatives tell it. */
const reported: readonly (readonly [text: string, topic: string])[] = frozen([
  ["clients connected", "$SYS/broker/clients/connected"],
  ["clients disconnected", "$SYS/broker/clients/disconnected"],
  ["clients total", "$SYS/broker/clients/total"],
  ["messages sent", "$SYS/broker/messages/sent"],
  ["uptime", "$SYS/broker/uptime"],
] as const);
/** Longest value that is shown, bytes. */
const maxValue = 40;

/** Shows on the console what the broker tells of itself, each value when it has changed. */
export class BrokerReport {
  readonly #log: Log;
  readonly #values: string[] = [];

  constructor(pubSub: Pick<PubSub, "subscribe">, log: Log) {
    this.#log = log;
    reported.forEach(([text, topic], at) => {
      pubSub.subscribe(topic, { QoS: 0, onMessage: (message) => this.show(at, text, message) });
    });
  }

  private show(at: number, what: string, { topic, payload }: ReceivedMessage): void {
    const value = printable(payload.subarray(0, maxValue));
    if (this.#values[at] === value) return;
    this.#values[at] = value;
    const text = `${what}: ${value}`;
    this.#log({ level: "info", part: "broker", event: "sys", text, data: { topic, value } });
  }
}

/** Printable ASCII, everything else as a dot: whoever may write to the topic is not trusted. */
function printable(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".";
  return text;
}
