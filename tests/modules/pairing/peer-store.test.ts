// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { decodePeers, encodePeers, type PeerRecord } from "../../../modules/pairing/peer-record.ts";
import { PeerStore } from "../../../modules/pairing/peer-store.ts";
import { MemoryKeyValue } from "../../support/memory-key-value.ts";

function peer(name: string, more: Partial<PeerRecord> = {}): PeerRecord {
  const secret = Uint8Array.from({ length: 32 }, (_, i) => i + name.length);
  return { name, secret, isInitiator: false, state: "paired", ...more };
}

const peers = [
  peer("board-b"),
  peer("hall", { isInitiator: true, state: "unconfirmed" }),
  peer("x".repeat(32), { isInitiator: true, state: "ending" }),
];

test("peers are stored and found again", () => {
  const domain = new MemoryKeyValue();
  assert.deepEqual(new PeerStore(domain).load(), { peers: [], isDamaged: false });
  new PeerStore(domain).save(peers);
  assert.deepEqual(new PeerStore(domain).load(), { peers, isDamaged: false });
});

test("whenever the power goes during a write, the peers before or after it are found", () => {
  for (const kept of [0, 1, 6, 7, 40, 60]) {
    const domain = new MemoryKeyValue();
    const store = new PeerStore(domain);
    store.save(peers.slice(0, 1));
    store.save(peers.slice(0, 2));
    const torn = encodePeers({ writes: 3, peers }).subarray(0, kept);
    domain.write("peers-a", torn);
    const found = new PeerStore(domain).load();
    assert.deepEqual(found, { peers: peers.slice(0, 2), isDamaged: true });
    const next = new PeerStore(domain);
    next.load();
    next.save(peers);
    assert.deepEqual(new PeerStore(domain).load(), { peers, isDamaged: false });
  }
});

test("a peer that is gone leaves its secret in neither copy", () => {
  const domain = new MemoryKeyValue();
  const store = new PeerStore(domain);
  store.save(peers);
  store.save(peers.slice(0, 1), true);
  for (const key of domain) {
    assert.deepEqual(decodePeers(domain.read(key) as ArrayBuffer)?.peers, peers.slice(0, 1));
  }
});

test("bytes of any kind are no peers, and no reason to stop", () => {
  const whole = encodePeers({ writes: 7, peers });
  assert.deepEqual(decodePeers(whole.slice().buffer), { writes: 7, peers });
  for (let length = 0; length < whole.length; length++) {
    assert.equal(decodePeers(whole.slice(0, length).buffer), undefined);
  }
  for (let at = 0; at < whole.length; at++) {
    const changed = whole.slice();
    changed[at] = (changed[at] as number) ^ 0x81;
    assert.equal(decodePeers(changed.buffer), undefined, `byte ${at}`);
  }
});

test("what cannot be stored leaves the peers as they were", () => {
  const domain = new MemoryKeyValue();
  const store = new PeerStore(domain);
  store.save(peers.slice(0, 1));
  domain.failAt = 1;
  assert.throws(() => store.save(peers), /broken/);
  assert.deepEqual(new PeerStore(domain).load().peers, peers.slice(0, 1));
  domain.failAt = undefined;
  store.save(peers);
  assert.deepEqual(new PeerStore(domain).load().peers, peers);
});
