// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Tries } from "../../../modules/pairing/exchange/tries.ts";
import { makeCode } from "../../../modules/pairing/pairing-code.ts";
import { Answers, PairingBench, type PairingEnd } from "../../support/pairing-bench.ts";
import { testCrypto } from "../../support/test-crypto.ts";

const minute = 60_000;

function answerWith(end: PairingEnd, ok: boolean, text: string): string[] {
  const asked: string[] = [];
  end.pairing.use((peer, line, onAnswer) => {
    asked.push(`${peer}: ${line}`);
    onAnswer(ok, text);
  });
  return asked;
}

test("after the code both boards say paired, follow each other, and list each other", () => {
  const bench = new PairingBench({ quick: false });
  const { a, b } = bench;
  const answers = bench.pair();
  assert.deepEqual(answers[0].texts, ["paired with board-b", "end"]);
  assert.deepEqual(answers[1].texts, ["paired with board-a", "end"]);
  a.sendReading(612);
  b.sendReading(900);
  bench.run(12_000);
  assert.ok(b.said.includes("board-a says co2 612 ppm"));
  assert.ok(a.said.includes("board-b says co2 900 ppm"));
  assert.equal(a.pairing.describePeers(), "board-b  here  12 s ago: co2 900 ppm");
  assert.deepEqual([a.crypto.mostInATurn, b.crypto.mostInATurn], [1, 1]);
});

test("a pair outlives the power of either board and of both, without a code", () => {
  const bench = new PairingBench();
  const { a, b } = bench;
  bench.pair();
  const lives = [[a], [b], [a, b]];
  for (const [round, ends] of lives.entries()) {
    for (const end of ends) end.powerOff();
    bench.run(5 * minute);
    for (const end of ends) end.powerOn();
    bench.run(2 * minute);
    a.sendReading(1_000 + round);
    bench.run(1_000);
    assert.equal(b.said.at(-1), `board-a says co2 ${1_000 + round} ppm`);
    assert.deepEqual([a.paired, b.paired], [["board-b"], ["board-a"]]);
  }
});

test("a peer that goes on purpose, or falls silent, is away, and is here again when it is back", () => {
  const bench = new PairingBench();
  const { a, b } = bench;
  bench.pair();
  b.pairing.close();
  b.powerOff();
  bench.run(1_000);
  assert.equal(a.said.at(-1), "board-b is away");
  b.powerOn();
  bench.run(minute);
  assert.equal(a.said.at(-1), "board-b is here");
  b.powerOff();
  bench.run(4 * minute);
  assert.equal(a.said.at(-1), "board-b is away");
  assert.match(a.pairing.describePeers(), /^board-b {2}away for \d+ (s|min)$/);
});

test("unpair ends the pair at both ends, at once or when the other is back", () => {
  for (const isAway of [false, true]) {
    const bench = new PairingBench();
    const { a, b } = bench;
    bench.pair();
    if (isAway) b.powerOff();
    if (isAway) bench.run(5 * minute);
    assert.match(a.pairing.unpair("board-b"), isAway ? /when it is back/ : /is over$/);
    bench.run(minute);
    if (isAway) {
      assert.match(a.pairing.describePeers(), /over; it is told/);
      a.restart();
      b.powerOn();
      bench.run(3 * minute);
    }
    assert.deepEqual([a.pairing.describePeers(), b.pairing.describePeers()], ["", ""]);
    assert.ok(b.said.includes("board-a has ended the pair"));
    for (const end of [a, b]) {
      end.restart();
      assert.equal(end.pairing.describePeers(), "");
    }
    assert.deepEqual(
      bench.bus.filters.filter((filter) => !filter.includes("pair/")),
      [],
    );
  }
});

test("a peer that never comes back is forgotten by a second unpair", () => {
  const bench = new PairingBench();
  const { a, b } = bench;
  bench.pair();
  b.powerOff();
  bench.run(5 * minute);
  a.pairing.unpair("board-b");
  assert.equal(a.pairing.unpair("board-b"), "board-b is forgotten");
  assert.equal(a.pairing.describePeers(), "");
  assert.throws(() => a.pairing.unpair("board-b"), /there is no peer "board-b"; pair/);
});

test("a ninth peer is refused before a code is shown or used, and eight all hear a reading", () => {
  const bench = new PairingBench({ boards: 10 });
  const { a } = bench;
  for (const other of bench.ends.slice(1, 9)) bench.pair(a, other);
  assert.equal(a.paired.length, 8);
  assert.throws(() => a.pairing.offer(new Answers()), /has 8 peers; unpair one/);
  const ninth = bench.ends[9] as PairingEnd;
  const code = ninth.pairing.offer(new Answers());
  assert.throws(() => a.pairing.join(code, new Answers()), /has 8 peers; unpair one/);
  a.sendReading(777);
  bench.run(1_000);
  for (const other of bench.ends.slice(1, 9)) {
    assert.equal(other.said.at(-1), "board-a says co2 777 ppm");
  }
});

test("a mistyped code is told at once and sends nothing; one's own is told apart", () => {
  const bench = new PairingBench();
  const { a, b } = bench;
  const code = a.pairing.offer(new Answers());
  const wrong = code.startsWith("2") ? `3${code.slice(1)}` : `2${code.slice(1)}`;
  assert.throws(() => b.pairing.join(wrong, new Answers()), /mistyped/);
  assert.throws(() => a.pairing.join(code, new Answers()), /this board itself has made/);
  bench.run(1_000);
  assert.deepEqual(bench.bus.recording, []);
  assert.equal(a.store.writes + b.store.writes, 0);
});

test("two boards that both offer are told so by their silence; typing one of the codes pairs them", () => {
  const bench = new PairingBench();
  const { a, b } = bench;
  const [first, second] = [new Answers(), new Answers()];
  const code = a.pairing.offer(first);
  b.pairing.offer(second);
  bench.run(minute);
  const third = new Answers();
  b.pairing.join(code, third);
  bench.run(minute);
  assert.deepEqual(first.texts, ["paired with board-b", "end"]);
  assert.deepEqual(second.texts, ["failed: the pair was not made: something else was begun"]);
  assert.deepEqual(third.texts, ["paired with board-a", "end"]);
});

test("an offer is not kept over a restart, and tells its end after five minutes", () => {
  const bench = new PairingBench();
  const { a, b } = bench;
  const code = a.pairing.offer(new Answers());
  a.restart();
  const joined = new Answers();
  b.pairing.join(code, joined);
  bench.run(2 * minute);
  assert.match(joined.texts.join(), /^failed: nobody came in time/);
  const offered = new Answers();
  a.pairing.offer(offered);
  bench.run(6 * minute);
  assert.match(offered.texts.join(), /^failed: nobody came in time/);
});

test("a code of the settings makes one pair, whichever board starts first, and no other later", () => {
  for (let seed = 1; seed <= 8; seed++) {
    const bench = new PairingBench({ seed });
    const { a, b } = bench;
    const code = makeCode(testCrypto(seed));
    a.pairing.useGiven(code);
    bench.run(seed * 7_000);
    b.pairing.useGiven(code);
    bench.run(3 * minute);
    assert.deepEqual([a.paired, b.paired], [["board-b"], ["board-a"]], `seed ${seed}`);
    const before = bench.bus.recording.length;
    a.restart();
    a.pairing.useGiven(code);
    bench.run(minute);
    const topics = bench.bus.recording.slice(before).map(({ topic }) => topic);
    assert.ok(
      topics.every((topic) => !topic.includes("/pair/")),
      "it is spent",
    );
  }
});

test("a code of the settings makes a pair whatever message is lost, and on a slow network", () => {
  const isExchange = (topic: string) => topic.includes("/pair/");
  for (let lost = 0; lost <= 8; lost++) {
    const bench = new PairingBench({ seed: lost + 1 });
    const { a, b, bus } = bench;
    let count = 0;
    // From there on nothing arrives for a while.
    bus.fate = ({ topic }) => {
      if (isExchange(topic)) count++;
      return count > lost && count <= lost + 4 ? [] : [1];
    };
    const code = makeCode(testCrypto(lost));
    a.pairing.useGiven(code);
    b.pairing.useGiven(code);
    bench.run(5 * minute);
    assert.deepEqual([a.paired, b.paired], [["board-b"], ["board-a"]], `from ${lost} on`);
  }
  for (let seed = 1; seed <= 8; seed++) {
    const bench = new PairingBench({ seed });
    const { a, b, bus } = bench;
    bus.fate = () => [1_500];
    const code = makeCode(testCrypto(seed));
    a.pairing.useGiven(code);
    b.pairing.useGiven(code);
    bench.run(10 * minute);
    assert.deepEqual([a.paired, b.paired], [["board-b"], ["board-a"]], `seed ${seed}`);
  }
});

test("a code of the settings makes a pair though either board loses its power at any message", () => {
  for (let cut = 1; cut <= 10; cut++) {
    for (const isSender of [true, false]) {
      const bench = new PairingBench({ seed: cut });
      const { a, b, bus } = bench;
      const code = makeCode(testCrypto(cut));
      let count = 0;
      bus.fate = ({ topic, from }) => {
        if (!topic.includes("/pair/") || ++count !== cut) return [1];
        const end = (from === a.name) === isSender ? a : b;
        end.powerOff();
        bench.time.set(() => {
          end.powerOn();
          end.pairing.useGiven(code);
        }, 20_000);
        return [1];
      };
      a.pairing.useGiven(code);
      b.pairing.useGiven(code);
      bench.run(10 * minute);
      const where = `${isSender ? "sender" : "receiver"} of message ${cut}`;
      assert.deepEqual([a.paired, b.paired], [["board-b"], ["board-a"]], where);
      const before = bus.recording.length;
      for (const end of [a, b]) {
        end.restart();
        end.pairing.useGiven(code);
      }
      bench.run(minute);
      const topics = bus.recording.slice(before).map(({ topic }) => topic);
      assert.ok(
        topics.every((topic) => !topic.includes("/pair/")),
        `${where}: it is spent`,
      );
    }
  }
});

test("a new pair with the name of an older one takes its place, and that is said", () => {
  const bench = new PairingBench();
  const { a, b } = bench;
  bench.pair();
  const topics = () => bench.bus.filters.filter((filter) => !filter.includes("/pair/"));
  const before = topics();
  bench.pair();
  assert.deepEqual([a.paired, b.paired], [["board-b"], ["board-a"]]);
  assert.ok(
    a.said.some((text) => text.includes("was paired before; the new pair takes its place")),
  );
  for (const topic of topics()) assert.ok(!before.includes(topic), "topics are new");
});

test("a peer answers what it is asked, in pieces when it is long, and its refusal is a failure", () => {
  const bench = new PairingBench();
  const { a, b } = bench;
  bench.pair();
  const long = "ü".repeat(500);
  const asked = answerWith(b, true, long);
  const answers = new Answers();
  a.pairing.ask("board-b", "status", answers);
  bench.run(1_000);
  assert.deepEqual(asked, ["board-a: status"]);
  assert.deepEqual(answers.texts, [long, "end"]);
  const texts: [boolean, string, RegExp][] = [
    [false, "not allowed", /^failed: not allowed$/],
    [true, "", /^,end$/],
    [true, "x".repeat(5_000), /^x{1900,}\.\.\.,end$/],
  ];
  for (const [ok, text, wanted] of texts) {
    answerWith(b, ok, text);
    const taker = new Answers();
    a.pairing.ask("board-b", "status", taker);
    bench.run(1_000);
    assert.match(taker.texts.join(), wanted);
  }
  b.powerOff();
  bench.run(5 * minute);
  assert.throws(() => a.pairing.ask("board-b", "status", new Answers()), /board-b is away/);
  assert.throws(() => a.pairing.ask("hall", "status", new Answers()), /no peer "hall"/);
});

test("a question that was held back for long is not answered", () => {
  const bench = new PairingBench();
  const { a, b } = bench;
  bench.pair();
  const asked = answerWith(b, true, "yes");
  bench.bus.fate = () => [40_000];
  a.pairing.ask("board-b", "reboot", new Answers());
  bench.bus.fate = () => [1];
  bench.run(minute);
  assert.deepEqual(asked, []);
});

test("a reading that was overtaken is not shown as new, and an old one is shown with its age", () => {
  const bench = new PairingBench();
  const { a, b } = bench;
  bench.pair();
  bench.bus.fate = () => [20 * minute];
  a.sendReading(1);
  bench.bus.fate = () => [5_000];
  a.sendReading(2);
  bench.bus.fate = () => [1];
  bench.run(1_000);
  a.sendReading(3);
  bench.run(30 * minute);
  const shown = b.said.filter((text) => text.includes("co2"));
  assert.deepEqual(shown, ["board-a says co2 3 ppm"]);
  bench.bus.fate = () => [20 * minute];
  a.sendReading(4);
  bench.bus.fate = () => [1];
  bench.run(21 * minute);
  assert.match(b.said.at(-1) ?? "", /^board-a said 20 min ago: co2 4 ppm$/);
});

test("wherever the power goes while a pair is made, both boards agree in the end", () => {
  for (const which of ["a", "b"] as const) {
    for (let cutAt = 0; cutAt < 6; cutAt++) {
      const bench = new PairingBench();
      const { a, b } = bench;
      bench[which].store.cutAt = cutAt;
      bench.pair();
      bench.run(2 * minute);
      bench[which].store.cutAt = Number.POSITIVE_INFINITY;
      if (!bench[which].isOn) bench[which].powerOn();
      bench.run(10 * minute);
      const at = `${which} ${cutAt}`;
      assert.equal(a.paired.length, b.paired.length, at);
      bench.pair();
      bench.run(2 * minute);
      assert.deepEqual([a.paired, b.paired], [["board-b"], ["board-a"]], at);
      const cut = bench[which];
      cut.store.cutAt = cut.store.writes + (cutAt % 3);
      try {
        a.pairing.unpair("board-b");
      } catch {
        // No power.
      }
      bench.run(2 * minute);
      cut.store.cutAt = Number.POSITIVE_INFINITY;
      if (!cut.isOn) cut.powerOn();
      bench.run(5 * minute);
      if (a.pairing.describePeers() !== "") a.pairing.unpair("board-b");
      bench.run(5 * minute);
      assert.deepEqual([a.paired, b.paired], [[], []], `${at}, at the end`);
    }
  }
});

test("a storage that takes nothing makes no pair, and says so at both ends", () => {
  const bench = new PairingBench();
  const { a, b } = bench;
  a.store.failAt = 0;
  const answers = bench.pair();
  bench.run(2 * minute);
  assert.match(answers[0].texts.join(), /failed: the storage takes nothing, .*store is broken/);
  assert.match(answers[1].texts.join(), /failed: the other board says that the code is wrong/);
  assert.deepEqual([a.paired, b.paired], [[], []]);
});

test("an old backup of the storage repeats no key and no counter", () => {
  const bench = new PairingBench();
  const { a, b } = bench;
  bench.pair();
  const backup = [...a.store].map((key) => [key, new Uint8Array(a.store.read(key) as ArrayBuffer)]);
  for (let round = 0; round < 3; round++) {
    a.sendReading(round);
    bench.run(minute);
    a.powerOff();
    for (const [key, bytes] of backup) a.store.write(key as string, bytes as Uint8Array);
    a.powerOn();
    bench.run(minute);
  }
  const records = bench.bus.recording.filter(({ payload }) => payload[0] === 0x31);
  const heads = records.map(({ topic, payload }) => `${topic}${payload.slice(0, 13).join()}`);
  assert.equal(new Set(heads).size, heads.length);
  a.sendReading(5);
  bench.run(1_000);
  assert.equal(b.said.at(-1), "board-a says co2 5 ppm");
});

test("without peers nothing runs and nothing is subscribed to", () => {
  const bench = new PairingBench();
  bench.a.sendReading(400);
  bench.run(10 * minute);
  assert.equal(bench.time.pending, 0);
  assert.deepEqual(bench.bus.filters, []);
  assert.deepEqual(bench.bus.recording, []);
});

test("the end of a pair is answered again when the answer was lost", () => {
  const bench = new PairingBench();
  const { a, b } = bench;
  bench.pair();
  let lost = 0;
  bench.bus.fate = ({ from }) => (from === "board-b" && lost++ === 0 ? [] : [1]);
  a.pairing.unpair("board-b");
  bench.run(minute);
  assert.ok(lost > 1);
  assert.deepEqual([a.pairing.describePeers(), b.pairing.describePeers()], ["", ""]);
});

test("a storage that fails when the code is to be spent does not undo the pair that is stored", () => {
  for (const which of ["a", "b"] as const) {
    const bench = new PairingBench();
    const { a, b } = bench;
    const { store } = bench[which];
    const write = store.write.bind(store);
    let count = 0;
    store.write = (key, value) => {
      // The try is counted; that the code is spent then fails.
      if (key === "tries" && ++count === 2) throw new Error("store is broken");
      write(key, value);
    };
    const answers = bench.pair();
    bench.run(2 * minute);
    assert.deepEqual([a.paired, b.paired], [["board-b"], ["board-a"]], which);
    assert.deepEqual(answers[0].texts, ["paired with board-b", "end"], which);
    assert.deepEqual(answers[1].texts, ["paired with board-a", "end"], which);
    assert.ok(bench[which].said.some((text) => /that the code is spent is not stored/.test(text)));
  }
});

test("a board that cannot store that its peer has confirmed ends the pair at both ends", () => {
  const bench = new PairingBench();
  const { a, b } = bench;
  a.store.failAt = 3;
  bench.pair();
  bench.run(2 * minute);
  assert.ok(a.said.some((text) => /^board-b cannot be stored/.test(text)));
  assert.deepEqual([a.paired, b.paired], [[], []]);
  assert.ok(b.said.includes("board-a has ended the pair"));
  a.store.failAt = undefined;
  bench.pair();
  assert.deepEqual([a.paired, b.paired], [["board-b"], ["board-a"]]);
});

test("two boards that both answer the end of a pair do not go on answering each other", () => {
  const bench = new PairingBench();
  const { a } = bench;
  a.store.failAt = 3;
  bench.pair();
  const before = bench.bus.recording.length;
  bench.run(minute);
  assert.ok(bench.bus.recording.length - before < 40, `${bench.bus.recording.length - before}`);
});

test("a given code that has made its pair stays spent, however many codes are typed afterwards", () => {
  const bench = new PairingBench({ boards: 8 });
  const { a, b } = bench;
  const code = makeCode(testCrypto(9));
  a.pairing.useGiven(code);
  b.pairing.useGiven(code);
  bench.run(minute);
  assert.deepEqual([a.paired, b.paired], [["board-b"], ["board-a"]]);
  for (const other of bench.ends.slice(2)) bench.pair(a, other);
  assert.equal(a.paired.length, 7);
  a.restart();
  a.pairing.useGiven(code);
  const before = bench.bus.recording.length;
  bench.run(10 * minute);
  const topics = bench.bus.recording.slice(before).map(({ topic }) => topic);
  assert.ok(topics.every((topic) => !topic.includes("/pair/")));
});

test("a given code is looked for less and less often, and made use of soon after the other board starts", () => {
  const bench = new PairingBench();
  const { a, b } = bench;
  const code = makeCode(testCrypto(9));
  b.powerOff();
  a.pairing.useGiven(code);
  bench.run(60 * minute);
  const { multiplications } = a.crypto;
  bench.run(60 * minute);
  assert.ok(a.crypto.multiplications - multiplications <= 30, `${a.crypto.multiplications}`);
  b.powerOn();
  b.pairing.useGiven(code);
  bench.run(minute);
  assert.deepEqual([a.paired, b.paired], [["board-b"], ["board-a"]]);
});

test("a given code that is used up without a peer is said at the start", () => {
  const bench = new PairingBench();
  const { a } = bench;
  const code = makeCode(testCrypto(9));
  const tries = new Tries({ crypto: a.crypto.crypto, domain: a.store });
  tries.spend(code);
  a.pairing.useGiven(code);
  assert.match(a.said.join(), /pair\.code is used up: .*set another/);
});

test("a board that loses its power before it has stored that a pair is over is answered when it is back", () => {
  for (const pause of [5_000, 5 * minute]) {
    const bench = new PairingBench();
    const { a, b } = bench;
    bench.pair();
    // That it is told, and then that the peer has said so.
    a.store.cutAt = a.store.writes + 1;
    a.pairing.unpair("board-b");
    bench.run(pause);
    assert.equal(a.isOn, false);
    a.store.cutAt = Number.POSITIVE_INFINITY;
    assert.equal(b.pairing.describePeers(), "");
    a.powerOn();
    bench.run(2 * minute);
    assert.equal(a.pairing.describePeers(), "", `${pause} ms`);
  }
});

test("an old backup from before the pair was made anew is noticed, and asks for a new pair", () => {
  const bench = new PairingBench();
  const { a, b } = bench;
  bench.pair();
  const backup = [...a.store].map((key) => [key, new Uint8Array(a.store.read(key) as ArrayBuffer)]);
  bench.pair();
  bench.run(minute);
  a.powerOff();
  for (const [key, bytes] of backup) a.store.write(key as string, bytes as Uint8Array);
  a.powerOn();
  bench.run(9 * minute);
  assert.equal(a.pairing.describePeers(), "board-b  not heard of yet");
  const records = () => bench.bus.recording.filter(({ payload }) => payload[0] === 0x31);
  const before = records().length;
  bench.run(2 * minute);
  const asked = /^board-b .*not .*heard of since the start; if it is on, .* again with pair$/;
  assert.match(a.said.at(-1) ?? "", asked);
  assert.match(a.pairing.describePeers(), asked);
  assert.equal(
    records()
      .slice(before)
      .filter(({ from }) => from === "board-a").length,
    0,
  );
  assert.match(b.pairing.describePeers(), /^board-a {2}away/);
  bench.pair();
  assert.deepEqual(
    [a.pairing.describePeers(), b.pairing.describePeers()],
    ["board-b  here", "board-a  here"],
  );
});

test("a peer that comes in time is not asked for again", () => {
  const bench = new PairingBench();
  const { a, b } = bench;
  bench.pair();
  a.restart();
  b.powerOff();
  bench.run(5 * minute);
  assert.ok(!a.said.some((text) => text.includes("since the start")));
  b.powerOn();
  bench.run(10 * minute);
  assert.ok(!a.said.some((text) => text.includes("since the start")));
});

test("a peer that loses its power at any write of the end of a pair leaves the other with none, whatever is lost then", () => {
  for (let cutAt = 0; cutAt < 4; cutAt++) {
    for (const lost of [0, 6]) {
      const bench = new PairingBench({ seed: cutAt * 7 + lost + 1 });
      const { a, b, bus } = bench;
      bench.pair();
      b.store.cutAt = b.store.writes + cutAt;
      a.pairing.unpair("board-b");
      bench.run(1_000);
      assert.equal(b.isOn, false, `write ${cutAt}: the power has not gone`);
      b.store.cutAt = Number.POSITIVE_INFINITY;
      // The other may have been off meanwhile, too, and the first messages are lost.
      if (lost > 0) a.restart();
      let left = lost;
      bus.fate = () => (left-- > 0 ? [] : [1]);
      b.powerOn();
      bench.run(4 * minute);
      const at = `write ${cutAt}, ${lost} messages lost`;
      assert.deepEqual([a.pairing.describePeers(), b.pairing.describePeers()], ["", ""], at);
      for (const end of [a, b]) end.restart();
      const before = bus.recording.length;
      bench.run(3 * minute);
      assert.deepEqual([a.pairing.describePeers(), b.pairing.describePeers()], ["", ""], at);
      assert.equal(bus.recording.length, before, `${at}: something is still said of it`);
      bus.fate = () => [1];
      bench.pair();
      assert.deepEqual([a.paired, b.paired], [["board-b"], ["board-a"]], at);
    }
  }
});

test("a peer that was forgotten while it was away hears of it when it is back", () => {
  for (const who of ["a", "b"] as const) {
    const bench = new PairingBench();
    const [end, other] = who === "a" ? [bench.a, bench.b] : [bench.b, bench.a];
    bench.pair();
    other.powerOff();
    bench.run(5 * minute);
    end.pairing.unpair(other.name);
    assert.equal(end.pairing.unpair(other.name), `${other.name} is forgotten`);
    end.restart();
    assert.equal(end.pairing.describePeers(), "");
    other.powerOn();
    bench.run(3 * minute);
    assert.equal(other.pairing.describePeers(), "");
    assert.ok(other.said.includes(`${end.name} has ended the pair`));
    for (const each of [end, other]) each.restart();
    const before = bench.bus.recording.length;
    bench.run(10 * minute);
    assert.equal(bench.bus.recording.length, before, "nothing is left of it");
  }
});
