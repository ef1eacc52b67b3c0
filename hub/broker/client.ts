// SPDX-License-Identifier: MIT

import type { Duplex } from "node:stream";
import {
  generate,
  type IConnectPacket,
  type IPublishPacket,
  type ISubscribePacket,
  type IUnsubscribePacket,
  type Packet,
} from "mqtt-packet";
import type { Door } from "./door.ts";
import { Frames } from "./frames.ts";
import type { Message, QoS } from "./message.ts";
import { shownText } from "./notices.ts";
import type { Session, SessionLink } from "./session.ts";
import { isFilter, isTopic } from "./topic.ts";

/** What a client needs of the broker. */
export interface ClientBroker {
  /** Who came in has a session; the answer says whether it was there already. */
  open(wish: SessionWish): { readonly session: Session; readonly isOld: boolean } | undefined;
  leave(session: Session, will: Message | undefined): void;
  publish(message: Message): void;
  /** False: the session has too many filters already. */
  subscribe(session: Session, filter: string, QoS: QoS): boolean;
  unsubscribe(session: Session, filter: string): void;
  sendRetained(session: Session, filters: readonly (readonly [string, QoS])[]): void;
  /** Has something to be sent, as soon as what it rests on is kept. */
  schedule(client: Client): void;
  /** Something that whoever runs the broker should know. */
  note(text: string): void;
  readonly counters: ClientCounters;
}

export interface SessionWish {
  readonly door: Door;
  readonly user: string;
  readonly id: string;
  readonly isKept: boolean;
  readonly will: Message | undefined;
}

export interface ClientCounters {
  messagesReceived: number;
  messagesSent: number;
  bytesReceived: number;
  bytesSent: number;
  publishesReceived: number;
  publishesSent: number;
  publishBytesReceived: number;
  publishBytesSent: number;
  dropped: number;
}

export interface ClientOptions {
  readonly stream: Duplex;
  readonly door: Door;
  /** Where it comes from, as it is shown. */
  readonly address: string;
  readonly broker: ClientBroker;
}

/** Longest packet, bytes, as in deploy/mosquitto: four times what a board sends at most. */
export const longestPacket = 16_384;
/** Time until CONNECT has come, ms. */
const connectLimit = 15_000;
/** Wait after a wrong password, ms: who guesses has time. */
const refusalDelay = 1_000;
/** Unread bytes behind which QoS 0 is dropped, and behind which a client is let go. */
const clogged = 512 * 1024;
const overfull = 4 * 1024 * 1024;
/** Longest client identifier. */
const longestId = 128;

const refusals = { version: 1, id: 2, unavailable: 3, rights: 5 } as const;
const reasons: Readonly<Record<number, string>> = Object.freeze({
  [refusals.version]: "it speaks another MQTT than 3.1.1",
  [refusals.id]: "its client identifier is too long, or missing for a session that is kept",
  [refusals.unavailable]: "there are too many sessions",
  [refusals.rights]: "that user with that password is not in the list",
});

/** One connection: reads packets, and sends what its session has for it. */
export class Client implements SessionLink {
  readonly #stream: Duplex;
  readonly #door: Door;
  readonly #address: string;
  readonly #broker: ClientBroker;
  readonly #frames = new Frames(longestPacket);
  #out: Buffer[] = [];
  #session: Session | undefined;
  #will: Message | undefined;
  #isBusy = false;
  #isClosed = false;
  #timer: NodeJS.Timeout;

  constructor({ stream, door, address, broker }: ClientOptions) {
    this.#stream = stream;
    this.#door = door;
    this.#address = address;
    this.#broker = broker;
    this.#timer = setTimeout(() => this.close(), connectLimit);
    stream.on("data", (bytes: Buffer) => this.take(bytes));
    stream.on("error", () => this.close());
    stream.on("close", () => this.close());
    stream.on("end", () => this.close());
  }

  get isClogged(): boolean {
    return this.#stream.writableLength > clogged;
  }

  send(packet: Packet): void {
    if (this.#isClosed) return;
    this.#broker.counters.messagesSent += 1;
    if (packet.cmd === "publish") {
      this.#broker.counters.publishesSent += 1;
      this.#broker.counters.publishBytesSent += packet.payload.length;
    }
    if (this.#out.length === 0) this.#broker.schedule(this);
    this.#out.push(generate(packet));
  }

  /** Writes what was sent since the last time. */
  flush(): void {
    const out = this.#out;
    this.#out = [];
    if (this.#stream.destroyed || out.length === 0) return;
    const bytes = out.length === 1 ? out[0] : Buffer.concat(out);
    this.#broker.counters.bytesSent += bytes?.length ?? 0;
    this.#stream.write(bytes);
    if (this.#isClosed) this.#stream.end();
    else if (this.#stream.writableLength > overfull) this.close();
  }

  /** Ends the connection without a word; the last will goes out. */
  close(): void {
    this.end(this.#will);
    this.#stream.destroy();
  }

  private end(will: Message | undefined): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    this.#isClosed = true;
    const session = this.#session;
    this.#session = undefined;
    if (session) this.#broker.leave(session, will);
  }

  private take(bytes: Buffer): void {
    if (this.#isClosed) return;
    this.#broker.counters.bytesReceived += bytes.length;
    this.#frames.add(bytes);
    this.work();
  }

  private work(): void {
    try {
      while (!this.#isBusy && !this.#isClosed) {
        const packet = this.#frames.next();
        if (!packet) return;
        this.#broker.counters.messagesReceived += 1;
        this.handle(packet);
      }
    } catch (error) {
      // [MQTT-4.8.0-1]
      this.fail(error instanceof Error ? error.message : String(error));
    }
  }

  /** Ends the connection for what its client has sent. */
  private fail(why: string): void {
    const who = this.#session ? `${shownText(this.#session.user)} at ` : "";
    this.#broker.note(`${who}${this.#address} was disconnected: ${shownText(why)}`);
    this.close();
  }

  private handle(packet: Packet): void {
    if (packet.cmd === "connect") {
      if (this.#session) throw new Error("a second CONNECT");
      this.#isBusy = true;
      this.#stream.pause();
      this.connect(packet).catch((error: Error) => this.fail(error.message));
      return;
    }
    const session = this.#session;
    if (!session) throw new Error("a packet before CONNECT");
    this.#timer.refresh();
    const id = packet.messageId ?? 0;
    if (packet.cmd === "publish") this.publish(session, packet);
    else if (packet.cmd === "puback" || packet.cmd === "pubcomp") session.confirm(id);
    else if (packet.cmd === "pubrec") session.release(id);
    else if (packet.cmd === "pubrel") {
      session.received(id);
      this.send({ cmd: "pubcomp", messageId: id });
    } else if (packet.cmd === "subscribe") this.subscribe(session, packet);
    else if (packet.cmd === "unsubscribe") this.unsubscribe(session, packet);
    else if (packet.cmd === "pingreq") this.send({ cmd: "pingresp" });
    else if (packet.cmd === "disconnect") {
      this.end(undefined);
      this.#stream.destroy();
    } else throw new Error(`a ${packet.cmd} from a client`);
  }

  private async connect(packet: IConnectPacket): Promise<void> {
    const refusal = await this.refusalOf(packet);
    if (this.#isClosed) return;
    if (refusal !== undefined) {
      this.refuse(packet, refusal);
      return;
    }
    const { username: user = "", clean = true, keepalive = 0 } = packet;
    const opened = this.#broker.open({
      door: this.#door,
      user,
      id: this.#door.isUserTheClient ? user : packet.clientId,
      isKept: !clean,
      will: this.willOf(packet, user),
    });
    if (!opened) {
      this.refuse(packet, refusals.unavailable);
      return;
    }
    const { session, isOld } = opened;
    this.#session = session;
    this.#will = this.willOf(packet, user);
    clearTimeout(this.#timer);
    // [MQTT-3.1.2-24]; without keep-alive only the network says when a client is gone.
    const limit = keepalive === 0 ? 2 ** 31 - 1 : keepalive * 1_500;
    this.#timer = setTimeout(() => this.close(), limit);
    this.send({ cmd: "connack", returnCode: 0, sessionPresent: isOld });
    session.attach(this);
    this.#isBusy = false;
    this.#stream.resume();
    this.work();
  }

  private async refusalOf(packet: IConnectPacket): Promise<number | undefined> {
    const { clientId, clean, username, password, will } = packet;
    if (packet.protocolVersion !== 4 && packet.protocolVersion !== 3) return refusals.version;
    // [MQTT-3.1.3-8]
    const isNamed = clientId !== "" || clean || this.#door.isUserTheClient;
    if (!isNamed || clientId.length > longestId) return refusals.id;
    if (will && !isTopic(will.topic)) throw new Error("a last will without a topic");
    if (username && password && (await this.#door.users.isRight(username, asBuffer(password)))) {
      return undefined;
    }
    await new Promise((done) => setTimeout(done, refusalDelay));
    return refusals.rights;
  }

  private refuse({ protocolVersion, username, clientId }: IConnectPacket, code: number): void {
    const who = shownText(username ?? clientId);
    this.#broker.note(
      `${who} at ${this.#address} was refused at the port for ${this.#door.name}: ${reasons[code]}`,
    );
    if (protocolVersion === 5) {
      // 0x84: unsupported protocol version.
      this.#out.push(
        generate(
          { cmd: "connack", reasonCode: 0x84, sessionPresent: false },
          { protocolVersion: 5 },
        ),
      );
    } else this.#out.push(generate({ cmd: "connack", returnCode: code, sessionPresent: false }));
    // Its timer goes on, for who does not end the connection.
    this.#isClosed = true;
    this.#broker.schedule(this);
  }

  private willOf({ will }: IConnectPacket, user: string): Message | undefined {
    if (!will || !this.#door.rights.maySend(user, will.topic)) return undefined;
    return {
      topic: will.topic,
      payload: asBuffer(will.payload),
      QoS: will.qos ?? 0,
      isRetained: will.retain ?? false,
    };
  }

  private publish(session: Session, packet: IPublishPacket): void {
    const { counters } = this.#broker;
    counters.publishesReceived += 1;
    counters.publishBytesReceived += packet.payload.length;
    if (!isTopic(packet.topic)) throw new Error("a topic that is none");
    const id = packet.messageId ?? 0;
    const QoS = packet.qos;
    const isNew = QoS !== 2 || session.receive(id);
    if (isNew === "full") throw new Error("too many messages of QoS 2 that are not released");
    // What may not be sent is confirmed and goes nowhere: MQTT 3.1.1 knows no other way.
    if (isNew !== "again" && this.#door.rights.maySend(session.user, packet.topic)) {
      const payload = asBuffer(packet.payload);
      this.#broker.publish({ topic: packet.topic, payload, QoS, isRetained: packet.retain });
    }
    if (QoS === 1) this.send({ cmd: "puback", messageId: id });
    else if (QoS === 2) this.send({ cmd: "pubrec", messageId: id });
  }

  private subscribe(session: Session, { subscriptions, messageId }: ISubscribePacket): void {
    const granted: (QoS | 128)[] = [];
    const taken: [string, QoS][] = [];
    for (const { topic: filter, qos } of subscriptions) {
      const isShared = filter.startsWith("$share/");
      const isTaken =
        isFilter(filter) &&
        !isShared &&
        this.#door.rights.maySubscribe(session.user, filter) &&
        this.#broker.subscribe(session, filter, qos);
      granted.push(isTaken ? qos : 128);
      if (!isTaken) continue;
      taken.push([filter, qos]);
    }
    this.send({ cmd: "suback", messageId: messageId ?? 0, granted });
    this.#broker.sendRetained(session, taken);
  }

  private unsubscribe(session: Session, { unsubscriptions, messageId }: IUnsubscribePacket): void {
    for (const filter of unsubscriptions) this.#broker.unsubscribe(session, filter);
    // MQTT 3.1.1 has no reasons in it.
    this.send({ cmd: "unsuback", messageId: messageId ?? 0, granted: [] });
  }
}

function asBuffer(text: string | Buffer): Buffer {
  // A copy: a slice would keep all that came with it.
  return typeof text === "string" ? Buffer.from(text) : Buffer.from(text);
}
