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
 * The store of a broker, mended. aedes-persistence 11.0.0 looks for a PUBREL by the id of the
 * broker, which a PUBREL has not, and so takes the first PUBREL that it finds for the one it looks
 * for. Of several QoS 2 messages on their way to a client, the first then gets no PUBREL and comes
 * again and again, until another message takes its packet id and is lost.
 */
export function brokerStore(broker: Aedes): BrokerStore {
  const store = (broker as Aedes & { readonly persistence: BrokerStore }).persistence;
  if (mended.has(store)) return store;
  mended.add(store);
  const update = store.outgoingUpdate.bind(store);
  store.outgoingUpdate = (client, packet) => {
    // Equal to nothing, not even to itself: the store goes on to the packet id.
    if (packet.cmd === "pubrel") packet.brokerId ??= Number.NaN;
    return update(client, packet);
  };
  return store;
}
