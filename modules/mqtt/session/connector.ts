// SPDX-License-Identifier: MIT

import type { Clock, Random, Timers } from "../../base/clock.ts";
import type { ControlInfo, MQTTClient, ReadableInfo } from "../../ecma-419/mqtt-client.ts";
import type { TCPConstructor, TLSSecureOptions } from "../../ecma-419/tcp.ts";
import type { ConnectDeadlines, MqttClientOptions } from "../client/client-options.ts";
import { MqttClient } from "../client/mqtt-client.ts";
import type { Ack } from "../codec/packet.ts";
import { connectionError } from "../connection-error.ts";
import type { MqttError } from "../mqtt-error.ts";
import { WebSocketTCP } from "../web-socket/web-socket.ts";
import type { BrokerAddress } from "./broker-address.ts";
import type { MqttSessionOptions, SessionAccess, SessionLimits } from "./session-options.ts";

/** Whom a connection serves. Nothing comes from one that was closed. */
export interface ConnectorOwner {
  clientStage(stage: "connecting" | "handshaking"): void;
  clientReadable(client: MQTTClient, info: ReadableInfo): void;
  clientWritable(): void;
  clientControl(client: MQTTClient, info: ControlInfo): void;
  clientAck(client: MQTTClient, operation: Ack, id: number): void;
  clientSkipped(byteLength: number): void;
  clientClosed(): void;
  /** It has failed, or has to be made anew. */
  clientFailed(error: MqttError): void;
  clientFault(error: unknown): void;
}

export interface ConnectorOptions {
  readonly session: MqttSessionOptions;
  readonly limits: Required<SessionLimits>;
  /** CONNECT for each broker. */
  readonly connects: readonly Uint8Array[];
  readonly owner: ConnectorOwner;
}

/** ms. */
const usualKeepAlive = 60_000;
/** Times that a TLS session is offered to a broker that gives no new one. */
const maxOffers = 4;

/** Opens connections for a session; each has its owner as its `target`. */
export class Connector {
  readonly #owner: ConnectorOwner;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #random: Random;
  readonly #network: MqttSessionOptions["network"];
  readonly #tlsSessions: MqttSessionOptions["tlsSessions"];
  #secure: TLSSecureOptions | undefined;
  /** What the last secure connection can be resumed with, and the broker that gave it. */
  #tlsSession: ArrayBuffer | undefined;
  #tlsBroker: string | undefined;
  /** Times that it was offered. */
  #tlsOffers = 0;
  #connects: readonly Uint8Array[];
  #keepAlive: number;
  /** Bytes. */
  readonly sendBuffer: number;
  readonly #maxTopic: number;
  /** Undefined: as long as a client waits by itself. */
  readonly #deadlines: ConnectDeadlines | undefined;

  constructor(options: ConnectorOptions) {
    const { session, limits, owner } = options;
    this.#owner = owner;
    this.#clock = session.clock;
    this.#timers = session.timers;
    this.#random = session.random;
    this.#network = session.network;
    this.#tlsSessions = session.tlsSessions;
    this.#secure = session.secure;
    this.#connects = options.connects;
    this.#keepAlive = session.keepAlive ?? usualKeepAlive;
    this.sendBuffer = limits.sendBuffer;
    this.#maxTopic = limits.topic;
    this.#deadlines = deadlinesOf(session.limits);
  }

  /** From now on connections are made so. */
  use(access: SessionAccess, connects: readonly Uint8Array[]): void {
    this.#secure = access.secure;
    this.#connects = connects;
    this.#keepAlive = access.keepAlive ?? usualKeepAlive;
    // Other certificates may be trusted now, or ours be another.
    this.#tlsSession = undefined;
    this.#tlsBroker = undefined;
    this.#tlsSessions?.clear();
  }

  /** Begins to connect to the broker at this place of the list. @throws MqttError when this can not even be tried */
  open(broker: BrokerAddress, place: number): MQTTClient {
    return new MqttClient({
      target: this.#owner,
      onReadable,
      onWritable,
      onControl,
      onAck,
      onClose,
      onError,
      onStage,
      onSkipped,
      onFault,
      host: broker.host,
      port: broker.port,
      socket: this.socketFor(broker),
      dns: this.#network.dns,
      clock: this.#clock,
      timers: this.#timers,
      connect: this.#connects[place],
      keepAlive: this.#keepAlive,
      acknowledge: "application",
      sendBuffer: this.sendBuffer,
      longestTopic: this.#maxTopic,
      deadlines: this.#deadlines,
    });
  }

  private socketFor(broker: BrokerAddress): MqttClientOptions["socket"] {
    const socket = this.plainSocketFor(broker);
    const { path } = broker;
    if (path === undefined) return socket;
    const more = { socket, path, random: this.#random, timers: this.#timers };
    const io = WebSocketTCP as unknown as TCPConstructor;
    return "secure" in socket ? { ...socket, ...more, io } : { ...more, io };
  }

  private plainSocketFor(broker: BrokerAddress): MqttClientOptions["socket"] {
    const { tcp, tls } = this.#network;
    if (!broker.secure) return tcp;
    // Never without encryption what was asked for with it.
    if (!tls) throw connectionError("mqtt/no-tls");
    const name = `${broker.host}:${broker.port}`;
    const own = this.#secure ?? {};
    // A session is for the broker that gave it, and one that brings nothing new is not offered for ever.
    if (this.#tlsBroker === undefined) this.#tlsSession = this.#tlsSessions?.read(name, own);
    else if (this.#tlsBroker !== name || this.#tlsOffers >= maxOffers) this.#tlsSession = undefined;
    this.#tlsBroker = name;
    this.#tlsOffers++;
    const session = this.#tlsSession;
    const secure = session ? { ...own, session } : own;
    const onSession = (next: ArrayBuffer) => {
      if (this.#tlsBroker !== name) return;
      this.#tlsSession = next;
      this.#tlsOffers = 0;
      this.#tlsSessions?.write(name, own, next);
    };
    return { ...tls, secure, onSession };
  }
}

function deadlinesOf(limits: SessionLimits = {}): ConnectDeadlines | undefined {
  const { dnsDeadline: dns, tcpDeadline: tcp, tlsDeadline: tls, connackDeadline: connack } = limits;
  const isDefault = (dns ?? tcp ?? tls ?? connack) === undefined;
  return isDefault ? undefined : ({ dns, tcp, tls, connack } as ConnectDeadlines);
}

// One set of callbacks for all connections: on a board these functions lie in flash.

function onReadable(this: MQTTClient, _count: number, info: ReadableInfo): void {
  (this.target as ConnectorOwner).clientReadable(this, info);
}

function onWritable(this: MQTTClient): void {
  (this.target as ConnectorOwner).clientWritable();
}

function onControl(this: MQTTClient, _operation: number, info: ControlInfo): void {
  (this.target as ConnectorOwner).clientControl(this, info);
}

function onAck(this: MQTTClient, operation: Ack, id: number): void {
  (this.target as ConnectorOwner).clientAck(this, operation, id);
}

function onClose(this: MQTTClient): void {
  (this.target as ConnectorOwner).clientClosed();
}

function onError(this: MQTTClient, error: MqttError): void {
  (this.target as ConnectorOwner).clientFailed(error);
}

function onStage(this: MQTTClient, stage: "connecting" | "handshaking"): void {
  (this.target as ConnectorOwner).clientStage(stage);
}

function onSkipped(this: MQTTClient, byteLength: number): void {
  (this.target as ConnectorOwner).clientSkipped(byteLength);
}

function onFault(this: MQTTClient, error: unknown): void {
  (this.target as ConnectorOwner).clientFault(error);
}
