// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import type { HostCrypto } from "../../modules/base/host-crypto.ts";
import { OVER } from "../../modules/pairing/link/link-message.ts";
import { changedMessage } from "./changed-message.ts";
import { PairingBench } from "./pairing-bench.ts";
import type { BusMessage } from "./pairing-bus.ts";
import { seededRandom } from "./random.ts";

/** Whether it says that a pair is over. */
export function isOver({ payload }: BusMessage): boolean {
  return payload[0] === OVER;
}

/** A bench on which board-b has forgotten the pair, and nothing of it arrives; and what it has said. */
export function overAtOne(
  seed = 1,
  crypto?: HostCrypto,
): { readonly bench: PairingBench; readonly over: BusMessage } {
  const bench = new PairingBench({ seed, ...(crypto && { crypto }) });
  const { a, bus } = bench;
  bench.pair();
  bus.fate = ({ from }) => (from === "board-b" ? [] : [1]);
  a.pairing.unpair("board-b");
  bench.run(1_000);
  const over = bus.recording.find(isOver);
  if (!over) throw new Error("it was not said");
  return { bench, over };
}

/** Checks that no change of OVER ends a pair, nor that of other pairs, and that it itself then does. */
export function changeOvers(count: number, crypto?: HostCrypto): void {
  const random = seededRandom(7);
  const others = [11, 12, 13].map((seed) => overAtOne(seed, crypto).over.payload);
  const { bench, over } = overAtOne(1, crypto);
  const { a, bus } = bench;
  const { topic, payload } = over;
  const before = a.pairing.describePeers();
  for (let i = 0; i < count; i++) {
    bus.inject(topic, changedMessage(payload, random, others));
    if (i % 100 === 0) bench.run(1);
  }
  for (const bytes of others) bus.inject(topic, bytes);
  bus.inject(topic, payload, true);
  assert.equal(a.pairing.describePeers(), before);
  bus.inject(topic, payload);
  assert.equal(a.pairing.describePeers(), "");
}
