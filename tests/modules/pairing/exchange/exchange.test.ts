// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { asciiBytes } from "../../../../modules/base/bytes.ts";
import { CPace } from "../../../../modules/pairing/crypto/cpace.ts";
import {
  ACCEPT,
  decodeExchange,
  type ExchangeMessage,
  encodeExchange,
  exchangeLength,
  JOIN,
  PROOF,
  REFUSE,
  SHARE,
} from "../../../../modules/pairing/exchange/exchange-message.ts";
import { Tries } from "../../../../modules/pairing/exchange/tries.ts";
import { makeCode, nameplateOf } from "../../../../modules/pairing/pairing-code.ts";
import { otherCode } from "../../../support/changed-exchange.ts";
import { ExchangeBench } from "../../../support/exchange-bench.ts";
import { digitsOf } from "../../../support/hex.ts";
import { testCrypto } from "../../../support/test-crypto.ts";

const minute = 60_000;

function joinTopic(code: string): string {
  return `airpair/pair/${nameplateOf(code)}/join`;
}

function offerTopic(code: string): string {
  return `airpair/pair/${nameplateOf(code)}/offer`;
}

test("two boards with the same code get the same secret and each other's name", () => {
  const bench = new ExchangeBench();
  const { a, b, code, bus } = bench;
  a.offer(code);
  b.join(code);
  bench.run(5_000);
  assert.deepEqual([a.outcomes, b.outcomes], [["paired"], ["paired"]]);
  const [[peerB], [peerA]] = [a.peers, b.peers];
  assert.equal(peerB?.name, "board-b");
  assert.equal(peerA?.name, "board-a");
  assert.equal(peerA?.secret.length, 32);
  assert.equal(digitsOf(peerA?.secret as Uint8Array), digitsOf(peerB?.secret as Uint8Array));
  assert.deepEqual([peerA?.isJoining, peerB?.isJoining], [true, false]);
  const kinds = bus.recording.map(({ payload }) => payload[0]);
  assert.deepEqual(kinds, [JOIN, SHARE, PROOF, ACCEPT]);
});

test("no turn has more than one multiplication, and each side makes two", () => {
  const bench = new ExchangeBench();
  bench.a.offer(bench.code);
  bench.b.join(bench.code);
  bench.run(5_000);
  for (const { crypto } of [bench.a, bench.b]) {
    assert.equal(crypto.multiplications, 2);
    assert.equal(crypto.mostInATurn, 1);
  }
});

test("neither name nor code is in what the broker sees", () => {
  const bench = new ExchangeBench();
  bench.a.offer(bench.code);
  bench.b.join(bench.code);
  bench.run(5_000);
  const seen = bench.bus.recording.map(({ topic, payload }) => {
    return `${topic} ${String.fromCharCode(...payload)}`;
  });
  const text = seen.join("\n");
  assert.ok(!text.includes("board-"));
  assert.ok(!text.includes(bench.code.slice(3)));
  assert.ok(text.includes(bench.code.slice(0, 3)), "the nameplate is public");
});

test("lost, repeated and late messages only take time", () => {
  for (const lost of [JOIN, SHARE, PROOF, ACCEPT]) {
    const bench = new ExchangeBench({ quick: true });
    let left = 2;
    bench.bus.fate = ({ payload }) => (payload[0] === lost && left-- > 0 ? [] : [1, 700, 5_000]);
    bench.a.offer(bench.code);
    bench.b.join(bench.code);
    bench.run(30_000);
    assert.deepEqual(bench.a.outcomes, ["paired"], `${lost}`);
    assert.deepEqual(bench.b.outcomes, ["paired"], `${lost}`);
    assert.equal(bench.a.peers.length, 1);
    assert.equal(bench.b.peers.length, 1);
  }
});

test("a wrong code is refused, and after three the offer is withdrawn at both ends", () => {
  const bench = new ExchangeBench({ quick: true });
  const wrong = otherCode(bench.code);
  bench.a.offer(bench.code);
  for (let i = 0; i < 3; i++) {
    bench.b.join(wrong);
    bench.run(minute / 4);
  }
  assert.deepEqual(bench.b.outcomes, ["refused", "refused", "refused"]);
  assert.deepEqual(bench.a.outcomes, ["used-up"]);
  assert.equal(bench.a.counters.wrongCodes, 3);
  assert.deepEqual([bench.a.peers, bench.b.peers], [[], []]);
  bench.b.join(bench.code);
  bench.run(2 * minute);
  assert.equal(bench.b.outcomes.at(-1), "expired");
  // Not even a new start makes the code good again, at either end.
  bench.a.offer(bench.code);
  bench.b.join(bench.code);
  bench.run(2 * minute);
  assert.deepEqual(bench.a.outcomes, ["used-up", "used-up"]);
  assert.equal(bench.b.outcomes.at(-1), "refused");
  bench.a.offer(wrong);
  bench.b.join(wrong);
  bench.run(2 * minute);
  assert.equal(bench.b.outcomes.at(-1), "used-up");
});

test("a try is counted before the proof is looked at, whenever the power goes", () => {
  const bench = new ExchangeBench({ quick: true });
  const tries = new Tries({ crypto: bench.a.crypto.crypto, domain: bench.a.store });
  bench.a.offer(bench.code);
  bench.b.join(otherCode(bench.code));
  let atRefusal: number | undefined;
  bench.bus.fate = ({ payload }) => {
    if (payload[0] === REFUSE) atRefusal ??= tries.left(bench.code);
    return [1];
  };
  bench.run(minute);
  assert.equal(atRefusal, 2);
});

test("a storage that takes nothing ends the exchange at either end, without a peer", () => {
  for (const which of ["a", "b"] as const) {
    const bench = new ExchangeBench({ quick: true });
    bench[which].fault = new Error("no room");
    bench.a.offer(bench.code);
    bench.b.join(bench.code);
    bench.run(2 * minute);
    assert.deepEqual(bench[which].outcomes, ["not-stored"], which);
    assert.deepEqual(bench[which].peers, []);
    const tries = new ExchangeBench({ quick: true });
    tries[which].store.failAt = 0;
    tries.a.offer(tries.code);
    tries.b.join(tries.code);
    tries.run(2 * minute);
    assert.deepEqual(tries[which].outcomes, ["not-stored"], which);
    assert.deepEqual([tries.a.peers, tries.b.peers], [[], []]);
  }
});

test("an offer that nobody takes ends after five minutes, and so does a code that nobody offers", () => {
  const bench = new ExchangeBench({ quick: true });
  bench.a.offer(bench.code);
  bench.run(299_000);
  assert.deepEqual(bench.a.outcomes, []);
  bench.run(2_000);
  assert.deepEqual(bench.a.outcomes, ["expired"]);
  bench.b.join(bench.code);
  bench.run(61_000);
  assert.deepEqual(bench.b.outcomes, ["expired"]);
  assert.deepEqual(bench.bus.filters, []);
  assert.equal(bench.time.pending, 0);
});

test("a peer that vanishes in the middle is told apart from one that was never there", () => {
  const bench = new ExchangeBench({ quick: true });
  bench.bus.fate = ({ payload }) => (payload[0] === PROOF ? [] : [1]);
  bench.a.offer(bench.code);
  bench.b.join(bench.code);
  bench.run(61_000);
  assert.deepEqual(bench.b.outcomes, ["vanished"]);
  assert.deepEqual(bench.a.outcomes, []);
});

test("an attacker in the middle with two runs, and one that sends messages back, gets nothing", () => {
  const bench = new ExchangeBench({ quick: true });
  bench.a.offer(bench.code);
  bench.b.join(bench.code);
  bench.bus.fate = ({ topic, payload }) => {
    const back = topic === joinTopic(bench.code) ? offerTopic : joinTopic;
    bench.time.set(() => bench.bus.inject(back(bench.code), payload), 1);
    return [];
  };
  bench.run(minute);
  assert.deepEqual([bench.a.peers, bench.b.peers], [[], []]);
});

test("a changed byte at any place of any message makes no pair that the two ends do not share", () => {
  for (const kind of [JOIN, SHARE, PROOF, ACCEPT]) {
    for (let at = 0; at < exchangeLength; at += 1) {
      const bench = new ExchangeBench({ quick: true, seed: at + 1 });
      bench.bus.fate = () => [1];
      bench.bus.change = ({ payload }) => {
        if (payload[0] !== kind) return payload;
        const changed = payload.slice();
        changed[at] = (changed[at] as number) ^ (1 << (at % 8));
        return changed;
      };
      bench.a.offer(bench.code);
      bench.b.join(bench.code);
      bench.run(10_000);
      assert.deepEqual(bench.b.peers, [], `byte ${at} of ${kind}`);
      if (kind !== ACCEPT) assert.deepEqual(bench.a.peers, [], `byte ${at} of ${kind}`);
    }
  }
});

test("messages of no form, of another length, or kept by the broker are counted and dropped", () => {
  const bench = new ExchangeBench({ quick: true });
  bench.a.offer(bench.code);
  const join = encodeExchange(JOIN);
  const topic = joinTopic(bench.code);
  const bad = [
    new Uint8Array(0),
    join.subarray(1),
    new Uint8Array(65_536),
    Uint8Array.of(...join, 0),
    join.map((byte, at) => (at === 129 ? 1 : byte)),
    join.map((byte, at) => (at === 1 ? 1 : byte)),
    join.map((byte, at) => (at === 0 ? 0x10 : byte)),
    encodeExchange(REFUSE, new Uint8Array(16)),
    encodeExchange(SHARE, new Uint8Array(16), new Uint8Array(32).fill(9)),
    encodeExchange(PROOF, new Uint8Array(16)),
  ];
  for (const bytes of bad) bench.bus.inject(topic, bytes);
  bench.bus.inject(topic, join, true);
  bench.run(5_000);
  assert.equal(bench.a.counters.forged, bad.length + 1);
  assert.deepEqual(bench.bus.recording, []);
  assert.equal(bench.a.crypto.multiplications, 0);
});

test("a flood of joins costs one multiplication in all, and the right board gets in as if there were none", () => {
  const bench = new ExchangeBench({ quick: true });
  bench.a.offer(bench.code);
  bench.time.repeat(() => bench.bus.inject(joinTopic(bench.code), encodeExchange(JOIN)), 10);
  bench.run(30_000);
  assert.equal(bench.a.crypto.multiplications, 1);
  assert.ok(bench.a.counters.limited > 2_000);
  const answers = bench.bus.recording.length;
  assert.ok(answers <= 61, `${answers} answers`);
  bench.b.join(bench.code);
  bench.run(1_000);
  assert.deepEqual(bench.b.outcomes, ["paired"]);
});

test("what comes while a proof is looked at does not take its place", () => {
  const bench = new ExchangeBench({ quick: true });
  const flood = (run: Uint8Array, left: number) => {
    bench.bus.inject(joinTopic(bench.code), encodeExchange(JOIN));
    bench.bus.inject(joinTopic(bench.code), encodeExchange(PROOF, run, new Uint8Array(32).fill(9)));
    if (left > 0) bench.time.set(() => flood(run, left - 1), 0);
  };
  bench.bus.fate = ({ payload }) => {
    // Between any two turns of it comes a stranger.
    const run = payload.slice(1, 17);
    if (payload[0] === PROOF) {
      bench.time.set(() => bench.time.set(() => flood(run, 10), 0), 1);
    }
    return [1];
  };
  bench.a.offer(bench.code);
  bench.b.join(bench.code);
  bench.run(10_000);
  assert.deepEqual([bench.a.outcomes, bench.b.outcomes], [["paired"], ["paired"]]);
});

test("a wrong proof of a stranger costs a try, and the board that has the code gets in with another run", () => {
  const bench = new ExchangeBench({ quick: true });
  const tries = new Tries({ crypto: bench.a.crypto.crypto, domain: bench.a.store });
  bench.a.offer(bench.code);
  for (let i = 1; i <= 2; i++) {
    bench.bus.inject(joinTopic(bench.code), encodeExchange(JOIN));
    bench.run(1_000);
    const run = decodeExchange(bench.bus.recording.at(-1)?.payload ?? new Uint8Array(0))?.run;
    const proof = encodeExchange(
      PROOF,
      run,
      new Uint8Array(32).fill(9),
      new Uint8Array(32).fill(i),
    );
    // The same again is answered in the same way, and no second try.
    for (let again = 0; again < 3; again++) {
      bench.bus.inject(joinTopic(bench.code), proof);
      bench.run(1_000);
    }
    assert.equal(bench.bus.recording.at(-1)?.payload[0], REFUSE);
    assert.equal(tries.left(bench.code), 3 - i);
  }
  bench.b.join(bench.code);
  bench.run(5_000);
  assert.deepEqual([bench.a.outcomes, bench.b.outcomes], [["paired"], ["paired"]]);
});

test("points of low order end a run without a pair, at either end", () => {
  const low = [new Uint8Array(32), Uint8Array.of(1, ...new Uint8Array(31))];
  for (const share of low) {
    const bench = new ExchangeBench();
    bench.b.join(bench.code);
    bench.bus.fate = ({ topic }) => {
      if (topic !== joinTopic(bench.code)) return [1];
      bench.time.set(() => {
        const run = new Uint8Array(16).fill(3);
        bench.bus.inject(offerTopic(bench.code), encodeExchange(SHARE, run, share));
      }, 1);
      return [];
    };
    bench.run(3_000);
    assert.deepEqual(bench.b.outcomes, ["forged"]);
    bench.a.offer(bench.code);
    bench.bus.inject(joinTopic(bench.code), encodeExchange(JOIN));
    bench.run(1_000);
    const run = decodeExchange(bench.bus.recording.at(-1)?.payload ?? new Uint8Array(0))?.run;
    bench.bus.inject(joinTopic(bench.code), encodeExchange(PROOF, run, share));
    bench.run(1_000);
    assert.deepEqual(bench.a.peers, []);
    assert.equal(bench.a.counters.wrongCodes, 1);
  }
});

test("the recording of an exchange is of no use to somebody who plays it back", () => {
  const bench = new ExchangeBench({ quick: true });
  bench.a.offer(bench.code);
  bench.b.join(bench.code);
  bench.run(5_000);
  const recording = bench.bus.recording.slice();
  const later = new ExchangeBench({ quick: true, seed: 8 });
  later.a.offer(bench.code);
  later.b.join(bench.code);
  for (const { topic, payload } of recording) {
    later.bus.inject(topic, payload);
    later.run(4_000);
  }
  later.run(minute);
  assert.deepEqual(later.a.outcomes, ["paired", "told"], "only with the board that has the code");
  assert.equal(later.a.peers.length, 1);
});

test("tries are kept for the last codes, and survive a store that is damaged", () => {
  const bench = new ExchangeBench({ quick: true });
  const { store } = bench.a;
  const tries = new Tries({ crypto: bench.a.crypto.crypto, domain: store });
  const crypto = testCrypto(3);
  const codes = Array.from({ length: 5 }, () => makeCode(crypto));
  for (const code of codes) {
    assert.ok(tries.take(code));
    assert.equal(tries.left(code), 2);
  }
  assert.equal(tries.left(codes[0] as string), 3, "the fifth last");
  tries.spend(codes[1] as string);
  assert.equal(tries.left(codes[1] as string), 0);
  assert.equal(tries.take(codes[1] as string), false);
  assert.equal(tries.left(codes[4] as string), 2);
  for (let i = 0; i < 3; i++) tries.take(codes[3] as string);
  assert.equal(tries.left(codes[2] as string), 2, "a code is on record once");
  store.write("tries", new Uint8Array(5));
  assert.equal(tries.left(codes[1] as string), 3);
});

test("a recording does not tell which code it was made with, not even to somebody who has it in a list", () => {
  const bench = new ExchangeBench({ quick: true });
  bench.a.offer(bench.code);
  bench.b.join(bench.code);
  bench.run(5_000);
  const messages = bench.bus.recording.map(({ payload }) => decodeExchange(payload));
  const [, share, proof, accept] = messages as ExchangeMessage[];
  if (!share || !proof || !accept) throw new Error("there are four messages");
  const { crypto } = bench.a.crypto;
  const codes = [otherCode(bench.code), bench.code];
  for (const code of codes) {
    for (const isInitiator of [true, false]) {
      const run = new CPace({
        crypto,
        code: asciiBytes(code),
        channel: asciiBytes(`airpair 1 ${nameplateOf(code)}`),
        session: share.run,
        data: asciiBytes(isInitiator ? "offer" : "join"),
        isInitiator,
      });
      run.makeShare();
      const other = isInitiator ? proof : share;
      run.finish(other.share, asciiBytes(isInitiator ? "join" : "offer"));
      assert.ok(!run.checkTag(proof.tag));
      assert.ok(!run.checkTag(accept.tag));
    }
  }
});
