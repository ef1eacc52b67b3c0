// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { CommandBench } from "../../../support/command-bench.ts";
import { Answers, PairingBench } from "../../../support/pairing-bench.ts";
import { quickCrypto } from "../../../support/pairing-bus.ts";
import { ScriptedBroker } from "../../../support/scripted-broker.ts";
import { testCrypto } from "../../../support/test-crypto.ts";
import { WholeBoard } from "../../../support/whole-board.ts";

const minute = 60_000;

test("pair shows a code, the other board types it, and both consoles say so", () => {
  const pairs = new PairingBench();
  const [a, b] = [pairs.a, pairs.b].map(({ board }) => new CommandBench({ pairing: board }));
  if (!a || !b) throw new Error("two boards");
  a.port.type("pair\n");
  assert.match(a.port.output, /making a code, and waiting for the other board; Ctrl-C ends that/);
  const [, code = ""] = a.port.output.match(/within 5 minutes: pair (\S+)/) ?? [];
  assert.match(code, /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  b.port.type(`pair ${code.toLowerCase()}\n`);
  pairs.run(10_000);
  assert.match(a.port.output, /paired with board-b/);
  assert.match(b.port.output, /looking for the board with that code[\s\S]*paired with board-a/);
  assert.equal(a.run("pairs"), "board-b  here");
  assert.match(a.run("stats"), /pairing exchanges 1, sent \d+, received \d+/);
  b.port.type("unpair board-a\n");
  pairs.run(minute);
  assert.equal(a.run("pairs"), "no peers; pair makes one");
});

test("ask has the peer answer, and says what it may not", () => {
  const pairs = new PairingBench();
  pairs.pair();
  pairs.b.pairing.use((_peer, line, onAnswer) => onAnswer(line === "status", `${line}: fine`));
  const a = new CommandBench({ pairing: pairs.a.board });
  a.port.type("ask board-b status\n");
  pairs.run(1_000);
  assert.match(a.port.output, /asking board-b[^a-z]*status: fine/);
  a.port.type("ask board-b reboot\n");
  pairs.run(1_000);
  assert.match(a.port.output, /error: reboot: fine/);
});

test("what cannot be done is told with what to do", () => {
  const pairs = new PairingBench();
  const a = new CommandBench({ pairing: pairs.a.board });
  const cases: [string, RegExp][] = [
    ["pair K7QF-2M9X-PD42", /^error: the code is mistyped/],
    ["pair K7QF", /^error: a code has 12 letters, such as K7QF-2M9X-PD41$/],
    ["pairs now", /^error: "now" is too much; usage: pairs$/],
    ["unpair", /^error: unpair needs the name of a peer; usage: unpair NAME$/],
    ["unpair hall", /^error: there is no peer "hall"; pair makes one$/],
    ["ask hall", /^error: ask needs the name of a peer and a command; usage: ask NAME COMMAND$/],
    ["ask hall status", /^error: there is no peer "hall"; pair makes one$/],
  ];
  for (const [line, answer] of cases) assert.match(a.run(line), answer, line);
  const without = new CommandBench();
  assert.match(
    without.run("pair"),
    /^error: this board cannot be paired: this build has no crypto/,
  );
  const offline = new CommandBench({ offline: true });
  assert.match(
    offline.run("pairs"),
    /^error: this board cannot be paired: mqtt.broker is not set$/,
  );
});

test("Ctrl-C ends an offer: its code is good for nothing then", () => {
  const pairs = new PairingBench();
  const a = new CommandBench({ pairing: pairs.a.board });
  a.port.type("pair\n");
  const [, code = ""] = a.port.output.match(/minutes: pair (\S+)/) ?? [];
  a.port.type("\x03");
  const answers = new Answers();
  pairs.b.pairing.join(code, answers);
  pairs.run(2 * minute);
  assert.match(answers.texts.join(), /failed: nobody came in time/);
});

test("two boards make a pair with a code from elsewhere, which one offers and the other joins", () => {
  const pairs = new PairingBench();
  const [a, b] = [pairs.a, pairs.b].map(({ board }) => new CommandBench({ pairing: board }));
  if (!a || !b) throw new Error("two boards");
  a.port.type("pair offer k7qf-2m9x pd41\n");
  assert.match(a.port.output, /waiting for the other board/);
  b.port.type("pair K7QF-2M9X-PD41\n");
  pairs.run(10_000);
  assert.match(a.port.output, /paired with board-b/);
  assert.match(b.port.output, /paired with board-a/);
  const peers = pairs.a.pairing.peers.map(({ name, isHere }) => [name, isHere]);
  assert.deepEqual(peers, [["board-b", true]]);
});

test("a code from elsewhere is offered for a minute, and pair stop ends that before", () => {
  const pairs = new PairingBench();
  const a = new CommandBench({ pairing: pairs.a.board });
  a.port.type("pair offer K7QF-2M9X-PD42\n");
  assert.match(a.port.output, /the code is mistyped/);
  a.port.type("pair offer K7QF-2M9X-PD41\n");
  pairs.run(minute - 1_000);
  assert.doesNotMatch(a.port.output, /nobody came in time/);
  pairs.run(2_000);
  assert.match(a.port.output, /nobody came in time/);
  const replies: string[] = [];
  const owner = { replied: () => {}, ended: (_: unknown, why = "") => void replies.push(why) };
  a.commander.run("pair offer K7QF-2M9X-PD41", owner);
  assert.equal(a.run("pair stop"), "no other board is waited for");
  assert.deepEqual(replies, ["the pair was not made: pair stop was asked for"]);
  assert.match(a.run("pair stop now"), /^error: "now" is too much/);
  const answers = new Answers();
  pairs.b.pairing.join("K7QF-2M9X-PD41", answers);
  pairs.run(2 * minute);
  assert.match(answers.texts.join(), /failed: nobody came in time/);
});

test("pairing is for the board's own console, and a factory reset forgets the peers", () => {
  const board = new WholeBoard(
    { "mqtt.broker": "mqtt://broker.example", "remote.commands": "on" },
    {},
    quickCrypto(testCrypto()),
  );
  const broker = new ScriptedBroker(board.network);
  board.powerOn();
  board.time.advance(20_000);
  const lines = ["pair", "pairs", "unpair hall", "ask hall status", "set pair.allow js"];
  for (const payload of lines) {
    broker.publish("airpair/airpair-000001/command", { payload, QoS: 1 });
    board.time.advance(1_000);
    const reply = broker.payloads("airpair/airpair-000001/reply").at(-1) ?? "";
    assert.match(
      reply,
      /"ok":false,"text":"[^"]* (is for the board's own console only|is changed on the board's own console only|needs remote.pair to be on)"/,
    );
  }
  assert.match(board.ask("pair").join(), /within 5 minutes: pair /);
  assert.equal(board.ask("pairs").join(), "no peers; pair makes one");
});
