// SPDX-License-Identifier: MIT

import type { Clock, Timers } from "../../base/clock.ts";
import type {
  Bytes,
  ControlInfo,
  MQTTClient,
  MQTTWill,
  ReadableInfo,
} from "../../ecma-419/mqtt-client.ts";
import type { ResolverProvider } from "../../ecma-419/resolver.ts";
import type { TCPProvider, TLSOptions, TLSProvider } from "../../ecma-419/tcp.ts";
import type { Ack, Connect } from "../codec/packet.ts";
import type { MqttError } from "../mqtt-error.ts";

export type {
  Bytes,
  ControlInfo,
  MQTTClient,
  ReadableInfo,
  WriteOptions,
} from "../../ecma-419/mqtt-client.ts";

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
  readonly socket: TCPProvider | (TLSProvider & Pick<TLSOptions, "secure" | "onSession">);
  /** `count` bytes of a message can be read. 0 for an empty message. */
  readonly onReadable?: (this: MQTTClient, count: number, info: ReadableInfo) => void;
  /** `count` bytes (packets and payload) can be written. First called after CONNACK. */
  readonly onWritable?: (this: MQTTClient, count: number) => void;
  readonly onControl?: (this: MQTTClient, operation: number, info: ControlInfo) => void;
  /** The connection has ended after DISCONNECT was written. Nothing is called afterwards. */
  readonly onClose?: (this: MQTTClient) => void;
  /** The connection failed or was refused. Nothing is called afterwards. */
  readonly onError?: (this: MQTTClient, error: MqttError) => void;

  // Additions to ECMA-419. Clock and timers belong to the provider object, like `dns` and `socket`.
  readonly clock: Clock;
  readonly timers: Timers;
  readonly deadlines?: ConnectDeadlines | undefined;
  /** CONNECT, encoded before, in place of `id`, `user`, `password`, `clean` and `will`: a session that
   * connects again and again has it checked and encoded once. */
  readonly connect?: Uint8Array | undefined;
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
  /** PUBACK, PUBREC, PUBREL and PUBCOMP instead of `onControl`: half of all packets are of these. */
  readonly onAck?: (this: MQTTClient, operation: Ack, id: number) => void;
  /** A message was skipped. */
  readonly onSkipped?: (this: MQTTClient, byteLength: number) => void;
  /** A new step of connecting has begun. */
  readonly onStage?: (this: MQTTClient, stage: "connecting" | "handshaking") => void;
  /** A callback has thrown; the client goes on. */
  readonly onFault?: (this: MQTTClient, error: unknown) => void;
}

/** The same bytes as an Uint8Array, not copied; undefined when it is no byte buffer. */
export function bytesOf(data: unknown): Uint8Array | undefined {
  if (data instanceof Uint8Array) return data;
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (!ArrayBuffer.isView(data)) return undefined;
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** The CONNECT packet for these options. */
export function connectPacket(options: MqttClientOptions): Connect {
  const { password, will } = options;
  return {
    id: options.id ?? "",
    clean: options.clean ?? true,
    keepAliveSeconds: Math.ceil((options.keepAlive ?? 60_000) / 1000),
    user: options.user,
    password: bytesOf(password) ?? (password as string | undefined),
    will: will && { ...will, message: bytesOf(will.message) ?? (will.message as string) },
  };
}

/** How long a step of connecting may take, ms. */
export function deadlineOf(
  step: keyof ConnectDeadlines,
  deadlines: ConnectDeadlines | undefined,
): number {
  return deadlines?.[step] ?? (step === "tls" ? 30_000 : 10_000);
}
