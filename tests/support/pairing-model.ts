// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import type { HostCrypto } from "../../modules/base/host-crypto.ts";
import { encodeExchange, JOIN } from "../../modules/pairing/exchange/exchange-message.ts";
import { Tries } from "../../modules/pairing/exchange/tries.ts";
import { makeCode, nameplateOf } from "../../modules/pairing/pairing-code.ts";
import { LinkBench } from "./link-bench.ts";
import { PairingBench } from "./pairing-bench.ts";
import type { BusMessage, PairingBus } from "./pairing-bus.ts";
import { seededRandom } from "./random.ts";
import { testCrypto } from "./test-crypto.ts";

const second = 1_000;
const minute = 60 * second;

/** How a network treats messages: shares of them, and longest delay in ms. */
interface Weather {
  readonly lost: number;
  readonly repeated: number;
  readonly late: number;
}

function weatherOf(random: () => number): Weather {
  return { lost: random() * 0.6, repeated: random() * 0.4, late: random() * 8 * second };
}

/** Lets the network do its worst; returns how many copies of a message arrive, and when. */
function fateOf(random: () => number, { lost, repeated, late }: Weather) {
  return (): number[] => {
    if (random() < lost) return [];
    const delay = () => 1 + Math.floor(random() * late);
    const copies = [delay()];
    while (random() < repeated) copies.push(delay());
    return copies;
  };
}

function calm(bus: PairingBus): void {
  bus.fate = () => [5];
}

/**
 * Two paired boards that say numbered things while the network loses, repeats and delays, and their
 * power goes: nothing is taken twice; without power cuts all that arrived is taken; afterwards both
 * hear each other.
 */
export function runLinkModel(seed: number, crypto?: HostCrypto): void {
  const random = seededRandom(seed);
  const bench = new LinkBench({ seed, ...(crypto && { crypto }) });
  const arriving = new Set<string>();
  const hasCuts = random() < 0.5;
  calm(bench.bus);
  if (!hasCuts) bench.run(20 * second);
  const fate = fateOf(random, weatherOf(random));
  const sending = { text: "" };
  bench.bus.fate = ({ payload }: BusMessage) => {
    const copies = fate();
    if (payload[0] === 0x31 && copies.length > 0) arriving.add(sending.text);
    return copies;
  };
  for (let step = 0; step < 40; step++) {
    const end = random() < 0.5 ? bench.i : bench.r;
    const action = random();
    if (action < 0.75) {
      sending.text = `${seed}/${step}/${end === bench.i ? "i" : "r"}`;
      end.say(sending.text);
      sending.text = "";
    } else if (action < 0.8 && hasCuts) end.restart();
    bench.run(Math.floor(random() * 4 * second));
  }
  calm(bench.bus);
  bench.run(3 * minute);
  for (const end of [bench.i, bench.r]) {
    const { texts } = end;
    assert.equal(new Set(texts).size, texts.length, `seed ${seed}: taken twice`);
    if (hasCuts) continue;
    const other = end === bench.i ? "r" : "i";
    const wanted = [...arriving].filter((text) => text.endsWith(other)).sort();
    assert.deepEqual([...texts].sort(), wanted, `seed ${seed}: not all that arrived`);
  }
  bench.i.say("last i");
  bench.r.say("last r");
  bench.run(second);
  assert.equal(bench.r.texts.at(-1), "last i", `seed ${seed}: i is not heard`);
  assert.equal(bench.i.texts.at(-1), "last r", `seed ${seed}: r is not heard`);
  for (const { crypto: counting } of [bench.i, bench.r]) assert.ok(counting.mostInATurn <= 1);
}

/**
 * Two boards that are paired over a network that loses, repeats and delays, with power cuts: in the end
 * both agree whether they are paired, and unpair ends it at both.
 */
export function runPairingModel(seed: number, crypto?: HostCrypto): void {
  const random = seededRandom(seed);
  const bench = new PairingBench({ seed, ...(crypto && { crypto }) });
  const { a, b } = bench;
  bench.bus.fate = fateOf(random, weatherOf(random));
  bench.pair();
  for (let step = 0; step < 6; step++) {
    bench.run(Math.floor(random() * 20 * second));
    if (random() < 0.15) (random() < 0.5 ? a : b).restart();
  }
  bench.run(90 * second);
  calm(bench.bus);
  bench.run(5 * minute);
  assert.equal(a.paired.length, b.paired.length, `seed ${seed}: they do not agree`);
  bench.pair();
  bench.run(minute);
  assert.deepEqual([a.paired, b.paired], [["board-b"], ["board-a"]], `seed ${seed}: no pair`);
  bench.bus.fate = fateOf(random, weatherOf(random));
  a.pairing.unpair("board-b");
  bench.run(random() * minute);
  if (random() < 0.3) a.restart();
  if (random() < 0.3) b.restart();
  bench.run(minute);
  calm(bench.bus);
  bench.run(5 * minute);
  const left = [a, b].map(({ pairing }) => pairing.describePeers());
  assert.deepEqual(left, ["", ""], `seed ${seed}: not over`);
}

/**
 * Two boards that are given the same code, over a network that loses, repeats and delays, with power cuts and
 * a stranger that asks without end: they are paired in the end, unless the code was used up by what was lost.
 */
export function runGivenModel(seed: number, crypto?: HostCrypto): void {
  const random = seededRandom(seed);
  const bench = new PairingBench({ seed, ...(crypto && { crypto }) });
  const { a, b, bus } = bench;
  const code = makeCode(testCrypto(seed));
  const topic = `airpair/pair/${nameplateOf(code)}/join`;
  const interval = 100 + random() * 15 * second;
  bench.time.repeat(() => bus.inject(topic, encodeExchange(JOIN)), interval);
  bus.fate = fateOf(random, weatherOf(random));
  for (const end of [a, b]) end.pairing.useGiven(code);
  for (let step = 0; step < 6; step++) {
    bench.run(random() * 20 * second);
    if (random() > 0.15) continue;
    const end = random() < 0.5 ? a : b;
    end.restart();
    end.pairing.useGiven(code);
  }
  calm(bus);
  bench.run(10 * minute);
  assert.equal(a.paired.length, b.paired.length, `seed ${seed}: they do not agree`);
  const isUsedUp = [a, b].some(({ crypto: { crypto: own }, store }) => {
    return new Tries({ crypto: own, domain: store }).left(code) === 0;
  });
  assert.ok(a.paired.length === 1 || isUsedUp, `seed ${seed}: no pair, and tries are left`);
}
