// SPDX-License-Identifier: MIT

import { benchPayload, benchTopic } from "../bench-program.ts";

/** What the application needs of a client: ours and the SDK's have it. */
export interface BareClient {
  read(target: Uint8Array): unknown;
  read(count?: number): ArrayBuffer | undefined;
  write(data: Uint8Array | null, options?: object): number;
}

const subscribeOperation = 8;

/** The application of a bare client, written for ECMA-419: publishes, and reads what comes. */
export class ClientApplication {
  client: BareClient | undefined;
  readonly #payload = new TextEncoder().encode(benchPayload);
  readonly #large = new Uint8Array(102_400);
  readonly #target = new Uint8Array(8_192);
  /** Bytes that can be written, as the client has said last. */
  #room = 0;
  /** Bytes of the large payload that are sent, and all of them. */
  #sent = 0;
  #size = 0;
  /** A message that comes in pieces is being received. */
  #isLong = false;

  publish(QoS: number, count: number): void {
    const options = { topic: benchTopic, QoS };
    for (let i = 0; i < count; i++) this.client?.write(this.#payload, options);
  }

  subscribe(QoS: number): void {
    this.client?.write(null, {
      operation: subscribeOperation,
      items: [{ topic: benchTopic, QoS }],
    });
  }

  send(size: number): void {
    // Room for the header of 23 bytes of topic.
    const first = Math.min(size, this.#room - 32);
    const options = { topic: benchTopic, QoS: 0, byteLength: size };
    const room = this.client?.write(this.#large.subarray(0, first), options) ?? 0;
    this.#sent = first;
    this.#size = size;
    this.onWritable(room);
  }

  onWritable(count: number): void {
    let room = count;
    while (this.#sent < this.#size && room > 0) {
      const end = Math.min(this.#sent + room, this.#size);
      room = this.client?.write(this.#large.subarray(this.#sent, end)) ?? 0;
      this.#sent = end;
    }
    this.#room = room;
  }

  /** Small messages as a buffer of their own, long ones into the application's. */
  onReadable(count: number, more: boolean): void {
    if (more || this.#isLong) this.client?.read(this.#target);
    else this.client?.read(count);
    this.#isLong = more;
  }
}
