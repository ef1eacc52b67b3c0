// SPDX-License-Identifier: MIT

import { Readable } from "node:stream";
import type { Aedes } from "aedes";

/** What aedes remembers of its clients; handed to the next broker, it outlives the first. */
export interface BrokerStore {
  outgoingUpdate(client: StoredClient, packet: StoredPacket): Promise<void>;
  addSubscriptions(client: StoredClient, filters: readonly StoredFilter[]): Promise<void>;
  removeSubscriptions(client: StoredClient, topics: readonly string[]): Promise<void>;
  cleanSubscriptions(client: StoredClient): Promise<void>;
  /** Who is to get a message of QoS 1 or 2 on a topic, now or later. */
  subscriptionsByTopic(topic: string): Promise<{ clientId: string; topic: string }[]>;
  createRetainedStreamCombi(filters: readonly string[]): Readable;
}

interface StoredClient {
  readonly id: string;
}

interface StoredFilter {
  readonly topic: string;
  readonly qos: number;
}

interface StoredPacket {
  readonly cmd: string;
  readonly topic: string;
  brokerId?: string | number;
}

const mended = new WeakSet<BrokerStore>();

/** The store of a broker, mended where aedes-persistence 11.0.0 is wrong. */
export function brokerStore(broker: Aedes): BrokerStore {
  const store = (broker as Aedes & { readonly persistence: BrokerStore }).persistence;
  if (mended.has(store)) return store;
  mended.add(store);
  mendPubrel(store);
  mendSubscriptions(store);
  mendRetained(store);
  return store;
}

/**
 * The store looks for a PUBREL by the id of the broker, which a PUBREL has not, and so takes the first
 * PUBREL that it finds for the one it looks for. Of several QoS 2 messages on their way to a client, the
 * first then gets no PUBREL and comes again and again, until another message takes its packet id and is
 * lost. And it knows nothing of retained messages, for which aedes asks it all the same: PUBREC then ends
 * the connection.
 */
function mendPubrel(store: BrokerStore): void {
  const update = store.outgoingUpdate.bind(store);
  store.outgoingUpdate = async (client, packet) => {
    if (packet.cmd !== "pubrel") return update(client, packet);
    // Equal to nothing, not even to itself: the store goes on to the packet id.
    packet.brokerId ??= Number.NaN;
    // A PUBREL leaves for whatever was received, known or not.
    await update(client, packet).catch(() => {});
  };
}

/**
 * To the store, `+` matches no empty level, as in `/lead`, and `#` matches `$other/topic`; to the rest of
 * aedes it is the other way round. A message that was not stored ends the connection of its client ("no
 * such packet"), and one that was stored for nothing comes after the next CONNECT. It is stored for each
 * filter that matches, because aedes takes it out as often.
 */
function mendSubscriptions(store: BrokerStore): void {
  /** Filters with QoS 1 and 2, by client. */
  const filters = new Map<string, Set<string>>();
  const add = store.addSubscriptions.bind(store);
  const remove = store.removeSubscriptions.bind(store);
  const clean = store.cleanSubscriptions.bind(store);
  store.addSubscriptions = (client, added) => {
    const own = filters.get(client.id) ?? new Set();
    filters.set(client.id, own);
    for (const { topic, qos } of added) {
      if (qos > 0) own.add(topic);
      else own.delete(topic);
    }
    return add(client, added);
  };
  store.removeSubscriptions = (client, topics) => {
    for (const topic of topics) filters.get(client.id)?.delete(topic);
    return remove(client, topics);
  };
  store.cleanSubscriptions = (client) => {
    filters.delete(client.id);
    return clean(client);
  };
  store.subscriptionsByTopic = async (topic) => {
    const found: { clientId: string; topic: string }[] = [];
    for (const [clientId, own] of filters) {
      for (const filter of own) if (isMatch(filter, topic)) found.push({ clientId, topic: filter });
    }
    return found;
  };
}

/** Section 4.7 of MQTT 3.1.1. To aedes, a shared subscription is a filter like any other. */
function isMatch(filter: string, topic: string): boolean {
  if (topic.startsWith("$") && /^[+#]/.test(filter)) return false;
  const wanted = filter.split("/");
  const levels = topic.split("/");
  // "a/#" matches "a" too.
  if (wanted.at(-1) === "#") {
    wanted.pop();
    if (levels.length < wanted.length) return false;
    levels.length = wanted.length;
  }
  return (
    wanted.length === levels.length &&
    wanted.every((level, i) => level === "+" || level === levels[i])
  );
}

/** The same of retained messages. */
function mendRetained(store: BrokerStore): void {
  const stream = store.createRetainedStreamCombi.bind(store);
  store.createRetainedStreamCombi = (filters) => Readable.from(wanted(stream(["#"]), filters));
}

async function* wanted(all: Readable, filters: readonly string[]): AsyncGenerator<StoredPacket> {
  for await (const packet of all as AsyncIterable<StoredPacket>) {
    for (const filter of filters) if (isMatch(filter, packet.topic)) yield packet;
  }
}
