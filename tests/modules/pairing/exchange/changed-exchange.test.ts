// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  ACCEPT,
  encodeExchange,
  JOIN,
  PROOF,
  REFUSE,
  SHARE,
} from "../../../../modules/pairing/exchange/exchange-message.ts";
import { Tries } from "../../../../modules/pairing/exchange/tries.ts";
import { nameplateOf } from "../../../../modules/pairing/pairing-code.ts";
import { changeExchanges } from "../../../support/changed-exchange.ts";
import { changedMessage } from "../../../support/changed-message.ts";
import { ExchangeBench } from "../../../support/exchange-bench.ts";
import { digitsOf } from "../../../support/hex.ts";
import { seededRandom } from "../../../support/random.ts";
import { seedCount } from "../../../support/seeds.ts";

test("on each engine no change of a message of the exchange makes a pair", () => {
  for (const kind of [JOIN, SHARE, PROOF, ACCEPT, REFUSE]) changeExchanges(kind, seedCount(40));
});

test("a changed message is never the one it was made of, and changes are of all kinds", () => {
  const random = seededRandom(1);
  const message = Uint8Array.from({ length: 98 }, (_, i) => i);
  const lengths = new Set<number>();
  const seen = new Set<string>();
  for (let i = 0; i < 500; i++) {
    const changed = changedMessage(message, random, [new Uint8Array(98).fill(7)]);
    assert.notEqual(digitsOf(changed), digitsOf(message));
    lengths.add(changed.length);
    seen.add(digitsOf(changed));
  }
  assert.ok(lengths.size > 40, `${lengths.size} lengths`);
  assert.ok(seen.size > 400, `${seen.size} different ones`);
});

test("REFUSE ends only a run whose try is counted, and costs that one try", () => {
  const bench = new ExchangeBench({ quick: true });
  const tries = new Tries({ crypto: bench.b.crypto.crypto, domain: bench.b.store });
  const offerTopic = `airpair/pair/${nameplateOf(bench.code)}/offer`;
  let run = new Uint8Array(16);
  let share = new Uint8Array(32);
  let isProved = false;
  const refuse = () => bench.bus.inject(offerTopic, encodeExchange(REFUSE, run, share));
  bench.bus.fate = ({ payload }) => {
    if (payload[0] === PROOF) {
      isProved = true;
      run = payload.slice(1, 17);
      share = payload.slice(17, 49);
    }
    // Nothing of the other end arrives: only what a stranger says.
    return payload[0] === SHARE && !isProved ? [1] : payload[0] === JOIN ? [1] : [];
  };
  bench.b.join(bench.code);
  bench.run(100);
  for (let i = 0; i < 20; i++) {
    refuse();
    bench.run(100);
  }
  assert.deepEqual(bench.b.outcomes, [], "no share has come, so no try is counted");
  assert.equal(tries.left(bench.code), 3);
  bench.a.offer(bench.code);
  bench.run(3_000);
  assert.ok(isProved);
  assert.equal(tries.left(bench.code), 2);
  // Of another proof with the same run.
  bench.bus.inject(offerTopic, encodeExchange(REFUSE, run, new Uint8Array(32)));
  bench.run(100);
  assert.deepEqual(bench.b.outcomes, []);
  refuse();
  bench.run(100);
  refuse();
  bench.run(100);
  assert.deepEqual(bench.b.outcomes, ["refused"]);
  assert.equal(tries.left(bench.code), 2);
});
