// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { asciiBytes } from "../../../../modules/base/bytes.ts";
import type { HostCrypto } from "../../../../modules/base/host-crypto.ts";
import { CPace } from "../../../../modules/pairing/crypto/cpace.ts";
import {
  ACCEPT,
  decodeExchange,
  encodeExchange,
  JOIN,
  PROOF,
  REFUSE,
  SHARE,
} from "../../../../modules/pairing/exchange/exchange-message.ts";
import { makeCode, nameplateOf } from "../../../../modules/pairing/pairing-code.ts";
import { otherCode } from "../../../support/changed-exchange.ts";
import { ExchangeBench } from "../../../support/exchange-bench.ts";
import { PairingBench } from "../../../support/pairing-bench.ts";
import { quickCrypto } from "../../../support/pairing-bus.ts";
import { testCrypto } from "../../../support/test-crypto.ts";

const minute = 60_000;
const crypto: HostCrypto = quickCrypto(testCrypto(41));

function topicOf(code: string, end: "join" | "offer"): string {
  return `airpair/pair/${nameplateOf(code)}/${end}`;
}

/** One end of a run of somebody who guesses. */
class Guess {
  readonly run: Uint8Array;
  readonly cpace: CPace;
  readonly share: Uint8Array;
  readonly #isJoining: boolean;

  constructor(code: string, isJoining: boolean, run = crypto.randomBytes(16)) {
    this.run = run;
    this.#isJoining = isJoining;
    this.cpace = new CPace({
      crypto,
      code: asciiBytes(code),
      channel: asciiBytes(`airpair 1 ${nameplateOf(code)}`),
      session: run,
      data: asciiBytes(isJoining ? "join" : "offer"),
      isInitiator: !isJoining,
    });
    this.share = this.cpace.makeShare();
  }

  finish(share: Uint8Array): void {
    this.cpace.finish(share, asciiBytes(this.#isJoining ? "offer" : "join"));
  }

  /** What an end that joins proves with, for the share of the other. */
  proof(share: Uint8Array): Uint8Array {
    this.finish(share);
    return encodeExchange(PROOF, this.run, this.share, this.cpace.makeTag());
  }
}

test("many guesses at once and over many power cuts are three in all", () => {
  const bench = new PairingBench();
  const { a, bus } = bench;
  const code = makeCode(testCrypto(5));
  const [join, offer] = [topicOf(code, "join"), topicOf(code, "offer")];
  let refused = 0;
  bus.fate = ({ topic, payload }) => {
    const message = topic === offer ? decodeExchange(payload) : undefined;
    if (message?.kind === REFUSE) refused++;
    for (let i = 0; message?.kind === SHARE && i < 3; i++) {
      const proof = new Guess(otherCode(code), true, message.run).proof(message.share);
      bench.time.set(() => bus.inject(join, proof), 1 + i);
    }
    return [];
  };
  for (let round = 0; round < 40; round++) {
    // Each time at another write, of which the first is that of the try.
    a.store.cutAt = a.store.writes + (round % 3);
    if (!a.isOn) a.powerOn();
    else a.restart();
    a.pairing.useGiven(code);
    for (let i = 0; i < 5; i++) {
      bus.inject(join, encodeExchange(JOIN));
      bench.run(700);
    }
    bench.run(3_000);
  }
  assert.ok(refused >= 1 && refused <= 3, `${refused} guesses were answered`);
});

test("whoever offers to see the proof and vanishes sees three proofs of a code, and no more", () => {
  const bench = new ExchangeBench({ quick: true });
  const { b, bus, code } = bench;
  let proofs = 0;
  bus.fate = ({ payload }) => {
    const message = decodeExchange(payload);
    if (message?.kind === JOIN) {
      const { run, share } = new Guess(otherCode(code), false);
      const answer = encodeExchange(SHARE, run, share);
      bench.time.set(() => bus.inject(topicOf(code, "offer"), answer), 1);
    }
    return [];
  };
  for (let i = 0; i < 100; i++) {
    const before = bus.recording.length;
    const joining = b.join(code);
    bench.run(3_000);
    joining.close();
    if (bus.recording.slice(before).some(({ payload }) => payload[0] === PROOF)) proofs++;
  }
  assert.equal(proofs, 3);
  assert.equal(b.outcomes.filter((outcome) => outcome === "used-up").length, 97);
});

test("somebody in the middle with a run to either side and a wrong code pairs with neither", () => {
  const bench = new ExchangeBench({ quick: true });
  const { a, b, bus, code } = bench;
  const [join, offer] = [topicOf(code, "join"), topicOf(code, "offer")];
  const wrong = otherCode(code);
  const toB = new Guess(wrong, false);
  let toA: Guess | undefined;
  const later = (topic: string, bytes: Uint8Array) =>
    bench.time.set(() => bus.inject(topic, bytes), 1);
  bus.fate = ({ from, payload }) => {
    const message = decodeExchange(payload);
    if (!message) return [];
    const passedOn = payload.slice();
    if (from === "board-b" && message.kind === JOIN) {
      later(offer, encodeExchange(SHARE, toB.run, toB.share));
      later(join, encodeExchange(JOIN));
    } else if (from === "board-a" && message.kind === SHARE) {
      toA ??= new Guess(wrong, true, message.run);
    } else if (from === "board-b" && message.kind === PROOF && toA) {
      // The proof of one run for the other, as it is and with its own share.
      passedOn.set(toA.run, 1);
      later(join, passedOn.slice());
      passedOn.set(toA.share, 17);
      later(join, passedOn);
    } else if (from === "board-a" && message.kind === ACCEPT) {
      passedOn.set(toB.run, 1);
      later(offer, passedOn);
    }
    return [];
  };
  a.offer(code);
  b.join(code);
  bench.run(2 * minute);
  assert.deepEqual([a.peers, b.peers], [[], []]);
  assert.equal(a.counters.wrongCodes, 1);
});

test("two pairs that are made at once with the same nameplate never mix, and one of them at a time is made", () => {
  const bench = new PairingBench({ boards: 4 });
  const [a, b, c, d] = bench.ends;
  if (!a || !b || !c || !d) throw new Error("four boards");
  const code = makeCode(testCrypto(6));
  const other = makeCodeWith(nameplateOf(code), code);
  a.pairing.useGiven(code);
  c.pairing.useGiven(other);
  b.pairing.useGiven(code);
  d.pairing.useGiven(other);
  bench.run(10 * minute);
  for (const [end, peer] of [
    [a, "board-b"],
    [b, "board-a"],
    [c, "board-d"],
    [d, "board-c"],
  ] as const) {
    assert.ok(
      end.paired.every((name) => name === peer),
      `${end.name} is paired with ${end.paired}`,
    );
  }
  assert.equal(a.paired.length, b.paired.length);
  assert.equal(c.paired.length, d.paired.length);
});

/** A code with a nameplate; a board only looks at the letters. */
function makeCodeWith(nameplate: string, not: string): string {
  for (let seed = 1; seed < 100_000; seed++) {
    const random = testCrypto(seed);
    const code = makeCode({
      // The first letters are those of the nameplate.
      randomBytes: (length) => {
        const bytes = random.randomBytes(length);
        for (let i = 0; i < nameplate.length; i++) {
          bytes[i] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".indexOf(nameplate[i] as string);
        }
        return bytes;
      },
    });
    if (code !== not) return code;
  }
  throw new Error("there is no other code");
}

test("a second share for a run is not looked at, and an acceptance that comes too late is nothing", () => {
  const bench = new ExchangeBench({ quick: true });
  const { a, b, bus, code } = bench;
  const offer = topicOf(code, "offer");
  let accept: Uint8Array | undefined;
  bus.fate = ({ payload }) => {
    const message = decodeExchange(payload);
    if (message?.kind === SHARE) {
      const share = new Uint8Array(32).fill(9);
      for (const run of [message.run, new Uint8Array(16).fill(4)]) {
        const stranger = encodeExchange(SHARE, run, share);
        for (const delay of [2, 3, 50]) bench.time.set(() => bus.inject(offer, stranger), delay);
      }
    }
    if (message?.kind !== ACCEPT) return [1];
    accept = payload;
    return [];
  };
  a.offer(code);
  b.join(code);
  bench.run(62_000);
  assert.deepEqual(a.outcomes, ["paired", "told"]);
  assert.deepEqual(b.outcomes, ["vanished"]);
  assert.ok(accept);
  bus.inject(offer, accept);
  b.join(code);
  bench.run(1_000);
  bus.inject(offer, accept);
  bench.run(1_000);
  assert.deepEqual(b.peers, []);
});

test("a board that waits for its peer to confirm says nothing to it, and no log has a code", () => {
  const bench = new PairingBench();
  const { a, b, bus } = bench;
  // The joining board is gone as soon as it is accepted.
  bus.fate = ({ payload }) => {
    if (payload[0] === ACCEPT) b.powerOff();
    return [1];
  };
  const code = makeCode(testCrypto(8));
  a.pairing.useGiven(code);
  b.pairing.useGiven(code);
  bench.run(minute);
  a.sendReading(612);
  b.sendReading(612);
  bench.run(minute);
  assert.ok(!bus.recording.some(({ payload }) => payload[0] === 0x31));
  const secret = code.slice(3);
  for (const { said } of [a, b]) {
    for (const text of said) assert.ok(!text.replaceAll("-", "").includes(secret), text);
  }
});

test("a library that fails in the middle of a multiplication makes no pair, and the next run does", () => {
  const bench = new ExchangeBench({ quick: true });
  const { a, b, code } = bench;
  const { crypto: library } = a.crypto;
  const { x25519 } = library;
  let calls = 0;
  Object.assign(library, {
    x25519: (key: Uint8Array, u: Uint8Array) => {
      // The first is the share.
      if (++calls === 2) throw new Error("crypto/no-memory: no room for a multiplication");
      return x25519(key, u);
    },
  });
  a.offer(code);
  b.join(code);
  assert.throws(() => bench.run(5_000), /no-memory/);
  bench.run(70_000);
  assert.deepEqual([a.peers, b.peers], [[], []]);
  b.join(code);
  bench.run(20_000);
  assert.deepEqual([a.peers.length, b.peers.length], [1, 1]);
});

test("a stranger that asks all the time does not keep two boards with a given code from each other", () => {
  // Every 15 s, every 3 s, and 50 times in a second.
  for (const interval of [15_000, 3_000, 20]) {
    for (let seed = 1; seed <= 5; seed++) {
      const bench = new PairingBench({ seed });
      const { a, b, bus } = bench;
      const code = makeCode(testCrypto(seed));
      bench.time.repeat(() => bus.inject(topicOf(code, "join"), encodeExchange(JOIN)), interval);
      a.pairing.useGiven(code);
      b.pairing.useGiven(code);
      bench.run(minute);
      assert.deepEqual([a.paired, b.paired], [["board-b"], ["board-a"]], `${interval} ms, ${seed}`);
    }
  }
});

test("two boards with a given code are paired after four minutes in which nothing arrives, within as long", () => {
  for (let seed = 1; seed <= 5; seed++) {
    const bench = new PairingBench({ seed });
    const { a, b, bus } = bench;
    const code = makeCode(testCrypto(seed));
    let isFlood = true;
    bus.fate = () => (isFlood ? [] : [1]);
    a.pairing.useGiven(code);
    b.pairing.useGiven(code);
    // A flood takes all that the broker can carry.
    bench.run(4 * minute);
    isFlood = false;
    bench.run(4 * minute);
    assert.deepEqual([a.paired, b.paired], [["board-b"], ["board-a"]], `seed ${seed}`);
  }
});

test("a board with a given code does not pair with itself, whatever is sent back to it", () => {
  for (let seed = 1; seed <= 5; seed++) {
    const bench = new PairingBench({ seed, boards: 1 });
    const { a, bus } = bench;
    const code = makeCode(testCrypto(seed));
    const sent: { topic: string; payload: Uint8Array }[] = [];
    bus.fate = (message) => {
      sent.push(message);
      return [1, 1_500, 7_000];
    };
    bench.time.repeat(() => {
      bus.inject(topicOf(code, "join"), encodeExchange(JOIN));
      for (const { topic, payload } of sent.slice(-40)) bus.inject(topic, payload);
    }, 500);
    a.pairing.useGiven(code);
    bench.run(5 * minute);
    assert.equal(a.pairing.describePeers(), "", `seed ${seed}`);
    assert.ok(!a.store.read("peers-a"));
  }
});

test("three wrong proofs of a stranger use up a code, and so does no number of anything else", () => {
  const bench = new ExchangeBench({ quick: true });
  const { a, bus, code } = bench;
  const [join, offer] = [topicOf(code, "join"), topicOf(code, "offer")];
  a.offer(code);
  for (let i = 0; i < 300; i++) {
    bus.inject(join, encodeExchange(JOIN));
    bus.inject(join, encodeExchange(PROOF, crypto.randomBytes(16), crypto.randomBytes(32)));
    bus.inject(join, encodeExchange(SHARE, crypto.randomBytes(16), crypto.randomBytes(32)));
    bus.inject(offer, encodeExchange(REFUSE, crypto.randomBytes(16)));
    bench.run(100);
  }
  assert.deepEqual(a.outcomes, []);
  for (let i = 1; i <= 3; i++) {
    bus.inject(join, encodeExchange(JOIN));
    bench.run(1_000);
    const share = bus.recording.findLast(({ payload }) => payload[0] === SHARE);
    const run = decodeExchange(share?.payload ?? new Uint8Array(0))?.run;
    bus.inject(join, encodeExchange(PROOF, run, crypto.randomBytes(32), crypto.randomBytes(32)));
    bench.run(1_000);
    assert.deepEqual(a.outcomes, i === 3 ? ["used-up"] : []);
  }
});

test("a stranger that lies once to a board with a given code costs it a try, and not the pair", () => {
  for (const lie of [SHARE, REFUSE]) {
    const bench = new PairingBench({ seed: lie });
    const { a, b, bus } = bench;
    const code = makeCode(testCrypto(lie));
    const offer = topicOf(code, "offer");
    let isTold = false;
    bus.fate = ({ payload }) => {
      const message = decodeExchange(payload);
      const isTime = message?.kind === (lie === SHARE ? JOIN : PROOF);
      if (isTold || !message || !isTime) return [5];
      isTold = true;
      // A point of low order, or the answer to a proof.
      const { run, share } = message;
      bench.time.set(() => bus.inject(offer, encodeExchange(lie, run, share)), 1);
      return [5];
    };
    a.pairing.useGiven(code);
    b.pairing.useGiven(code);
    bench.run(5 * minute);
    assert.ok(isTold);
    assert.deepEqual([a.paired, b.paired], [["board-b"], ["board-a"]], `${lie}`);
    const said = [...a.said, ...b.said].filter((text) => /pretends/.test(text));
    assert.match(said.join(), /^somebody pretends .*; pair\.code is tried again$/);
  }
});
