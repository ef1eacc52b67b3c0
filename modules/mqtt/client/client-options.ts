// SPDX-License-Identifier: MIT

import type { Clock, Timers } from "../../base/clock.ts";
import type { MQTTWill, QoS } from "../../ecma-419/mqtt-client.ts";
import type { ResolverProvider } from "../../ecma-419/resolver.ts";
import type { TCPProvider, TLSProvider } from "../../ecma-419/tcp.ts";
import { noRoom } from "../client-error.ts";
import type { Connect } from "../codec/packet.ts";
import { connectLength } from "../codec/packet-length.ts";
import type { ConnectionFailure } from "../connection-error.ts";
import type { MqttError } from "../mqtt-error.ts";
import { type Bytes, bytesOf } from "./byte-buffer.ts";
import type { MqttClient } from "./mqtt-client.ts";

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

/** Additions to ECMA-419: how long each step of connecting may take, ms. */
export interface ConnectDeadlines {
  /** Default 10,000. */
  readonly dns?: number;
  /** Default 10,000. */
  readonly tcp?: number;
  /** Instead of `tcp` when a name on the certificate is asked for: TCP and TLS; default 30,000. */
  readonly tls?: number;
  /** Default 10,000. */
  readonly connack?: number;
}

/** Options of the ECMA-419 MQTT Client class and our additions. Callbacks have the client as `this`. */
export interface MqttClientOptions {
  readonly host: string;
  /** Default 1883, or 8883 when the socket has `secure`. */
  readonly port?: number;
  readonly id?: string;
  readonly user?: string;
  readonly password?: string | Bytes;
  /** Default true. */
  readonly clean?: boolean;
  /** ms, 1,000–65,535,000, or 0 for none; default 60,000. Rounded up to seconds. */
  readonly keepAlive?: number;
  readonly will?: Omit<MQTTWill, "message"> & { readonly message: string | Bytes };
  /** Kept as a property of the client: whatever the application wants to find there. */
  readonly target?: unknown;
  readonly dns: ResolverProvider;
  /** Class and further options of the socket; TLS when it has `secure`. */
  readonly socket: TCPProvider | (TLSProvider & { readonly secure: object });
  /** `count` bytes of a message can be read. 0 for an empty message. */
  readonly onReadable?: (this: MqttClient, count: number, info: ReadableInfo) => void;
  /** `count` bytes (packets and payload) can be written. First called after CONNACK. */
  readonly onWritable?: (this: MqttClient, count: number) => void;
  readonly onControl?: (this: MqttClient, operation: number, info: ControlInfo) => void;
  /** The connection has ended after DISCONNECT was written. Nothing is called afterwards. */
  readonly onClose?: (this: MqttClient) => void;
  /** The connection failed or was refused. Nothing is called afterwards. */
  readonly onError?: (this: MqttClient, error: MqttError) => void;

  // Additions to ECMA-419. Clock and timers belong to the provider object, like `dns` and `socket`.
  readonly clock: Clock;
  readonly timers: Timers;
  readonly deadlines?: ConnectDeadlines;
  /** Who acknowledges messages: "client", when one has been read to its end (default), or
   * "application", by `write` with PUBACK, PUBREC, PUBREL, PUBCOMP. */
  readonly acknowledge?: "client" | "application";
  /** Bytes; default 1,024. */
  readonly sendBuffer?: number;
  /** Bytes; default 512. */
  readonly receiveBuffer?: number;
  /** Longest topic of a received message, bytes; messages with a longer one are skipped. 256. */
  readonly longestTopic?: number;
  /** Messages with a larger packet are skipped but acknowledged; default is to stream any size. */
  readonly largestPacket?: number;
  /** A message was skipped. */
  readonly onSkipped?: (this: MqttClient, byteLength: number) => void;
  /** A new step of connecting has begun. */
  readonly onStage?: (this: MqttClient, stage: "connecting" | "handshaking") => void;
  /** A callback has thrown; the client goes on. */
  readonly onFault?: (this: MqttClient, error: unknown) => void;
}

/** The CONNECT packet for these options. @throws MqttError for an illegal one, or a too large sum */
export function connectPacket(options: MqttClientOptions, room: number): Connect {
  const { password, will } = options;
  const packet: Connect = {
    id: options.id ?? "",
    clean: options.clean ?? true,
    keepAliveSeconds: Math.ceil((options.keepAlive ?? 60_000) / 1000),
    user: options.user,
    password: bytesOf(password) ?? (password as string | undefined),
    will: will && { ...will, message: bytesOf(will.message) ?? (will.message as string) },
  };
  if (connectLength(packet) > room) throw noRoom("CONNECT", room);
  return packet;
}

/** Which deadline a step of connecting has, and the error when it is missed. */
export function deadlineOf(
  step: "dns" | "tcp" | "tls" | "connack",
  deadlines: ConnectDeadlines | undefined,
): { readonly delay: number; readonly code: ConnectionFailure } {
  const delay = deadlines?.[step] ?? (step === "tls" ? 30_000 : 10_000);
  return { delay, code: `mqtt/${step}-deadline` };
}
