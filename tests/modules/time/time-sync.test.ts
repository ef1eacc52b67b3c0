// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { TimeSync } from "../../../modules/time/time-sync.ts";
import { FakeTime } from "../../support/fake-time.ts";
import { LogBook } from "../../support/log-book.ts";
import { seededRandom } from "../../support/random.ts";
import {
  kissTo,
  ScriptedTimeServers,
  sntpReplyTo,
  type TimeServerScript,
} from "../../support/scripted-time-servers.ts";

/** What the true clock shows when the test's time is 0. */
const noon = Date.UTC(2026, 10, 24, 12);
const hour = 3_600_000;

/** The answer of a server whose clock is off by `off` ms. */
function answer(off = 0): TimeServerScript {
  return ({ bytes, ticks, reply }) => reply(sntpReplyTo(bytes, noon + ticks + off));
}

const silence: TimeServerScript = () => {};

function build(servers: Readonly<Record<string, TimeServerScript>>, list?: string, seed = 1) {
  const time = new FakeTime();
  const book = new LogBook();
  const network = new ScriptedTimeServers(time, servers);
  const firsts: number[] = [];
  const signs: string[] = [];
  const sync = new TimeSync({
    udp: { io: network.UDP },
    dns: { io: network.Resolver },
    servers: list ?? Object.keys(servers).join(","),
    clock: time,
    timers: time,
    random: seededRandom(seed),
    log: book.log,
    owner: {
      timeKnown: () => firsts.push(time.ticks()),
      answered: () => signs.push("answered"),
      unanswered: () => signs.push("unanswered"),
    },
  });
  /** How far the clock is off, ms. */
  const off = () => (time.now() ?? Number.NaN) - noon - time.ticks();
  return { time, book, network, sync, firsts, signs, off };
}

test("a good answer sets the clock, counting half of the way there and back", () => {
  const late: TimeServerScript = ({ bytes, ticks, reply }) => {
    time.set(() => reply(sntpReplyTo(bytes, noon + ticks + 50)), 100);
  };
  const { time, sync, firsts, book, network, off } = build({ "time.example": late });
  sync.start();
  time.advance(1_000);
  assert.ok(Math.abs(off()) <= 1, `off by ${off()} ms`);
  assert.equal(firsts.length, 1);
  assert.match(book.text, /info 2026-11-24T12:00:00\.\d{3}Z from time\.example/);
  assert.equal(network.open, 0);
});

test("a clock that goes right is told once, and a correction of a second or more again", () => {
  let off = 0;
  const { time, sync, book } = build({ a: (request) => answer(off)(request) });
  const told = () => book.lines.filter(({ level }) => level === "info").length;
  sync.start();
  time.advance(12 * hour);
  assert.equal(told(), 1);
  off = 1_500;
  time.advance(1.3 * hour);
  assert.equal(told(), 2);
});

test("the time is asked again about every hour, never sooner, and not at the same moment", () => {
  const gaps = new Set<number>();
  for (let seed = 1; seed <= 5; seed++) {
    const { time, sync, network, firsts } = build({ a: answer() }, "a", seed);
    sync.start();
    time.advance(24 * hour);
    const times = network.asked.map(({ ticks }) => ticks);
    assert.ok(times.length >= 20 && times.length <= 26, `${times.length} questions in a day`);
    // The second is the second opinion on the first.
    for (let i = 2; i < times.length; i++) {
      const gap = (times[i] ?? 0) - (times[i - 1] ?? 0);
      assert.ok(gap >= hour && gap <= 1.26 * hour, `${gap} ms`);
      gaps.add(gap);
    }
    assert.equal(firsts.length, 1);
  }
  assert.ok(gaps.size > 80, `${gaps.size} different gaps`);
});

test("boards that start together do not ask together", () => {
  const starts = new Set<number>();
  for (let seed = 1; seed <= 20; seed++) {
    const { time, sync, network } = build({ a: answer() }, "a", seed);
    sync.start();
    time.advance(1_000);
    starts.add(network.asked[0]?.ticks ?? -1);
  }
  assert.ok(starts.size >= 18, `${starts.size} of 20`);
});

test("an answer from elsewhere, or to another question, neither sets the clock nor ends the wait", () => {
  const spoofed: TimeServerScript = ({ bytes, ticks, reply }) => {
    const wrong = sntpReplyTo(bytes, noon + 500_000);
    reply(wrong, { address: "192.0.2.66" });
    reply(wrong, { port: 9_999 });
    reply(sntpReplyTo(new Uint8Array(48), noon + 500_000));
    reply(wrong.subarray(0, 20));
    reply(new Uint8Array(0));
    reply(sntpReplyTo(bytes, noon + ticks));
  };
  const { time, sync, book, off } = build({ a: spoofed });
  sync.start();
  time.advance(1_000);
  assert.equal(off(), 0);
  assert.deepEqual(book.events, ["time/set"]);
});

test("a flood of datagrams is not worked through", () => {
  const flood: TimeServerScript = ({ bytes, ticks, reply }) => {
    for (let n = 0; n < 100; n++) reply(new Uint8Array(48));
    reply(sntpReplyTo(bytes, noon + ticks));
  };
  const { time, sync, network } = build({ a: flood });
  sync.start();
  time.advance(6_000);
  assert.equal(time.now(), undefined);
  assert.equal(network.open, 0);
});

test("a server that is silent or has no name is asked again with growing pauses, for ever", () => {
  for (const [list, why] of [
    ["a", /no time from a: no answer; next try in/],
    ["nobody", /no time from nobody: name not found/],
  ] as const) {
    const { time, sync, book, network } = build({ a: silence }, list);
    sync.start();
    time.advance(24 * hour);
    const failures = book.events.filter((event) => event === "time/failed").length;
    assert.ok(failures > 100 && failures < 700, `${failures} failures in a day`);
    assert.match(book.text, why);
    assert.ok(network.open <= 1);
    sync.stop();
    assert.equal(network.open, 0);
    time.advance(1_000);
    assert.equal(time.pending, 0);
  }
});

test("several servers are asked in turn until one answers, which is then kept", () => {
  const { time, sync, network, off } = build({ a: silence, b: answer() }, "a, nobody ,b");
  sync.start();
  time.advance(10 * 60_000);
  assert.equal(off(), 0);
  assert.equal(sync.status().server, "b");
  time.advance(10 * hour);
  // Once more for a second opinion.
  assert.equal(network.asked.filter(({ server }) => server === "a").length, 2);
  assert.ok(network.asked.length >= 9);
});

test("without a server nobody is asked", () => {
  const { time, sync, book } = build({ a: answer() }, " , ");
  sync.start();
  time.advance(hour);
  assert.equal(book.lines.length, 0);
  assert.equal(time.pending, 0);
});

test("a server that asks to stay away is left alone: an hour for RATE, a day for DENY", () => {
  for (const [letters, pause] of [
    ["RATE", hour],
    ["DENY", 24 * hour],
    ["RSTR", 24 * hour],
  ] as const) {
    const kiss: TimeServerScript = ({ bytes, reply }) => reply(kissTo(bytes, letters));
    const { time, sync, network, book } = build({ a: kiss });
    sync.start();
    time.advance(pause - 1_000);
    assert.equal(network.asked.length, 1, letters);
    time.advance(2_000);
    assert.equal(network.asked.length, 2, letters);
    assert.match(book.text, new RegExp(`kiss-o'-death ${letters}`));
    assert.equal(time.now(), undefined);
  }
});

test("while one server wants to be left alone the other is asked", () => {
  const kiss: TimeServerScript = ({ bytes, reply }) => reply(kissTo(bytes, "DENY"));
  const { time, sync, network, off } = build({ a: kiss, b: answer() });
  sync.start();
  time.advance(23 * hour);
  assert.equal(off(), 0);
  assert.equal(network.asked.filter(({ server }) => server === "a").length, 1);
});

test("a server that rests is passed over when its turn comes", () => {
  const kiss: TimeServerScript = ({ bytes, reply }) => reply(kissTo(bytes, "DENY"));
  let questions = 0;
  const slow: TimeServerScript = (request) => {
    if (++questions > 3) answer()(request);
  };
  const { time, sync, off } = build({ a: kiss, b: slow });
  sync.start();
  time.advance(10 * 60_000);
  assert.equal(off(), 0);
  assert.equal(sync.status().server, "b");
});

test("a time before this firmware was made is a lie, even with the clock not set", () => {
  const { time, sync, book } = build({ a: answer(-365 * 24 * hour) });
  sync.start();
  time.advance(hour);
  assert.equal(time.now(), undefined);
  assert.match(book.text, /the time is before this firmware was made/);
});

test("one lie of a server does not turn a clock that has been set", () => {
  let lies = 0;
  const liar: TimeServerScript = (request) => answer(lies-- > 0 ? 5 * hour : 0)(request);
  const { time, sync, book, off } = build({ a: liar });
  sync.start();
  time.advance(1_000);
  assert.equal(off(), 0);
  lies = 1;
  for (let minute = 0; minute < 90; minute++) {
    time.advance(60_000);
    assert.equal(off(), 0, `minute ${minute}`);
  }
  assert.match(book.text, /the clock would move by 18000 s, which wants a second opinion/);
  assert.equal(sync.status().trouble, undefined);
});

test("a server that lies differently each time never turns the clock", () => {
  let lie = 0;
  const liar: TimeServerScript = (request) => answer(lie++ * 7 * 60_000)(request);
  const { time, sync, off } = build({ a: liar });
  sync.start();
  for (let round = 1; round < 200; round++) {
    time.advance(10 * 60_000);
    assert.equal(off(), 0);
  }
  assert.ok(lie > 100, `${lie} answers`);
});

test("a clock that was set wrong is put right when a second answer says the same", () => {
  const { time, sync, network, off } = build({ a: answer(), b: answer(30) });
  time.set(noon + 3 * hour);
  sync.start();
  time.advance(1_000);
  assert.equal(off(), 3 * hour);
  time.advance(60_000);
  assert.equal(off(), 30);
  assert.deepEqual(
    network.asked.map(({ server }) => server),
    ["a", "b"],
  );
  assert.equal(sync.status().correction, 30 - 3 * hour);
});

test("a server that goes backwards by a little is followed; ticks go on as they were", () => {
  let off = 0;
  const { time, sync, off: error } = build({ a: (request) => answer(off)(request) });
  sync.start();
  time.advance(60_000);
  const ticks = time.ticks();
  off = -20_000;
  time.advance(1.3 * hour);
  assert.equal(error(), -20_000);
  assert.equal(sync.status().correction, -20_000);
  assert.equal(time.ticks() - ticks, 1.3 * hour);
});

test("a stop and a start ask no sooner than it would have been without them", () => {
  const { time, sync, network } = build({ a: answer() });
  for (let round = 0; round < 50; round++) {
    sync.start();
    time.advance(60_000);
    sync.stop();
    time.advance(1_000);
  }
  assert.equal(network.asked.length, 2);
  const silent = build({ a: silence });
  for (let round = 0; round < 100; round++) {
    silent.sync.start();
    silent.time.advance(1_000);
    silent.sync.stop();
  }
  const { length } = silent.network.asked;
  assert.ok(length >= 5 && length <= 20, `${length} questions in 100 s`);
});

test("a stop in every moment of a question leaves nothing behind", () => {
  for (let ms = 0; ms <= 700; ms += 7) {
    const { time, sync, network } = build({ a: silence });
    sync.start();
    time.advance(ms);
    sync.stop();
    assert.equal(network.open, 0);
    time.advance(100);
    assert.equal(time.pending, 0, `stopped after ${ms} ms`);
    assert.equal(network.open, 0, `stopped after ${ms} ms`);
  }
});

test("whatever servers do, questions keep their distance and a set clock is never far off", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = seededRandom(seed);
    const wild: TimeServerScript = (request) => {
      const dice = random();
      if (dice < 0.3) answer(random() * 40 - 20)(request);
      else if (dice < 0.5) answer(random() * 1e9)(request);
      else if (dice < 0.6) request.reply(kissTo(request.bytes, random() < 0.5 ? "RATE" : "XXXX"));
      else if (dice < 0.8) request.reply(Uint8Array.from({ length: 48 }, () => random() * 256));
    };
    const { time, sync, network, off } = build({ a: wild, b: wild }, "a,b", seed);
    time.set(noon);
    sync.start();
    for (let step = 0; step < 300; step++) {
      time.advance(random() * 600_000);
      assert.ok(Math.abs(off()) <= 60_000, `seed ${seed}: off by ${off()} ms`);
      if (random() < 0.1) {
        sync.stop();
        sync.start();
      }
    }
    const times = network.asked.map(({ ticks }) => ticks);
    const gaps = times.slice(1).map((ticks, n) => ticks - (times[n] ?? 0));
    assert.ok(times.length > 20, `seed ${seed}: ${times.length} questions`);
    assert.ok(Math.min(...gaps) >= 4_900, `seed ${seed}: a gap of ${Math.min(...gaps)} ms`);
    assert.ok(network.open <= 1);
  }
});

test("after the first answer another server is asked within a minute, and then about every hour", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { time, sync, network, firsts, book } = build(
      { a: answer(), b: answer(40) },
      "a,b",
      seed,
    );
    sync.start();
    time.advance(hour);
    assert.deepEqual(
      network.asked.map(({ server }) => server),
      ["a", "b"],
    );
    const [first, second] = network.asked.map(({ ticks }) => ticks);
    const gap = (second ?? 0) - (first ?? 0);
    assert.ok(gap >= 5_000 && gap <= 60_000, `${gap} ms`);
    assert.equal(firsts.length, 1);
    assert.deepEqual(book.events, ["time/set", "time/set"]);
  }
});

test("a first answer that was a lie is put right as soon as two others agree, which is told", () => {
  const { time, sync, off, firsts } = build({
    a: answer(9 * 365 * 24 * hour),
    b: answer(),
    c: answer(),
  });
  sync.start();
  time.advance(2_000);
  assert.equal(off(), 9 * 365 * 24 * hour);
  time.advance(90_000);
  assert.equal(off(), 0);
  assert.equal(firsts.length, 2);
});

test("a clock in doubt is checked with another server soon, but not oftener than every three minutes", () => {
  const { time, sync, network, off } = build({ a: answer(), b: answer(), c: answer() });
  sync.check();
  sync.start();
  time.advance(5 * 60_000);
  const before = network.asked.length;
  time.set((time.now() ?? 0) + 30 * 24 * hour);
  for (let second = 0; second < 600; second++) {
    sync.check();
    time.advance(1_000);
  }
  assert.equal(off(), 0);
  const { length } = network.asked.slice(before);
  // The first one's answer wants a second opinion.
  assert.ok(length >= 4 && length <= 5, `${length} questions in ten minutes`);
  sync.stop();
  sync.check();
  assert.equal(time.pending, 0);
});

test("a check leaves a server alone that has asked for it", () => {
  const kiss: TimeServerScript = ({ bytes, reply }) => reply(kissTo(bytes, "DENY"));
  const { time, sync, network } = build({ a: kiss });
  sync.start();
  for (let minute = 0; minute < 23 * 60; minute++) {
    sync.check();
    time.advance(60_000);
  }
  assert.equal(network.asked.length, 1);
});

test("whether anything came back is told, be it a refusal or that there is no such name", () => {
  const kiss: TimeServerScript = ({ bytes, reply }) => reply(kissTo(bytes, "DENY"));
  for (const [script, list, sign] of [
    [answer(), "a", "answered"],
    [kiss, "a", "answered"],
    [silence, "nobody", "answered"],
    [silence, "a", "unanswered"],
  ] as const) {
    const { time, sync, signs } = build({ a: script }, list);
    sync.start();
    time.advance(7_000);
    assert.deepEqual(signs, [sign], list);
  }
});
