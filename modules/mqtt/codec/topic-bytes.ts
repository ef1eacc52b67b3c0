// SPDX-License-Identifier: MIT

import { bytesOfTopic } from "./packet-length.ts";

/**
 * The topic that was used last, checked and as UTF-8. A board publishes to few topics and mostly to
 * the same one again, and checking a topic costs more than all the rest of a message.
 */
export class TopicBytes {
  #topic: string | undefined;
  #bytes: Uint8Array = new Uint8Array(0);

  /** The bytes of a topic, not to be changed; throws an MqttError when it is not legal. */
  of(topic: string): Uint8Array {
    // No legal topic is empty.
    if (topic === this.#topic && this.#bytes.length > 0) return this.#bytes;
    this.#bytes = bytesOfTopic(topic);
    this.#topic = topic;
    return this.#bytes;
  }
}
