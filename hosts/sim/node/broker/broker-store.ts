// SPDX-License-Identifier: MIT

import type { Aedes } from "aedes";

/** What aedes remembers of its clients; handed to the next broker, it outlives the first. */
export interface BrokerStore {
  outgoingUpdate(client: unknown, packet: StoredPacket): Promise<void>;
}

interface StoredPacket {
  readonly cmd: string;
  brokerId?: string | number;
}

const mended = new WeakSet<BrokerStore>();

/**
 * The store of a broker, mended in two places. aedes-persistence 11.0.0 looks for a PUBREL by the id
 * of the broker, which a PUBREL has not, and so takes the first PUBREL that it finds for the one it
 * looks for. Of several QoS 2 messages on their way to a client, the first then gets no PUBREL and
 * comes again and again, until another message takes its packet id and is lost. And it knows nothing
 * of retained messages, for which aedes asks it all the same: PUBREC then ends the connection.
 */
export function brokerStore(broker: Aedes): BrokerStore {
  const store = (broker as Aedes & { readonly persistence: BrokerStore }).persistence;
  if (mended.has(store)) return store;
  mended.add(store);
  const update = store.outgoingUpdate.bind(store);
  store.outgoingUpdate = async (client, packet) => {
    if (packet.cmd !== "pubrel") return update(client, packet);
    // Equal to nothing, not even to itself: the store goes on to the packet id.
    packet.brokerId ??= Number.NaN;
    // A PUBREL leaves for whatever was received, known or not.
    await update(client, packet).catch(() => {});
  };
  return store;
}
