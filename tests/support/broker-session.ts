// SPDX-License-Identifier: MIT

import type { PublishFields } from "./broker-codec.ts";
import { publishBytes, pubrelBytes } from "./broker-packets.ts";
import type { MemoryLink } from "./memory-link.ts";
import { referenceMatch } from "./reference-match.ts";

interface Sent {
  readonly id: number;
  readonly message: PublishFields;
  readonly QoS: number;
  released: boolean;
}

/** What a broker keeps of one client (section 4.1), with the rules of sections 4.3 and 4.4. */
export class BrokerSession {
  /** Filters with the QoS that was granted. */
  readonly filters = new Map<string, number>();
  /** Ids of QoS 2 messages of the client before their PUBREL. */
  readonly received = new Set<number>();
  /** Acknowledgements that the client sent for nothing. */
  strays = 0;
  /** Id of the last message to the client. */
  lastId = 0;
  #link: MemoryLink | undefined;
  #sent: Sent[] = [];

  /** Messages to the client that it has not confirmed. */
  get unconfirmed(): number {
    return this.#sent.length;
  }

  /** The client is back: repeats what it has not confirmed, in order [MQTT-4.4.0-1]. */
  attach(link: MemoryLink): void {
    this.#link = link;
    for (const { id, message, QoS, released } of this.#sent) {
      const { topic, payload, retain } = message;
      if (released) link.send(pubrelBytes(id));
      else link.send(publishBytes(topic, { payload, QoS, id, retain, duplicate: true }));
    }
  }

  detach(link: MemoryLink): void {
    if (this.#link === link) this.#link = undefined;
  }

  /** Sends a message if a filter, or just this one, matches; keeps QoS 1 and 2. */
  offer(message: PublishFields, only?: string): void {
    let granted = -1;
    for (const [filter, QoS] of this.filters) {
      if (only !== undefined && filter !== only) continue;
      if (referenceMatch(filter, message.topic)) granted = Math.max(granted, QoS);
    }
    if (granted < 0) return;
    const QoS = Math.min(granted, message.QoS);
    const { topic, payload, retain } = message;
    if (QoS === 0) {
      this.#link?.send(publishBytes(topic, { payload, retain }));
      return;
    }
    this.lastId = (this.lastId % 65_535) + 1;
    const id = this.lastId;
    this.#sent.push({ id, message, QoS, released: false });
    this.#link?.send(publishBytes(topic, { payload, QoS, id, retain }));
  }

  /** PUBACK, PUBREC or PUBCOMP. */
  acknowledged(type: "PUBACK" | "PUBREC" | "PUBCOMP", id: number): void {
    const QoS = type === "PUBACK" ? 1 : 2;
    const sent = this.#sent.find((one) => one.id === id && one.QoS === QoS);
    if (!sent) this.strays++;
    if (type === "PUBREC") {
      if (sent) sent.released = true;
      this.#link?.send(pubrelBytes(id));
    } else if (sent) this.#sent = this.#sent.filter((one) => one !== sent);
  }
}
