// SPDX-License-Identifier: MIT

export type QoS = 0 | 1 | 2;

/** Bytes in any of the forms ECMA-419 allows ("Byte Buffer"). */
export type Bytes = ArrayBuffer | Uint8Array | DataView;

/** Last will (MQTT 3.1.1 section 3.1.2.5). */
export interface MQTTWill {
  readonly topic: string;
  readonly message: string | Uint8Array;
  readonly QoS?: QoS;
  readonly retain?: boolean;
}

/** What comes with the bytes of a message. Topic to id only with the first piece. */
export interface ReadableInfo {
  /** True when more pieces of the message follow. */
  readonly more: boolean;
  readonly topic?: string;
  readonly QoS?: QoS;
  /** Length of the whole message. */
  readonly byteLength?: number;
  /** Addition to ECMA-419, like the next two. */
  readonly retain?: boolean;
  readonly duplicate?: boolean;
  /** Packet id, 0 with QoS 0. */
  readonly id?: number;
}

/** A packet that is not a message. */
export interface ControlInfo {
  /** Packet type, a static property of the class. */
  readonly operation: number;
  /** Packet id, 0 when the packet has none. */
  readonly id: number;
  /** SUBACK: one code for each filter: granted QoS, or 0x80 when it was refused. */
  readonly payload?: Uint8Array;
  /** CONNACK; an addition to ECMA-419. */
  readonly sessionPresent?: boolean;
}

/** What `write` sends. */
export interface WriteOptions {
  /** Packet type; default PUBLISH. */
  readonly operation?: number;
  /** Packet id. Give it always or never; by default the client counts. */
  readonly id?: number;
  readonly topic?: string;
  readonly QoS?: QoS;
  readonly retain?: boolean;
  readonly duplicate?: boolean;
  /** Length of the whole message when it is written in pieces; default that of the data. */
  readonly byteLength?: number;
  /** SUBSCRIBE and UNSUBSCRIBE: the filters. */
  readonly items?: readonly { readonly topic: string; readonly QoS?: QoS }[];
}

/**
 * The ECMA-419 MQTT Client class (embedded:network/mqtt/client), as its callbacks see it; with our
 * additions, which are marked.
 */
export interface MQTTClient {
  /** Always "buffer": payloads are ArrayBuffers. @throws RangeError for another format */
  format: string;
  /** The option of that name. */
  target?: unknown;
  /** Addition: the broker kept our session (CONNACK). */
  readonly sessionPresent: boolean;
  /** Addition: return code of CONNACK, 0–5; undefined before it. */
  readonly returnCode: number | undefined;
  /** Addition: true while the name of the host is being looked up. */
  readonly resolving: boolean;
  /** Addition: bytes (packet and payload) that `write` takes now. */
  readonly writable: number;
  /** Addition: ticks of the last byte that came; undefined before CONNACK and without keepalive. */
  readonly heard: number | undefined;
  /** Addition: id of the last packet written that has one. */
  readonly lastId: number;
  /** Bytes of the current message, at most `count`; undefined when there are none now. */
  read(count?: number): ArrayBuffer | undefined;
  /**
   * Addition: fills the buffer, and returns the number of bytes. A buffer that is larger than the
   * announced count takes what the socket holds of the message as well.
   */
  read(target: Bytes): number;
  /** Addition: drops the rest of the current message. */
  skip(acknowledge?: boolean): void;
  /** Addition: true stops reading after the current packet, false goes on with it, later. */
  pause(paused: boolean): void;
  /** Writes a packet or a piece of one; returns the number of bytes that can be written next. */
  write(data?: Bytes | null, options?: WriteOptions): number;
  /** Addition: writes an acknowledgement; false when there is no room for it now. */
  acknowledge(operation: 4 | 5 | 6 | 7, id: number): boolean;
  /** Ends the connection with DISCONNECT if it can be sent. No callback afterwards. */
  close(): void;
  /** Addition: ends the connection without DISCONNECT. No callback afterwards. */
  abort(): void;
}
