// SPDX-License-Identifier: MIT

import type { Packet } from "mqtt-packet";
import type { Door } from "./door.ts";
import type { Message, QoS } from "./message.ts";
import type { BrokerStore, KeptOutgoing } from "./store.ts";

/** The connection of a session's client. */
export interface SessionLink {
  send(packet: Packet): void;
  /** QoS 0 goes to nobody who does not read. */
  readonly isClogged: boolean;
  /** Another connection has the session now. */
  close(): void;
}

export interface SessionOptions {
  readonly key: string;
  readonly door: Door;
  readonly user: string;
  /** Where it is kept; undefined: it ends with its connection. */
  readonly store: BrokerStore | undefined;
  /** Counts what was dropped. */
  readonly onDropped: () => void;
}

interface Outgoing {
  readonly number: number;
  readonly message: Message;
  readonly QoS: QoS;
  id: number | undefined;
  isReleased: boolean;
}

/** Messages on their way that are not confirmed, as in Mosquitto. */
const mostInFlight = 20;
/** Messages and their bytes that wait for one client; what comes later is dropped, as in Mosquitto. */
const mostWaiting = 1_000;
const mostBytes = 4 * 1024 * 1024;
/** Messages of QoS 2 of one client that it has not released. */
const mostIncoming = 1_000;
/** What a message takes beside its payload, bytes. */
const overhead = 64;

/** What the broker knows of one client between its connections, and the order of its messages. */
export class Session {
  readonly key: string;
  readonly door: Door;
  readonly user: string;
  readonly subscriptions = new Map<string, QoS>();
  /** When the client was there last, ms since 1970. */
  seen = 0;
  readonly #store: BrokerStore | undefined;
  readonly #onDropped: () => void;
  #link: SessionLink | undefined;
  /** In the order in which they came. */
  readonly #outgoing = new Map<number, Outgoing>();
  readonly #inFlight = new Map<number, Outgoing>();
  readonly #incoming = new Set<number>();
  #bytes = 0;
  #lastId = 0;

  constructor(options: SessionOptions) {
    this.key = options.key;
    this.door = options.door;
    this.user = options.user;
    this.#store = options.store;
    this.#onDropped = options.onDropped;
  }

  get isKept(): boolean {
    return this.#store !== undefined;
  }

  get link(): SessionLink | undefined {
    return this.#link;
  }

  /** Messages that wait for a confirmation, or for the client. */
  get waiting(): { readonly count: number; readonly bytes: number } {
    return { count: this.#outgoing.size, bytes: this.#bytes };
  }

  /** As it was kept. */
  restore(outgoing: readonly KeptOutgoing[], incoming: readonly number[]): void {
    for (const entry of outgoing) this.add({ ...entry });
    for (const id of incoming) this.#incoming.add(id);
  }

  /** The client is there: what was on its way goes once more [MQTT-4.4.0-1], then what waits. */
  attach(link: SessionLink): void {
    this.#link = link;
    for (const entry of this.#inFlight.values()) this.send(entry, true);
    this.fill();
  }

  /** The client is away. */
  detach(): void {
    this.#link = undefined;
  }

  /** One more message for the client, with the QoS of its subscription; `number`: its place in the order. */
  deliver(message: Message, QoS: QoS, number: number): void {
    if (QoS === 0) {
      if (this.#link && !this.#link.isClogged) {
        this.#link.send(publishPacket(message, { QoS, id: undefined, isAgain: false }));
      } else if (this.#link) this.#onDropped();
      return;
    }
    const size = message.payload.length + overhead;
    if (this.#outgoing.size >= mostWaiting || this.#bytes + size > mostBytes) {
      this.#onDropped();
      return;
    }
    const entry: Outgoing = { number, message, QoS, id: undefined, isReleased: false };
    this.add(entry);
    if (!this.start(entry)) this.#store?.keepOutgoing(this.key, entry);
  }

  /** PUBACK, or PUBCOMP. */
  confirm(id: number): void {
    const entry = this.#inFlight.get(id);
    if (!entry) return;
    this.#inFlight.delete(id);
    this.#outgoing.delete(entry.number);
    this.#bytes -= entry.message.payload.length + overhead;
    this.#store?.dropOutgoing(this.key, entry.number);
    this.fill();
  }

  /** PUBREC: PUBREL goes, for whatever was received. */
  release(id: number): void {
    const entry = this.#inFlight.get(id);
    if (entry && !entry.isReleased) {
      entry.isReleased = true;
      this.#store?.keepOutgoing(this.key, entry);
    }
    this.#link?.send({ cmd: "pubrel", messageId: id });
  }

  /** A message of QoS 2 from the client. Returns "new", "again", or "full": it must go. */
  receive(id: number): "new" | "again" | "full" {
    if (this.#incoming.has(id)) return "again";
    if (this.#incoming.size >= mostIncoming) return "full";
    this.#incoming.add(id);
    this.#store?.keepIncoming(this.key, id);
    return "new";
  }

  /** PUBREL of the client. */
  received(id: number): void {
    if (this.#incoming.delete(id)) this.#store?.dropIncoming(this.key, id);
  }

  private add(entry: Outgoing): void {
    this.#outgoing.set(entry.number, entry);
    this.#bytes += entry.message.payload.length + overhead;
    if (entry.id !== undefined) this.#inFlight.set(entry.id, entry);
  }

  /** Sends what waits, in its order, while there is room. */
  private fill(): void {
    if (!this.#link || this.#inFlight.size >= mostInFlight) return;
    if (this.#inFlight.size === this.#outgoing.size) return;
    for (const entry of this.#outgoing.values()) {
      if (entry.id === undefined && !this.start(entry)) return;
    }
  }

  /** False: it has to wait. */
  private start(entry: Outgoing): boolean {
    if (!this.#link || this.#inFlight.size >= mostInFlight) return false;
    // None overtakes another.
    const first = this.#inFlight.size + 1;
    if (first < this.#outgoing.size && !this.isNext(entry)) return false;
    entry.id = this.nextId();
    this.#inFlight.set(entry.id, entry);
    this.#store?.keepOutgoing(this.key, entry);
    this.send(entry, false);
    return true;
  }

  private isNext(entry: Outgoing): boolean {
    for (const other of this.#outgoing.values()) if (other.id === undefined) return other === entry;
    return false;
  }

  private nextId(): number {
    do this.#lastId = (this.#lastId % 65_535) + 1;
    while (this.#inFlight.has(this.#lastId));
    return this.#lastId;
  }

  private send({ message, QoS, id, isReleased }: Outgoing, isAgain: boolean): void {
    if (isReleased && id !== undefined) this.#link?.send({ cmd: "pubrel", messageId: id });
    else this.#link?.send(publishPacket(message, { QoS, id, isAgain }));
  }
}

function publishPacket(
  { topic, payload, isRetained }: Message,
  { QoS, id, isAgain }: { QoS: QoS; id: number | undefined; isAgain: boolean },
): Packet {
  return {
    cmd: "publish",
    topic,
    payload,
    qos: QoS,
    retain: isRetained,
    dup: isAgain,
    ...(id !== undefined && { messageId: id }),
  };
}
