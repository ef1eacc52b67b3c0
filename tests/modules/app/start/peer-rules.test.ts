// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { PairedBoards } from "../../../support/paired-boards.ts";
import type { WholeBoard } from "../../../support/whole-board.ts";

const second = 1_000;
const pressureAndHumidity = { humidity: 40, pressure: 100_000 };
const warm = { temperature: 30, ...pressureAndHumidity };
const cool = { temperature: 20, ...pressureAndHumidity };

type Given = Readonly<Record<string, unknown>>;

/** Boards that say a reading in 10 s, and a change at once: what is sealed takes XS a while. */
function boardsWith(a: Given = {}, b: Given = {}): PairedBoards {
  const seldom = { "publish.interval": 10, "publish.temperature": 5 };
  return new PairedBoards({ ...seldom, ...a }, { ...seldom, ...b });
}

/** What the rules of a board have said. */
function saidBy(board: WholeBoard): string[] {
  return board.events.filter(({ part }) => part === "rules").map(({ text = "" }) => text);
}

test("a rule acts on the air of a peer, and ends 150 s after its last word", () => {
  const boards = boardsWith();
  const { a, b, time } = boards;
  const air = PairedBoards.airOf(b);
  boards.pair();
  const levels = PairedBoards.levelsOf(a, 2);
  assert.deepEqual(a.ask("on board-b temperature > 25 for 10 s pin 2"), ["rule 1 is set"]);
  assert.match(a.ask("rules").join(), /waiting, no temperature of board-b/);
  time.advance(11 * second);
  assert.match(a.ask("rules").join(), /waiting, temperature 20 °C/);
  air.pin(warm);
  time.advance(5 * second);
  assert.match(a.ask("rules").join(), /pending, temperature 30 °C/);
  assert.deepEqual(levels, [0]);
  time.advance(12 * second);
  assert.deepEqual(levels, [0, 1]);
  assert.match(
    saidBy(a).join("\n"),
    /^rule\.1: board-b temperature 30 °C \(> 25 for 10 s\), pin 2 high$/m,
  );
  boards.powerOff(b);
  time.advance(135 * second);
  assert.deepEqual(levels, [0, 1]);
  time.advance(17 * second);
  assert.deepEqual(levels, [0, 1, 0]);
  assert.equal(saidBy(a).at(-1), "rule.1: over, no board-b temperature for 150 s");
  b.powerOn();
  time.advance(60 * second);
  assert.deepEqual(levels, [0, 1, 0, 1]);
  air.pin(cool);
  time.advance(5 * second);
  assert.deepEqual(levels, [0, 1, 0, 1, 0]);
  assert.equal(saidBy(a).at(-1), "rule.1: over, board-b temperature 20 °C (≤ 24.5)");
});

test("what somebody else says in the name of a peer in plain moves no rule", () => {
  const boards = boardsWith({ "pair.peer": "board-b" });
  const { a, b, time, broker } = boards;
  PairedBoards.airOf(b);
  boards.pair();
  const levels = PairedBoards.levelsOf(a, 2);
  a.ask("on board-b temperature > 25 pin 2");
  for (let i = 0; i < 15; i++) {
    broker.publish("airpair/board-b/reading", {
      payload: '{"board-b":{"dht temp":40,"bmp temp":40}}',
    });
    time.advance(second);
  }
  assert.deepEqual(levels, [0]);
});

test("a peer that publishes once in an hour moves a rule all the same, and the rule does not tremble", () => {
  const boards = boardsWith({}, { "publish.interval": 3_600 });
  const { a, b, time } = boards;
  const air = PairedBoards.airOf(b);
  boards.pair();
  const levels = PairedBoards.levelsOf(a, 2);
  a.ask("on board-b temperature > 25 pin 2");
  air.pin(warm);
  time.advance(60 * second);
  assert.deepEqual(levels, [0, 1]);
  time.advance(200 * second);
  assert.deepEqual(levels, [0, 1]);
});

test("a rule has a peer switch a pin, on and off, and the peer ends that a minute after the last word", () => {
  const boards = boardsWith({}, { "pair.allow": "readings,pin.2" });
  const { a, b, time } = boards;
  const air = PairedBoards.airOf(a);
  boards.pair();
  const levels = PairedBoards.levelsOf(b, 2);
  a.ask("on temperature > 25 tell board-b pin 2");
  time.advance(3 * second);
  assert.deepEqual(levels, [0], "it is off from the first");
  assert.match(a.ask("rules").join(), /waiting, temperature 20 °C; board-b is ready/);
  air.pin(warm);
  time.advance(3 * second);
  assert.deepEqual(levels, [0, 1]);
  assert.match(a.ask("rules").join(), /active, temperature 30 °C; board-b does it/);
  assert.match(
    saidBy(a).at(-1) ?? "",
    /^rule\.1: temperature 30 °C \(> 25\), board-b is told: pin 2$/,
  );
  time.advance(80 * second);
  assert.deepEqual(levels.slice(-1), [1]);
  air.pin(cool);
  time.advance(3 * second);
  assert.deepEqual(levels.slice(-1), [0]);
  air.pin(warm);
  time.advance(3 * second);
  assert.deepEqual(levels.slice(-1), [1]);
  boards.powerOff(a);
  time.advance(45 * second);
  assert.deepEqual(levels.slice(-1), [1]);
  time.advance(17 * second);
  assert.deepEqual(levels.slice(-1), [0]);
  const said = b.events.filter(({ part, event }) => part === "peer" && event === "over");
  assert.equal(said.at(-1)?.text, "board-a: not heard of for 60 s, pin 2 low");
  a.powerOn();
  time.advance(60 * second);
  assert.deepEqual(levels.slice(-1), [1]);
  a.ask("rules remove 1");
  time.advance(second);
  assert.deepEqual(levels.slice(-1), [0]);
});

test("a peer does nothing that its pair.allow does not have, and both sides can see why", () => {
  const boards = boardsWith({}, { "pair.allow": "readings,status,pin.3" });
  const { a, b, time } = boards;
  PairedBoards.airOf(a).pin(warm);
  boards.pair();
  const levels = PairedBoards.levelsOf(b, 2);
  a.ask("on temperature > 25 tell board-b pin 2");
  a.ask("on temperature > 25 tell board-b print open the window");
  a.ask("on temperature > 25 tell board-b pin 3");
  time.advance(10 * second);
  const said = saidBy(a).join("\n");
  assert.match(
    said,
    /^rule\.1: board-b refuses pin 2: pin\.2 is not among what a peer may have this board do \(pair\.allow\)$/m,
  );
  assert.match(said, /^rule\.2: board-b refuses print open the window: print is not among /m);
  assert.doesNotMatch(said, /rule\.3: board-b refuses/);
  assert.match(a.ask("rules").join("\n"), /active, .*; board-b refuses: pin\.2 is not among/);
  time.advance(70 * second);
  assert.equal(
    saidBy(a)
      .join("\n")
      .match(/refuses pin 2/g)?.length,
    1,
    "it is said once",
  );
  assert.deepEqual(levels, []);
  assert.doesNotMatch(b.events.map(({ text }) => text).join("\n"), /open the window/);
});

test("a peer that is allowed to prints a line once, and again when the rule begins anew", () => {
  const boards = boardsWith({}, { "pair.allow": "print" });
  const { a, b, time } = boards;
  const air = PairedBoards.airOf(a);
  boards.pair();
  a.ask("on temperature > 25 tell board-b print open the  window");
  const printed = () => b.events.filter(({ text }) => text === "board-a: open the  window").length;
  air.pin(warm);
  time.advance(30 * second);
  assert.equal(printed(), 1);
  air.pin(cool);
  time.advance(5 * second);
  air.pin(warm);
  time.advance(5 * second);
  assert.equal(printed(), 2);
});

test("a peer that starts again is told again, and unpair ends what it does", () => {
  const boards = boardsWith({}, { "pair.allow": "pin" });
  const { a, b, time } = boards;
  PairedBoards.airOf(a).pin(warm);
  boards.pair();
  const levels = PairedBoards.levelsOf(b, 2);
  a.ask("on temperature > 25 tell board-b pin 2 low");
  time.advance(5 * second);
  assert.deepEqual(levels.slice(-1), [0]);
  b.crash("task watchdog");
  levels.length = 0;
  time.advance(60 * second);
  assert.deepEqual(levels.slice(-1), [0]);
  b.ask("unpair board-a");
  time.advance(3 * second);
  assert.deepEqual(levels.slice(-1), [1]);
  const said = b.events.filter(({ event }) => event === "over").at(-1)?.text;
  assert.equal(said, "board-a: the pair is over, pin 2 high");
});

test("a rule with a peer that there is not says so, and begins to work when it is paired", () => {
  const boards = boardsWith().powerOn();
  const { a, b, time } = boards;
  PairedBoards.airOf(b).pin(warm);
  a.ask("on board-b temperature > 25 print warm there");
  a.ask("on board-b temperature > 25 tell board-b print warm");
  assert.match(saidBy(a).join("\n"), /rule\.1: there is no peer board-b yet; pair makes one/);
  assert.match(a.ask("rules").join("\n"), /; there is no peer board-b\)/);
  const [, code = ""] =
    a
      .ask("pair")
      .join()
      .match(/pair ([\dA-Z-]+)/) ?? [];
  b.ask(`pair ${code}`);
  time.advance(30 * second);
  assert.match(saidBy(a).join("\n"), /rule\.1: board-b temperature 30 °C \(> 25\): warm there/);
});

test("a board that cannot be paired says so of a rule with a peer, and goes on with the others", () => {
  const given = { "rule.1": "board-b temperature > 25 print x" };
  const boards = boardsWith({ "mqtt.broker": "", ...given });
  const { a, time } = boards;
  PairedBoards.airOf(a).pin(warm);
  a.powerOn();
  a.ask("on temperature > 25 print warm here");
  const why =
    /needs a peer, and this board cannot be paired: there is no broker, or no cryptography/;
  assert.match(a.ask("on temperature > 25 tell board-b pin 2").join(), why);
  time.advance(20 * second);
  const said = saidBy(a).join("\n");
  assert.match(said, /rule\.1 needs a peer, and this board cannot be paired: .*; it is not used/);
  assert.match(said, /rule\.2: temperature 30 °C \(> 25\): warm here/);
  assert.match(
    a.ask("rules").join("\n"),
    /^1 .*\(not used: it needs a peer, and this board cannot be paired: .*\)$/m,
  );
});

test("a rule of a peer tells the broker whose value it was", () => {
  const boards = boardsWith();
  const { a, b, time, broker } = boards;
  PairedBoards.airOf(b).pin(warm);
  boards.pair();
  a.ask("on board-b temperature > 25 publish class/air");
  time.advance(11 * second);
  boards.powerOff(b);
  time.advance(160 * second);
  assert.deepEqual(broker.payloads("class/air"), [
    '{"rule":"rule.1","active":true,"peer":"board-b","temperature":30}',
    '{"rule":"rule.1","active":false,"peer":"board-b"}',
  ]);
});
