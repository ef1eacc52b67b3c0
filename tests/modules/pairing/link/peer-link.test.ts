// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { NoiseHandshake, noiseNonce } from "../../../../modules/pairing/crypto/noise.ts";
import {
  ASK,
  derived,
  encodeLink,
  FIRST,
  firstIn,
  KNOCK,
  linkLength,
  nonceIn,
  prologueOf,
  RECORD,
  SECOND,
  secondIn,
  WAKE,
} from "../../../../modules/pairing/link/link-message.ts";
import { digitsOf } from "../../../support/hex.ts";
import { LinkBench } from "../../../support/link-bench.ts";
import type { BusMessage } from "../../../support/pairing-bus.ts";
import { seedCount } from "../../../support/seeds.ts";

const minute = 60_000;
const hour = 60 * minute;

function kindOf({ payload }: BusMessage): number {
  return payload[0] as number;
}

function paired(options = {}): LinkBench {
  const bench = new LinkBench(options);
  bench.run(5_000);
  return bench;
}

test("two boards that start get keys, and hear each other", () => {
  const bench = paired({ quick: false });
  assert.deepEqual([bench.i.presence, bench.r.presence], [["here"], ["here"]]);
  assert.ok(bench.i.say("from i"));
  assert.ok(bench.r.say("from r"));
  bench.run(1_000);
  assert.deepEqual([bench.i.texts, bench.r.texts], [["from r"], ["from i"]]);
  for (const { crypto, counters } of [bench.i, bench.r]) {
    assert.equal(crypto.mostInATurn, 1);
    assert.equal(crypto.multiplications, 2);
    assert.equal(counters.exchanges, 1);
    assert.equal(counters.forged, 0);
  }
});

test("topics are 32 digits and messages have one length, or that of a step", () => {
  const bench = paired();
  for (const length of [0, 26, 27, 58, 59, 122, 123, 250]) bench.i.say("x".repeat(length));
  bench.run(1_000);
  const lengths = new Set<number>();
  for (const message of bench.bus.recording) {
    assert.match(message.topic, /^airpair\/[0-9a-f]{32}$/);
    if (kindOf(message) === RECORD) lengths.add(message.payload.length);
    else assert.equal(message.payload.length, linkLength);
  }
  assert.deepEqual(
    [...lengths].sort((a, b) => a - b),
    [61, 93, 157, 285],
  );
  const shown = bench.r.messages.map(({ body }) => body.length);
  assert.deepEqual(shown, [0, 26, 27, 58, 59, 122, 123, 250]);
});

test("whichever message of an exchange is lost, the boards get their keys", () => {
  for (const lost of [WAKE, KNOCK, ASK, FIRST, SECOND, RECORD]) {
    const bench = new LinkBench();
    let left = 3;
    bench.bus.fate = (message) => (kindOf(message) === lost && left-- > 0 ? [] : [1]);
    bench.run(2 * minute);
    bench.i.say("i");
    bench.r.say("r");
    bench.run(1_000);
    assert.deepEqual([bench.i.texts, bench.r.texts], [["r"], ["i"]], `${lost}`);
  }
});

test("a board that starts again makes new keys, and nothing is lost but what was on its way", () => {
  for (const end of ["i", "r"] as const) {
    const bench = paired();
    for (let round = 0; round < 3; round++) {
      bench[end].restart();
      bench.run(15_000);
      bench.i.say(`i${round}`);
      bench.r.say(`r${round}`);
      bench.run(1_000);
    }
    assert.deepEqual(bench.i.texts, ["r0", "r1", "r2"], end);
    assert.deepEqual(bench.r.texts, ["i0", "i1", "i2"], end);
  }
});

test("no two records have the same key and counter, whenever the power goes", () => {
  const bench = paired();
  for (let round = 0; round < 30; round++) {
    bench.run(137 * round);
    const end = round % 2 === 0 ? bench.i : bench.r;
    end.restart();
    bench.i.say("i");
    bench.r.say("r");
  }
  bench.run(minute);
  const records = bench.bus.recording.filter((message) => kindOf(message) === RECORD);
  const heads = records.map(({ topic, payload }) => `${topic} ${digitsOf(payload.slice(0, 13))}`);
  assert.ok(heads.length > 40);
  assert.equal(new Set(heads).size, heads.length);
});

test("a record that comes twice, or again after a start of either board, is taken once", () => {
  const bench = paired();
  bench.bus.fate = () => [1, 2, 500];
  bench.i.say("once");
  bench.run(2_000);
  const records = bench.bus.recording.filter((message) => kindOf(message) === RECORD);
  const playBack = () => {
    for (const { topic, payload } of records) bench.bus.inject(topic, payload);
  };
  playBack();
  bench.r.restart();
  playBack();
  bench.run(20_000);
  playBack();
  bench.i.restart();
  bench.run(20_000);
  playBack();
  assert.deepEqual(bench.r.texts, ["once"]);
});

test("records come in any order within the window, and each once", () => {
  const bench = paired();
  const held: BusMessage[] = [];
  bench.bus.fate = (message) => {
    if (kindOf(message) === RECORD) held.push(message);
    return [];
  };
  for (let i = 0; i < 70; i++) bench.i.say(String(i));
  const order = held.slice().reverse();
  for (const { topic, payload } of [...order, ...order]) bench.bus.inject(topic, payload);
  // 70 in all: the window holds 64.
  const wanted = Array.from({ length: 64 }, (_, i) => String(69 - i));
  assert.deepEqual(bench.r.texts, wanted);
  assert.deepEqual(bench.r.messages.map(({ isNewest }) => isNewest).indexOf(false), 1);
  assert.ok(bench.r.counters.replayed >= 70 + 6);
});

test("the window is a list of what has come, at any distance", () => {
  const bench = paired();
  const held: BusMessage[] = [];
  bench.bus.fate = (message) => {
    if (kindOf(message) === RECORD) held.push(message);
    return [];
  };
  for (let i = 0; i < 400; i++) bench.i.say(String(i));
  let state = 12_345;
  const taken = new Set<number>();
  let newest = -1;
  for (let step = 0; step < 4_000; step++) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const at = Math.max(0, Math.min(399, Math.floor(step / 10) + (state % 90) - 80));
    const wanted = !taken.has(at) && at > newest - 64;
    const before = bench.r.messages.length;
    const { topic, payload } = held[at] as BusMessage;
    bench.bus.inject(topic, payload);
    assert.equal(bench.r.messages.length - before, wanted ? 1 : 0, `step ${step}`);
    if (!wanted) continue;
    taken.add(at);
    newest = Math.max(newest, at);
  }
});

test("a thousand changes of what was said are refused when nothing is waited for", () => {
  const bench = new LinkBench();
  const seen: BusMessage[] = [];
  bench.bus.fate = (message) => {
    seen.push(message);
    return [1];
  };
  bench.run(5_000);
  bench.i.say("x".repeat(40));
  bench.r.say("y");
  bench.run(1_000);
  const texts = [bench.i.texts.slice(), bench.r.texts.slice()];
  const exchanges = bench.i.counters.exchanges + bench.r.counters.exchanges;
  let state = 99;
  const random = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  for (let i = 0; i < seedCount(1_000); i++) {
    const { topic, payload } = seen[random(seen.length)] as BusMessage;
    const changed = payload.slice();
    for (let flips = 0; flips <= random(3); flips++) {
      const at = random(changed.length);
      changed[at] = (changed[at] as number) ^ (1 << random(8));
    }
    const cut = random(10) === 0 ? changed.subarray(0, random(changed.length)) : changed;
    bench.bus.inject(topic, cut);
    if (i % 100 === 0) bench.run(100);
  }
  bench.run(20_000);
  assert.deepEqual([bench.i.texts, bench.r.texts], texts);
  // A changed KNOCK or WAKE is one of anybody: at most it costs new keys.
  assert.ok(bench.i.counters.exchanges + bench.r.counters.exchanges <= exchanges + 2);
  bench.i.say("still");
  bench.run(100);
  assert.equal(bench.r.texts.at(-1), "still");
});

test("a forged record with a far counter does not move the window", () => {
  const bench = paired();
  bench.i.say("one");
  bench.run(100);
  const record = bench.bus.recording.at(-1) as BusMessage;
  for (const counter of ["00000000ffffffff", "001fffffffffffff", "ffffffffffffffff"]) {
    const forged = record.payload.slice();
    for (let i = 0; i < 8; i++)
      forged[5 + i] = Number.parseInt(counter.slice(2 * i, 2 * i + 2), 16);
    bench.bus.inject(record.topic, forged);
  }
  bench.i.say("two");
  bench.run(100);
  assert.deepEqual(bench.r.texts, ["one", "two"]);
  assert.equal(bench.r.counters.forged, 3);
});

test("a record of the other direction, or kept by the broker, is refused", () => {
  const bench = paired();
  bench.i.say("mine");
  bench.r.say("yours");
  bench.run(100);
  const [mine, yours] = bench.bus.recording.slice(-2) as [BusMessage, BusMessage];
  bench.bus.inject(mine.topic, yours.payload);
  bench.bus.inject(yours.topic, mine.payload);
  const fresh = paired();
  fresh.bus.fate = () => [];
  fresh.i.say("kept");
  const { topic, payload } = fresh.bus.recording.at(-1) as BusMessage;
  fresh.bus.inject(topic, payload, true);
  assert.deepEqual(fresh.r.texts, []);
  assert.deepEqual([bench.i.texts, bench.r.texts], [["yours"], ["mine"]]);
});

test("nothing that was recorded makes a board multiply, whoever started", () => {
  const bench = paired();
  bench.i.restart();
  bench.run(20_000);
  bench.r.restart();
  bench.run(20_000);
  const recording = bench.bus.recording.filter((message) => kindOf(message) !== WAKE);
  const before = bench.i.crypto.multiplications + bench.r.crypto.multiplications;
  for (const { topic, payload } of recording) {
    bench.bus.inject(topic, payload);
    bench.run(1_500);
  }
  assert.equal(bench.i.crypto.multiplications + bench.r.crypto.multiplications, before);
});

test("a flood of WAKE costs new keys each ten seconds at most, and one of KNOCK an answer a second", () => {
  const bench = paired();
  const [wake, knock] = [encodeLink(WAKE), encodeLink(KNOCK, new Uint8Array(16).fill(7))];
  const topicOf = (from: string) => {
    return bench.bus.recording.find((message) => message.from === from)?.topic as string;
  };
  const [toI, toR] = [topicOf("r"), topicOf("i")];
  const sent = bench.bus.recording.length;
  const before = bench.i.crypto.multiplications;
  const flood = bench.time.repeat(() => {
    bench.bus.inject(toI, wake);
    bench.bus.inject(toR, knock);
  }, 50);
  bench.run(minute);
  bench.time.clear(flood);
  assert.ok(bench.i.crypto.multiplications - before <= 14);
  const asks = bench.bus.recording.slice(sent).filter((message) => kindOf(message) === ASK);
  assert.ok(asks.length <= 61);
  bench.i.say("through");
  bench.run(1_000);
  assert.equal(bench.r.texts.at(-1), "through");
});

test("a message that was held back is told by how late it is, without a clock", () => {
  const bench = paired();
  bench.bus.fate = () => [hour / 2];
  bench.i.say("old");
  bench.bus.fate = () => [1];
  bench.run(hour / 2 + 1_000);
  const [message] = bench.r.messages;
  assert.ok(Math.abs((message?.delay ?? 0) - hour / 2) < 2_000);
  assert.equal(message?.isNewest, false);
});

test("a peer that falls silent is away, what was held back does not make it present", () => {
  const bench = paired();
  bench.run(10 * minute);
  assert.deepEqual(bench.i.presence, ["here"]);
  const held: BusMessage[] = [];
  bench.bus.fate = (message) => {
    held.push(message);
    return [];
  };
  bench.run(2 * minute);
  bench.r.powerOff();
  bench.run(2 * minute);
  assert.deepEqual(bench.i.presence, ["here", "away"]);
  bench.run(hour);
  for (const { topic, payload } of held) bench.bus.inject(topic, payload);
  assert.deepEqual(bench.i.presence, ["here", "away"]);
});

test("keys are made anew each day, without a gap", () => {
  const bench = paired();
  for (let hours = 0; hours < 49; hours++) {
    bench.run(hour);
    bench.i.say(`i${hours}`);
    bench.r.say(`r${hours}`);
  }
  bench.run(1_000);
  assert.equal(bench.i.texts.length, 49);
  assert.equal(bench.r.texts.length, 49);
  assert.equal(bench.i.counters.exchanges, 3);
  assert.deepEqual(bench.i.presence, ["here"]);
});

test("boards with different secrets do not even know each other's topics", () => {
  const [one, other] = [paired({ seed: 1 }), paired({ seed: 2 })];
  const topics = (bench: LinkBench) => new Set(bench.bus.recording.map(({ topic }) => topic));
  for (const topic of topics(one)) assert.ok(!topics(other).has(topic));
});

test("a forged ASK or SECOND costs no multiplication, and does not end the exchange", () => {
  const bench = new LinkBench();
  const held: BusMessage[] = [];
  bench.bus.fate = (message) => {
    const isHeld = kindOf(message) === ASK || kindOf(message) === SECOND;
    if (isHeld) held.push(message);
    return isHeld ? [] : [1];
  };
  const release = (kind: number) => {
    const [message] = held.filter((each) => kindOf(each) === kind);
    assert.ok(message);
    const before = bench.i.crypto.multiplications;
    for (let at = 1; at < linkLength; at += 4) {
      const forged = message.payload.slice();
      forged[at] = (forged[at] as number) ^ 4;
      bench.bus.inject(message.topic, forged);
    }
    bench.turns++;
    bench.run(10);
    assert.equal(bench.i.crypto.multiplications, before, `${kind}`);
    bench.bus.inject(message.topic, message.payload);
    bench.run(10);
  };
  bench.run(100);
  release(ASK);
  release(SECOND);
  bench.i.say("still");
  bench.run(100);
  assert.deepEqual(bench.r.texts, ["still"]);
});

test("a sign of life that was overtaken by the goodbye does not bring the peer back", () => {
  const bench = paired();
  bench.bus.fate = () => [2_000];
  bench.i.say("", 1);
  bench.bus.fate = () => [1];
  bench.i.say("", 2);
  bench.i.powerOff();
  bench.run(5_000);
  assert.deepEqual(bench.r.presence, ["here", "away"]);
});

test("what the responder says with the old keys is heard until it has the new ones", () => {
  const bench = paired();
  const before = bench.i.counters.exchanges;
  bench.run(24 * hour - 10 * minute);
  bench.bus.fate = ({ from, payload }) => (from === "i" && payload[0] === RECORD ? [] : [1]);
  for (let i = 0; i < 20 * 60 && bench.i.counters.exchanges === before; i++) bench.run(1_000);
  assert.equal(bench.i.counters.exchanges, before + 1);
  bench.r.say("old keys");
  bench.run(100);
  assert.equal(bench.i.texts.at(-1), "old keys");
});

test("a board that was without a connection for long has its keys soon after it is back", () => {
  for (const end of ["i", "r"] as const) {
    const bench = new LinkBench();
    bench[end].isOnline = false;
    bench.run(hour / 2 + 10_000);
    bench[end].isOnline = true;
    bench.run(5_000);
    assert.deepEqual([bench.i.presence, bench.r.presence], [["here"], ["here"]], end);
  }
});

test("a board that wakes its peer is knocked at then, however long the peer has knocked in vain", () => {
  const bench = new LinkBench();
  bench.r.powerOff();
  bench.run(hour / 2 + 10_000);
  bench.r.powerOn();
  bench.run(5_000);
  assert.deepEqual([bench.i.presence, bench.r.presence], [["here"], ["here"]]);
});

test("first messages that came to nothing make a board multiply no more when they are played back", () => {
  const bench = new LinkBench();
  const firsts: BusMessage[] = [];
  bench.bus.fate = (message) => {
    if (kindOf(message) === FIRST) firsts.push(message);
    // The broker lets the responder work, and keeps its answers back.
    return kindOf(message) === SECOND ? [] : [1];
  };
  bench.run(5 * minute);
  const different = new Map(firsts.map((message) => [digitsOf(message.payload), message]));
  assert.ok(different.size >= 4, `${different.size}`);
  const before = bench.r.crypto.multiplications;
  bench.i.powerOff();
  for (let round = 0; round < 20; round++) {
    for (const { topic, payload } of different.values()) {
      bench.bus.inject(topic, payload);
      bench.run(1_000);
    }
  }
  assert.equal(bench.r.crypto.multiplications, before);
});

test("whoever steals the secret of a pair opens nothing that was recorded before", () => {
  const bench = paired();
  bench.i.say("before the theft");
  bench.run(1_000);
  const { crypto } = bench.i.crypto;
  const of = (kind: number) => bench.bus.recording.filter((message) => kindOf(message) === kind);
  const [ask, first, second] = [of(ASK), of(FIRST), of(SECOND)].map((all) => all[0]?.payload);
  assert.ok(ask && first && second);
  // All that the secret and the recording give: the thief can even read the first message.
  const thief = (isInitiator: boolean) =>
    new NoiseHandshake({
      crypto,
      psk: derived(crypto, bench.secret, "psk"),
      prologue: prologueOf(nonceIn(first), nonceIn(ask)),
      isInitiator,
    });
  const asResponder = thief(false);
  assert.ok(asResponder.readFirst(firstIn(first).slice()));
  const early = asResponder.split();
  const answering = thief(false);
  answering.readFirst(firstIn(first).slice());
  answering.writeSecond();
  const own = answering.split();
  const asInitiator = thief(true);
  asInitiator.writeFirst();
  assert.equal(asInitiator.readSecond(secondIn(second).slice()), undefined);
  const keys = [early.send, early.receive, own.send, own.receive, bench.secret];
  let records = 0;
  for (const { payload } of of(RECORD)) {
    records++;
    for (const key of keys) {
      const nonce = noiseNonce(new DataView(payload.buffer).getUint32(9));
      const [head, sealed] = [payload.subarray(0, 13), payload.subarray(13)];
      assert.equal(crypto.open(key, nonce, head, sealed), undefined);
    }
  }
  assert.ok(records >= 3);
});

test("both boards that start at the same time, again and again, get one pair of keys each time", () => {
  const bench = paired();
  for (let round = 0; round < 20; round++) {
    bench.bus.fate = () => [1 + ((round * 37) % 400)];
    bench.i.restart();
    bench.r.restart();
    bench.run(20_000);
    bench.i.say(`i${round}`);
    bench.r.say(`r${round}`);
    bench.run(1_000);
    assert.equal(bench.r.texts.at(-1), `i${round}`);
    assert.equal(bench.i.texts.at(-1), `r${round}`);
  }
});
