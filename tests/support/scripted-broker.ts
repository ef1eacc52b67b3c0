// SPDX-License-Identifier: MIT

import {
  type ClientPacket,
  ClientStream,
  type ConnectFields,
  type PublishFields,
} from "./broker-codec.ts";
import * as bytes from "./broker-packets.ts";
import { BrokerSession } from "./broker-session.ts";
import type { MemoryLink } from "./memory-link.ts";
import type { MemoryNetwork } from "./memory-network.ts";

/** One connection at the broker. */
export class BrokerConnection {
  readonly link: MemoryLink;
  /** What the client has sent. */
  readonly packets: ClientPacket[] = [];
  connect: ConnectFields | undefined;
  session: BrokerSession | undefined;
  /** DISCONNECT has come: no will. */
  ended = false;

  constructor(link: MemoryLink) {
    this.link = link;
  }

  /** Types of all packets of the client, in order. */
  get types(): string {
    return this.packets.map(({ type }) => type).join(" ");
  }
}

/**
 * A broker in memory. By default it does what the standard asks; a test makes it refuse, be silent,
 * forget, lie, and takes single packets out of its hands. It throws at what a strict broker would
 * close the connection for.
 */
export class ScriptedBroker {
  readonly connections: BrokerConnection[] = [];
  readonly sessions = new Map<string, BrokerSession>();
  /** Messages that it has accepted, in order: QoS 2 once, wills too. */
  readonly arrived: PublishFields[] = [];
  readonly retained = new Map<string, PublishFields>();
  /** CONNACK code of the next connections. */
  returnCode = 0;
  /** Session present of the next CONNACKs when it is not to be the truth. */
  present: boolean | undefined;
  /** Packet types that are not answered. */
  readonly muted = new Set<ClientPacket["type"]>();
  /** What is granted to a filter; 0x80 refuses. */
  grant: (filter: string, QoS: number) => number = (_filter, QoS) => QoS;
  /** Sees each packet first: true when it has dealt with it. */
  onPacket: (packet: ClientPacket, connection: BrokerConnection) => boolean | undefined = () =>
    false;
  /** Sees each new connection. */
  onConnection: (connection: BrokerConnection) => void = () => {};

  constructor(network: MemoryNetwork) {
    network.onLink = (link) => this.#accept(link);
  }

  /** The last connection. */
  get connection(): BrokerConnection {
    const connection = this.connections.at(-1);
    if (!connection) throw new Error("nobody has connected");
    return connection;
  }

  /** All packets of all connections. */
  get packets(): ClientPacket[] {
    return this.connections.flatMap(({ packets }) => packets);
  }

  /** Payloads of the accepted messages on a topic, as text. */
  payloads(topic: string): string[] {
    const decoder = new TextDecoder();
    return this.arrived
      .filter((message) => message.topic === topic)
      .map(({ payload }) => decoder.decode(payload));
  }

  /** Messages that a client has sent, repetitions too. */
  published(topic: string): PublishFields[] {
    return this.packets.filter(
      (packet): packet is PublishFields => packet.type === "PUBLISH" && packet.topic === topic,
    );
  }

  /** Sends bytes on the last connection. */
  send(data: Uint8Array): void {
    this.connection.link.send(data);
  }

  /** A message from somebody else. */
  publish(topic: string, options: bytes.PublishOptions = {}): void {
    const { payload = "", QoS = 0, retain = false } = options;
    const data = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
    this.#route({ type: "PUBLISH", topic, payload: data, QoS, retain, id: 0, duplicate: false });
  }

  /** Loses all sessions, as a restart without persistence does. */
  forget(): void {
    this.sessions.clear();
  }

  #accept(link: MemoryLink): void {
    const connection = new BrokerConnection(link);
    const stream = new ClientStream();
    this.connections.push(connection);
    link.onData = (data) => {
      for (const packet of stream.push(data)) this.#take(packet, connection);
    };
    link.onEnd = () => this.#over(connection);
    this.onConnection(connection);
  }

  #take(packet: ClientPacket, connection: BrokerConnection): void {
    connection.packets.push(packet);
    if (this.onPacket(packet, connection)) return;
    if (packet.type === "DISCONNECT") connection.ended = true;
    if (this.muted.has(packet.type)) return;
    const { link, session } = connection;
    if (packet.type === "DISCONNECT") link.shut();
    else if (packet.type === "CONNECT") this.#connect(packet, connection);
    else if (packet.type === "PINGREQ") link.send(bytes.pingrespBytes());
    else if (!session) return;
    else if (packet.type === "PUBLISH") this.#publish(packet, connection, session);
    else if (packet.type === "SUBSCRIBE") this.#subscribe(packet, link, session);
    else if (packet.type === "UNSUBSCRIBE") {
      for (const filter of packet.filters) session.filters.delete(filter);
      link.send(bytes.unsubackBytes(packet.id));
    } else if (packet.type === "PUBREL") {
      session.received.delete(packet.id);
      link.send(bytes.pubcompBytes(packet.id));
    } else if ("id" in packet) session.acknowledged(packet.type, packet.id);
  }

  #connect(packet: ConnectFields, connection: BrokerConnection): void {
    const { link } = connection;
    connection.connect = packet;
    if (this.returnCode !== 0) {
      link.send(bytes.connackBytes(false, this.returnCode));
      link.shut();
      return;
    }
    for (const other of this.connections) {
      if (other !== connection && other.connect?.id === packet.id) other.link.cut();
    }
    const known = packet.clean ? undefined : this.sessions.get(packet.id);
    const session = known ?? new BrokerSession();
    this.sessions.set(packet.id, session);
    connection.session = session;
    link.send(bytes.connackBytes(this.present ?? known !== undefined));
    session.attach(link);
  }

  #subscribe(
    packet: ClientPacket & { type: "SUBSCRIBE" },
    link: MemoryLink,
    session: BrokerSession,
  ): void {
    const codes = packet.requests.map(({ filter, QoS }) => this.grant(filter, QoS));
    link.send(bytes.subackBytes(packet.id, codes));
    packet.requests.forEach(({ filter }, i) => {
      const granted = codes[i] ?? 0x80;
      if (granted > 2) return;
      session.filters.set(filter, granted);
      for (const message of this.retained.values()) session.offer(message, filter);
    });
  }

  #publish(packet: PublishFields, { link }: BrokerConnection, session: BrokerSession): void {
    const isNew = packet.QoS < 2 || !session.received.has(packet.id);
    if (packet.QoS === 2) session.received.add(packet.id);
    if (packet.QoS === 1) link.send(bytes.pubackBytes(packet.id));
    if (packet.QoS === 2) link.send(bytes.pubrecBytes(packet.id));
    if (isNew) this.#route(packet);
  }

  #route(message: PublishFields): void {
    this.arrived.push(message);
    if (message.retain) {
      if (message.payload.length === 0) this.retained.delete(message.topic);
      else this.retained.set(message.topic, message);
    }
    for (const session of this.sessions.values()) session.offer({ ...message, retain: false });
  }

  #over(connection: BrokerConnection): void {
    const { session, connect, link } = connection;
    session?.detach(link);
    if (connect?.clean && this.sessions.get(connect.id) === session) {
      this.sessions.delete(connect.id);
    }
    if (!session || connection.ended || !connect?.will) return;
    const { topic, message, QoS, retain } = connect.will;
    this.#route({ type: "PUBLISH", topic, payload: message, QoS, retain, id: 0, duplicate: false });
  }
}
