// SPDX-License-Identifier: MIT

import type { TLSOptions } from "../../../modules/ecma-419/tcp.ts";
import type { ClientPacket, ConnectFields, PublishFields } from "../../support/broker-codec.ts";
import { connackBytes } from "../../support/broker-packets.ts";
import type { MemoryNetwork } from "../../support/memory-network.ts";
import { type BrokerConnection, ScriptedBroker } from "../../support/scripted-broker.ts";

/** What a platform documents, as its server sees it. Each returns what is broken, or undefined. */
export interface PlatformRules {
  /** Port that the connection came to, and whether it was TLS. */
  readonly port?: number;
  readonly isSecure?: boolean;
  connect(connect: ConnectFields, tls: Partial<TLSOptions>, now: number): string | undefined;
  publish(message: PublishFields, text: string, now: number): string | undefined;
  subscribe(filter: string, QoS: number): string | undefined;
}

/** The server of a platform: it ends a connection that breaks its rules, and remembers why. */
export class PlatformServer {
  readonly broker: ScriptedBroker;
  /** Rules that were broken. */
  readonly broken: string[] = [];
  readonly filters = new Set<string>();
  /** Sees each packet that breaks no rule: true when it has dealt with it. */
  judge: (packet: ClientPacket, connection: BrokerConnection) => boolean = () => false;
  readonly #network: MemoryNetwork;
  readonly #rules: PlatformRules;

  constructor(network: MemoryNetwork, rules: PlatformRules) {
    this.#network = network;
    this.#rules = rules;
    this.broker = new ScriptedBroker(network);
    this.broker.onPacket = (packet, connection) => {
      const now = network.time.ticks();
      if (packet.type === "CONNECT") return this.#connect(packet, connection, now);
      if (packet.type === "PUBLISH") {
        const text = new TextDecoder().decode(packet.payload);
        const why = rules.publish(packet, text, now);
        const isBroken = this.#judge(why && `${packet.topic} ${text}: ${why}`, connection);
        return isBroken || this.judge(packet, connection);
      }
      if (packet.type !== "SUBSCRIBE") return false;
      for (const { filter, QoS } of packet.requests) {
        const why = rules.subscribe(filter, QoS);
        this.filters.add(filter);
        if (this.#judge(why && `${filter}: ${why}`, connection)) return true;
      }
      return false;
    };
  }

  /** Topic and text of all messages that have arrived. */
  get messages(): string[] {
    const decoder = new TextDecoder();
    return this.broker.arrived.map(({ topic, payload }) => `${topic} ${decoder.decode(payload)}`);
  }

  #connect(connect: ConnectFields, connection: BrokerConnection, now: number): boolean {
    const options: Partial<TLSOptions> = connection.link.options as TLSOptions;
    const isSecure = "secure" in connection.link.options;
    const { port, isSecure: mustBeSecure = true } = this.#rules;
    const why =
      port !== undefined && connection.link.options.port !== port
        ? `port ${connection.link.options.port}`
        : isSecure !== mustBeSecure
          ? "with or without TLS"
          : this.#rules.connect(connect, options, now);
    if (why === undefined) return false;
    this.broken.push(`CONNECT: ${why}`);
    connection.link.send(connackBytes(false, 5));
    connection.link.shut();
    return true;
  }

  #judge(why: string | undefined, connection: BrokerConnection): boolean {
    if (why === undefined) return false;
    this.broken.push(why);
    connection.link.cut();
    return true;
  }

  /** Everything is gone for so many s: connections end, and new ones are refused. */
  dieFor(seconds: number, go: (seconds: number) => void): void {
    this.#network.connects = "refuse";
    for (const { link } of this.broker.connections) link.cut();
    go(seconds);
    this.#network.connects = "accept";
  }
}

/** Counts what happens in a window of time. */
export class Rate {
  readonly #window: number;
  readonly #times: number[] = [];

  /** `window`: s. */
  constructor(window: number) {
    this.#window = window * 1_000;
  }

  /** Adds `count`, and returns how many there are in the window. */
  add(now: number, count = 1): number {
    for (let i = 0; i < count; i++) this.#times.push(now);
    return this.#times.filter((time) => time > now - this.#window).length;
  }
}

/** A text of a CONNECT. */
export function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && new TextDecoder().decode(bytes);
}
