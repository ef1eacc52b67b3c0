// SPDX-License-Identifier: MIT

import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import { Client, type ClientBroker, type ClientCounters, type SessionWish } from "./client.ts";
import type { Door } from "./door.ts";
import { type Every, realEvery } from "./every.ts";
import type { Message, QoS } from "./message.ts";
import { Notices, shownText } from "./notices.ts";
import { Session } from "./session.ts";
import type { BrokerStore } from "./store.ts";
import { SubscriptionTree } from "./subscription-tree.ts";
import { SysTopics } from "./sys-topics.ts";
import { hasWildcard, isMatch } from "./topic.ts";

export interface HubBrokerOptions {
  readonly store: BrokerStore;
  readonly doors: readonly Door[];
  readonly version: string;
  readonly now?: () => number;
  readonly every?: Every;
  /** What whoever runs it should know: who was refused and why. */
  readonly onNotice: (text: string) => void;
  /** Nothing can be kept any more; the broker has closed. */
  readonly onFailure: (error: Error) => void;
}

/** Sessions, those of today included; more would be somebody's mischief. */
const mostSessions = 5_000;
const mostRetained = 20_000;
/** Below the first two levels of a topic, such as those of one board: none takes the room of the others. */
const mostBelow = 500;
/** Filters of one session. */
const mostFilters = 1_000;
/** A session whose client does not come back is forgotten after so many ms. */
const sessionLife = 30 * 24 * 3_600_000;
const pruneInterval = 3_600_000;

/**
 * An MQTT 3.1.1 broker. What a client is told rests on what is kept: all that a turn of the event loop
 * has brought is written together, and only then anything is sent.
 */
export class HubBroker implements ClientBroker {
  readonly counters: ClientCounters = {
    messagesReceived: 0,
    messagesSent: 0,
    bytesReceived: 0,
    bytesSent: 0,
    publishesReceived: 0,
    publishesSent: 0,
    publishBytesReceived: 0,
    publishBytesSent: 0,
    dropped: 0,
  };
  readonly #options: HubBrokerOptions;
  readonly #store: BrokerStore;
  readonly #now: () => number;
  readonly #sessions = new Map<string, Session>();
  readonly #tree = new SubscriptionTree<Session>();
  readonly #retained = new Map<string, Message>();
  /** How many there are below the first two levels. */
  readonly #retainedBelow = new Map<string, number>();
  readonly #clients = new Set<Client>();
  readonly #ready = new Set<Client>();
  readonly #sys: SysTopics;
  readonly #notices: Notices;
  readonly #stopPruning: () => void;
  #flush: NodeJS.Immediate | undefined;
  #number = 0;
  #isClosed = false;
  #connected = 0;
  #mostConnected = 0;
  #connects = 0;
  #accepted = 0;
  #expired = 0;

  constructor(options: HubBrokerOptions) {
    const { store, now = Date.now, every = realEvery, version } = options;
    this.#options = options;
    this.#store = store;
    this.#now = now;
    this.#notices = new Notices({ say: options.onNotice, now });
    this.restore();
    this.#sys = new SysTopics({ broker: this, version, now, every });
    this.#stopPruning = every(pruneInterval, () => this.prune());
  }

  note(text: string): void {
    this.#notices.say(text);
  }

  /** A client has come to a door; `address`: from where. */
  accept(stream: Duplex, door: Door, address: string): void {
    if (this.#isClosed) {
      stream.destroy();
      return;
    }
    this.#accepted += 1;
    const client = new Client({ stream, door, address, broker: this });
    this.#clients.add(client);
    stream.on("close", () => this.#clients.delete(client));
  }

  /** Ends all connections, with their last wills. */
  close(): void {
    if (this.#isClosed) return;
    for (const client of [...this.#clients]) client.close();
    this.flush();
    this.stop();
  }

  /** What `$SYS` says beside the counters. */
  get state() {
    const waiting = { count: 0, bytes: 0 };
    for (const { waiting: own } of this.#sessions.values()) {
      waiting.count += own.count;
      waiting.bytes += own.bytes;
    }
    let bytes = waiting.bytes;
    for (const { payload } of this.#retained.values()) bytes += payload.length;
    return {
      connected: this.#connected,
      mostConnected: this.#mostConnected,
      sessions: this.#sessions.size,
      expired: this.#expired,
      subscriptions: this.#tree.count,
      retained: this.#retained.size,
      stored: { count: waiting.count + this.#retained.size, bytes },
      connects: this.#connects,
      sockets: this.#accepted,
    };
  }

  open(wish: SessionWish): { session: Session; isOld: boolean } | undefined {
    const { door, user, isKept, will } = wish;
    const id = wish.id === "" ? `hub-${randomBytes(8).toString("hex")}` : wish.id;
    // Nobody takes over the session of another user, or one of the other door.
    const key = JSON.stringify(door.isUserTheClient ? [door.name, user] : [door.name, user, id]);
    // [MQTT-3.1.4-2]
    this.#sessions.get(key)?.link?.close();
    const before = this.#sessions.get(key);
    const isOld = before !== undefined && isKept;
    if (before && !isKept) this.forget(before);
    if (!isOld && this.#sessions.size >= mostSessions) return undefined;
    const session = isOld ? before : this.newSession({ key, door, user, isKept });
    this.#connected += 1;
    this.#connects += 1;
    this.#mostConnected = Math.max(this.#mostConnected, this.#connected);
    this.touch(session);
    if (will) this.#store.keepWill(key, { door: door.name, user }, will);
    return { session, isOld };
  }

  leave(session: Session, will: Message | undefined): void {
    this.#connected -= 1;
    session.detach();
    this.#store.dropWill(session.key);
    this.touch(session);
    if (will) this.publish(will);
    if (!session.isKept) this.forget(session);
    this.schedule(undefined);
  }

  publish(message: Message): void {
    if (message.isRetained) this.retain(message);
    const sent = message.isRetained ? { ...message, isRetained: false } : message;
    for (const [session, QoS] of this.#tree.find(message.topic)) {
      if (!session.door.rights.maySee(session.user, message.topic)) continue;
      const least = Math.min(QoS, message.QoS) as QoS;
      session.deliver(sent, least, ++this.#number);
    }
    if (this.#store.hasChanges) this.schedule(undefined);
  }

  /** Keeps a message of the broker itself for those who come later, until it ends. */
  tell(message: Message): void {
    this.#retained.set(message.topic, message);
    const sent = { ...message, isRetained: false };
    for (const [session, QoS] of this.#tree.find(message.topic)) {
      if (!session.door.rights.maySee(session.user, message.topic)) continue;
      session.deliver(sent, Math.min(QoS, message.QoS) as QoS, ++this.#number);
    }
  }

  /** False: the session has too many already. */
  subscribe(session: Session, filter: string, QoS: QoS): boolean {
    const { subscriptions } = session;
    if (subscriptions.size >= mostFilters && !subscriptions.has(filter)) return false;
    session.subscriptions.set(filter, QoS);
    this.#tree.add(filter, session, QoS);
    if (session.isKept) this.#store.keepSubscription(session.key, filter, QoS);
    return true;
  }

  unsubscribe(session: Session, filter: string): void {
    if (!session.subscriptions.delete(filter)) return;
    this.#tree.remove(filter, session);
    if (session.isKept) this.#store.dropSubscription(session.key, filter);
  }

  sendRetained(session: Session, filters: readonly (readonly [string, QoS])[]): void {
    for (const [filter, QoS] of filters) {
      for (const message of this.retainedFor(filter)) {
        if (!session.door.rights.maySee(session.user, message.topic)) continue;
        session.deliver(message, Math.min(QoS, message.QoS) as QoS, ++this.#number);
      }
    }
  }

  schedule(client: Client | undefined): void {
    if (this.#isClosed) return;
    if (client) this.#ready.add(client);
    this.#flush ??= setImmediate(() => this.flush());
  }

  private retainedFor(filter: string): Message[] {
    if (!hasWildcard(filter)) {
      const one = this.#retained.get(filter);
      return one ? [one] : [];
    }
    const levels = filter.split("/");
    return [...this.#retained.values()].filter(({ topic }) => isMatch(levels, topic.split("/")));
  }

  private retain(message: Message): void {
    const { topic, payload } = message;
    const below = aboveOf(topic);
    const count = this.#retainedBelow.get(below) ?? 0;
    const isThere = this.#retained.has(topic);
    // [MQTT-3.3.1-10], [MQTT-3.3.1-11]
    if (payload.length === 0) {
      if (!this.#retained.delete(topic)) return;
      if (count > 1) this.#retainedBelow.set(below, count - 1);
      else this.#retainedBelow.delete(below);
    } else if (!isThere && (this.#retained.size >= mostRetained || count >= mostBelow)) {
      this.counters.dropped += 1;
      this.note(`too much is retained below ${shownText(below)}: what is new there is not`);
      return;
    } else {
      this.#retained.set(topic, message);
      if (!isThere) this.#retainedBelow.set(below, count + 1);
    }
    this.#store.keepRetained(message);
  }

  private newSession(wish: { key: string; door: Door; user: string; isKept: boolean }): Session {
    const { key, door, user, isKept } = wish;
    const session = new Session({
      ...{ key, door, user },
      store: isKept ? this.#store : undefined,
      onDropped: () => {
        this.counters.dropped += 1;
      },
    });
    this.#sessions.set(key, session);
    return session;
  }

  private touch(session: Session): void {
    session.seen = this.#now();
    const { key, door, user, seen, isKept } = session;
    if (isKept) this.#store.keepSession({ key, door: door.name, user, seen });
  }

  private forget(session: Session): void {
    for (const filter of session.subscriptions.keys()) this.#tree.remove(filter, session);
    this.#sessions.delete(session.key);
    if (session.isKept) this.#store.dropSession(session.key);
  }

  private prune(): void {
    const limit = this.#now() - sessionLife;
    for (const session of [...this.#sessions.values()]) {
      if (session.link || session.seen > limit) continue;
      this.forget(session);
      this.#expired += 1;
    }
    this.schedule(undefined);
  }

  /** Writes what is to be kept, then sends what rests on it. */
  private flush(): void {
    clearImmediate(this.#flush);
    this.#flush = undefined;
    try {
      this.#store.commit();
    } catch (error) {
      this.stop();
      for (const client of [...this.#clients]) client.close();
      this.#options.onFailure(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    const ready = [...this.#ready];
    this.#ready.clear();
    for (const client of ready) client.flush();
  }

  private stop(): void {
    this.#isClosed = true;
    this.#stopPruning();
    clearImmediate(this.#flush);
    this.#sys.close();
  }

  private restore(): void {
    const { retained, sessions, subscriptions, outgoing, incoming, wills } = this.#store.load();
    const doors = new Map(this.#options.doors.map((door) => [door.name, door]));
    for (const message of retained) {
      this.#retained.set(message.topic, message);
      const below = aboveOf(message.topic);
      this.#retainedBelow.set(below, (this.#retainedBelow.get(below) ?? 0) + 1);
    }
    for (const { key, door: name, user, seen } of sessions) {
      const door = doors.get(name);
      if (!door) continue;
      this.newSession({ key, door, user, isKept: true }).seen = seen;
    }
    for (const { key, filter, QoS } of subscriptions) {
      const session = this.#sessions.get(key);
      if (!session) continue;
      session.subscriptions.set(filter, QoS);
      this.#tree.add(filter, session, QoS);
    }
    const byKey = <Row extends { key: string }>(rows: readonly Row[]) => {
      const found = new Map<string, Row[]>();
      for (const row of rows) {
        const own = found.get(row.key);
        if (own) own.push(row);
        else found.set(row.key, [row]);
      }
      return found;
    };
    const [sent, received] = [byKey(outgoing), byKey(incoming)];
    for (const session of this.#sessions.values()) {
      const ids = (received.get(session.key) ?? []).map(({ id }) => id);
      session.restore(sent.get(session.key) ?? [], ids);
    }
    // There may be more of them than a call takes arguments.
    for (const { number } of outgoing) this.#number = Math.max(this.#number, number);
    // The process was killed: those who were connected no longer are.
    for (const { door, user, ...will } of wills) {
      if (doors.get(door)?.rights.maySend(user, will.topic)) this.publish(will);
    }
    if (wills.length > 0) this.#store.dropWills();
  }
}

/** The first two levels. */
function aboveOf(topic: string): string {
  return topic.split("/", 2).join("/");
}
