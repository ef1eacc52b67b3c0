// SPDX-License-Identifier: MIT

import type { ControlInfo, MqttClientOptions, ReadableInfo } from "../client/client-options.ts";
import { MqttClient } from "../client/mqtt-client.ts";
import { connectionError } from "../connection-error.ts";
import type { MqttError } from "../mqtt-error.ts";
import type { BrokerAddress } from "./broker-address.ts";
import type { MqttSessionOptions, SessionLimits } from "./session-options.ts";
import { connectOf } from "./session-setup.ts";

/** What a connection tells its session. Nothing comes from one that was closed. */
export interface ConnectorOwner {
  clientStage(stage: "connecting" | "handshaking"): void;
  clientReadable(client: MqttClient, info: ReadableInfo): void;
  clientWritable(): void;
  clientControl(client: MqttClient, info: ControlInfo): void;
  clientSkipped(byteLength: number): void;
  clientClosed(): void;
  /** It has failed, or has to be made anew. */
  clientFailed(error: MqttError): void;
  clientFault(error: unknown): void;
}

type Callbacks = Pick<
  MqttClientOptions,
  | "onReadable"
  | "onWritable"
  | "onControl"
  | "onClose"
  | "onError"
  | "onStage"
  | "onSkipped"
  | "onFault"
>;

/** Opens connections for a session, with one set of callbacks for all of them. */
export class Connector {
  readonly #session: MqttSessionOptions;
  readonly #limits: Required<SessionLimits>;
  readonly #callbacks: Callbacks;

  constructor(session: MqttSessionOptions, limits: Required<SessionLimits>, owner: ConnectorOwner) {
    this.#session = session;
    this.#limits = limits;
    this.#callbacks = {
      onReadable(_count, info) {
        owner.clientReadable(this as MqttClient, info);
      },
      onWritable: () => owner.clientWritable(),
      onControl(_operation, info) {
        owner.clientControl(this as MqttClient, info);
      },
      onClose: () => owner.clientClosed(),
      onError: (error) => owner.clientFailed(error),
      onStage: (stage) => owner.clientStage(stage),
      onSkipped: (byteLength) => owner.clientSkipped(byteLength),
      onFault: (error) => owner.clientFault(error),
    };
  }

  /** Begins to connect. @throws MqttError when this can not even be tried */
  open(broker: BrokerAddress): MqttClient {
    const { network, clock, timers, keepAlive = 60_000 } = this.#session;
    const { id, clean, user, password, will } = connectOf(this.#session, broker);
    const limits = this.#limits;
    return new MqttClient({
      ...this.#callbacks,
      host: broker.host,
      port: broker.port,
      socket: this.#socketFor(broker),
      dns: network.dns,
      clock,
      timers,
      id,
      keepAlive,
      ...(clean === undefined ? {} : { clean }),
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
      ...(will === undefined ? {} : { will }),
      acknowledge: "application",
      sendBuffer: limits.sendBuffer,
      longestTopic: limits.topic,
      deadlines: {
        dns: limits.dnsDeadline,
        tcp: limits.tcpDeadline,
        tls: limits.tlsDeadline,
        connack: limits.connackDeadline,
      },
    });
  }

  #socketFor(broker: BrokerAddress): MqttClientOptions["socket"] {
    const { network, secure = {} } = this.#session;
    if (!broker.secure) return network.tcp;
    // Never without encryption what was asked for with it.
    if (!network.tls) throw connectionError("mqtt/no-tls");
    return { ...network.tls, secure };
  }
}
