// SPDX-License-Identifier: MIT

import type { Bytes, MQTTClient, WriteOptions } from "../../ecma-419/mqtt-client.ts";
import {
  type Ack,
  CONNACK,
  CONNECT,
  DISCONNECT,
  PINGREQ,
  PINGRESP,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  PUBREC,
  PUBREL,
  SUBACK,
  SUBSCRIBE,
  UNSUBACK,
  UNSUBSCRIBE,
} from "../codec/packet.ts";
import { illegal } from "../mqtt-error.ts";
import { bytesOf, type MqttClientOptions } from "./client-options.ts";
import { Connection } from "./connection.ts";

/**
 * The ECMA-419 MQTT Client class (embedded:network/mqtt/client): exactly one connection. It does not
 * come back after the connection has ended, and keeps no message. `close` is allowed at any moment.
 * A callback that throws is contained and reported to `onFault`.
 */
export class MqttClient implements MQTTClient {
  static readonly CONNECT = CONNECT;
  static readonly CONNACK = CONNACK;
  static readonly PUBLISH = PUBLISH;
  static readonly PUBACK = PUBACK;
  static readonly PUBREC = PUBREC;
  static readonly PUBREL = PUBREL;
  static readonly PUBCOMP = PUBCOMP;
  static readonly SUBSCRIBE = SUBSCRIBE;
  static readonly SUBACK = SUBACK;
  static readonly UNSUBSCRIBE = UNSUBSCRIBE;
  static readonly UNSUBACK = UNSUBACK;
  static readonly PINGREQ = PINGREQ;
  static readonly PINGRESP = PINGRESP;
  static readonly DISCONNECT = DISCONNECT;

  readonly #connection: Connection;
  /** The option of that name. */
  declare target?: unknown;

  /** @throws MqttError for an illegal option, naming it; nothing has been opened then */
  constructor(options: MqttClientOptions) {
    const { host, port = 1883, keepAlive = 60_000 } = options;
    if (typeof host !== "string" || host === "") throw illegal("host", "empty");
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw illegal("port", "not from 1 to 65,535");
    }
    // The packet counts seconds: anything below one would switch it off.
    if (!(keepAlive === 0 || (keepAlive >= 1000 && keepAlive <= 65_535_000))) {
      throw illegal("keepAlive", "neither 0 nor from 1,000 to 65,535,000 ms");
    }
    if (options.target !== undefined) this.target = options.target;
    this.#connection = new Connection(options, this);
  }

  /** Always "buffer": payloads are ArrayBuffers. @throws RangeError for another format */
  get format(): "buffer" {
    return "buffer";
  }

  set format(format: string) {
    if (format !== "buffer") throw new RangeError(`the format is always "buffer"`);
  }

  /** Addition to ECMA-419: the broker kept our session (CONNACK). */
  get sessionPresent(): boolean {
    return this.#connection.sessionPresent;
  }

  /** Addition: return code of CONNACK, 0–5; undefined before it. */
  get returnCode(): number | undefined {
    return this.#connection.returnCode;
  }

  /** Addition: true while the name of the host is being looked up. */
  get resolving(): boolean {
    return this.#connection.isResolving;
  }

  /** Addition: bytes (packet and payload) that `write` takes now. */
  get writable(): number {
    return this.#connection.writable;
  }

  /** Addition: ticks of the last byte that came; undefined before CONNACK and without keepalive. */
  get heard(): number | undefined {
    return this.#connection.heard;
  }

  /** Addition: id of the last packet written that has one. */
  get lastId(): number {
    return this.#connection.lastId;
  }

  /**
   * Bytes of the current message, at most `count`; undefined when there are none now. Addition to
   * ECMA-419: given a buffer, fills it and returns the number of bytes. A buffer that is larger than
   * the announced count takes what the socket holds of the message as well, without a copy in between;
   * when that was its end, `onReadable` says so with a count of 0.
   */
  read(count?: number): ArrayBuffer | undefined;
  read(target: Bytes): number;
  read(wanted?: number | Bytes): ArrayBuffer | number | undefined {
    if (wanted instanceof Uint8Array) return this.#connection.readInto(wanted);
    if (typeof wanted !== "object") return this.#connection.read(wanted);
    return this.#connection.readInto(bytesOf(wanted) as Uint8Array);
  }

  /**
   * Addition: drops the rest of the current message, arrived or not. With `acknowledge` (default)
   * the client acknowledges it at its end, whoever acknowledges the others.
   */
  skip(acknowledge = true): void {
    this.#connection.skip(acknowledge);
  }

  /** Addition: true stops reading after the current packet, false goes on with it, later. */
  pause(paused: boolean): void {
    this.#connection.pause(paused);
  }

  /**
   * Writes a packet, or a further piece of a message that was begun with a larger `byteLength`;
   * the data is copied. Acknowledgements and PINGREQ are allowed between the pieces.
   * @returns the number of bytes that can be written next
   * @throws MqttError for an illegal argument ("mqtt/illegal"), lack of room ("mqtt/no-room") or the
   * wrong moment ("mqtt/not-allowed"); nothing has been written then
   */
  write(data?: Bytes | null, options?: WriteOptions): number {
    return this.#connection.write(data, options);
  }

  /**
   * Addition: writes an acknowledgement (PUBACK, PUBREC, PUBREL or PUBCOMP); false when there is no
   * room for it now. A connection that has failed and not reported it yet counts as done: the
   * acknowledgement is of no use any more.
   */
  acknowledge(operation: Ack, id: number): boolean {
    return this.#connection.acknowledge(operation, id);
  }

  /** Ends the connection with DISCONNECT if it can be sent. No callback afterwards. */
  close(): void {
    this.#connection.close();
  }

  /**
   * Addition: ends the connection without DISCONNECT, so that the broker publishes the will. No
   * callback afterwards.
   */
  abort(): void {
    this.#connection.abort();
  }
}
