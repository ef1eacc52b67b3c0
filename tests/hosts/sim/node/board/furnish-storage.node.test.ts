// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { furnishStorage } from "../../../../../hosts/sim/node/board/furnish-storage.ts";
import { AccessPoints, labNetwork } from "../../../../../hosts/virtual/access-points.ts";
import { LastNetwork } from "../../../../../modules/wifi/last-network.ts";
import { MemoryKeyValue } from "../../../../support/memory-key-value.ts";

function furnished(store: MemoryKeyValue): number | undefined {
  furnishStorage({
    read: (domain, key) => {
      assert.equal(domain, "wifi");
      const bytes = store.read(key);
      return bytes && new Uint8Array(bytes);
    },
    write: (_domain, key, value) => store.write(key, value),
  });
  return new LastNetwork(store, () => {}).channelOf(labNetwork.SSID);
}

test("a new board knows on which channel the network of the lab is", () => {
  const channel = furnished(new MemoryKeyValue());
  assert.equal(channel, AccessPoints.around(1).named(labNetwork.SSID)?.channel);
});

test("a board that has been elsewhere keeps what it has stored", () => {
  const store = new MemoryKeyValue();
  new LastNetwork(store, () => {}).held(labNetwork.SSID, 11, 0);
  assert.equal(furnished(store), 11);
});
