// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import type { HostCrypto } from "../../modules/base/host-crypto.ts";
import { RECORD } from "../../modules/pairing/link/link-message.ts";
import { changedMessage } from "./changed-message.ts";
import { LinkBench } from "./link-bench.ts";
import type { BusMessage } from "./pairing-bus.ts";
import { seededRandom } from "./random.ts";

/** Changes of one message, made while it is waited for. */
const changesEach = 100;
const maxWait = 60_000;

/**
 * Two boards get keys and tell each other something, again and again; the first message of one kind
 * arrives only after a hundred changes of it. Checks that none of these makes a board multiply, gives
 * it keys or is taken as a record, and that the message itself then does.
 */
export function changeLinks(kind: number, count: number, crypto?: HostCrypto): void {
  const random = seededRandom(kind);
  const others: Uint8Array[] = [];
  for (let changes = 0, seed = 1; changes < count; changes += changesEach, seed++) {
    const bench = new LinkBench({ seed, ...(crypto && { crypto }) });
    const { i, r, bus } = bench;
    let held: BusMessage | undefined;
    bus.fate = (message) => {
      const { payload } = message;
      if (payload[0] !== kind) {
        others.push(payload);
        if (others.length > 64) others.shift();
        return [1];
      }
      held ??= message;
      return [];
    };
    while (!held && bench.time.ticks() < maxWait) bench.run(1_000);
    assert.ok(held, `nothing of ${kind} was sent`);
    const { topic, payload } = held;
    bench.run(1_500);
    const state = () => [
      ...[i, r].map(({ crypto: { multiplications } }) => multiplications),
      ...[i, r].map(({ counters: { exchanges, received } }) => [exchanges, received]),
      ...[i.texts, r.texts],
    ];
    const before = state();
    for (let change = 0; change < changesEach; change++) {
      bus.inject(topic, changedMessage(payload, random, others));
      bench.turns++;
      bench.run(1);
    }
    assert.deepEqual(state(), before, `a change of ${kind}, seed ${seed}`);
    bus.fate = () => [1];
    bus.inject(topic, payload);
    bench.run(maxWait);
    assert.ok(i.say("from i") && r.say("from r"), `no keys after ${kind}`);
    bench.run(100);
    assert.equal(r.texts.at(-1), "from i");
    assert.equal(i.texts.at(-1), "from r");
    if (kind === RECORD) assert.ok(i.counters.received > 0 && r.counters.received > 0);
  }
}
