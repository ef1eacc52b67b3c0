// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { PairingBench, type PairingEnd } from "../../support/pairing-bench.ts";
import { seededRandom } from "../../support/random.ts";

const second = 1_000;
const minute = 60 * second;

/** Notes what peers tell a board, as `NUMBER TASK on`; `why`: why it does not do it. */
function obeyAt(end: PairingEnd, why?: string): string[] {
  const told: string[] = [];
  end.pairing.useDoer({
    obey(peer, { number, task }, isOn) {
      told.push(`${peer} ${number} ${task} ${isOn ? "on" : "off"}`);
      return why;
    },
    close: () => {},
  });
  return told;
}

/** A pair, of which board-b is told by board-a. */
function toldPair(why?: string) {
  const bench = new PairingBench();
  bench.pair();
  const told = obeyAt(bench.b, why);
  const { orders } = bench.a.pairing;
  const order = { number: 1, peer: "board-b", task: "pin 2" };
  return { bench, told, orders, order };
}

test("a peer is told that nothing is to be done, then that it is, again while it holds, and that it is over", () => {
  const { bench, told, orders, order } = toldPair();
  orders.give(order);
  bench.run(second);
  assert.deepEqual(told.splice(0), ["board-a 1 pin 2 off"]);
  assert.equal(orders.textOf(1), "board-b is ready");
  orders.change(1, true);
  bench.run(second);
  assert.deepEqual(told.splice(0), ["board-a 1 pin 2 on"]);
  assert.equal(orders.textOf(1), "board-b does it");
  bench.run(minute);
  assert.ok(told.length >= 5 && told.length <= 6, `${told.length} times in a minute`);
  told.length = 0;
  orders.change(1, false);
  bench.run(second);
  assert.deepEqual(told.splice(0), ["board-a 1 pin 2 off"]);
  orders.change(1, true);
  bench.run(second);
  orders.withdraw(1);
  bench.run(5 * minute);
  assert.deepEqual(told, ["board-a 1 pin 2 on", "board-a 1 pin 2 off"]);
  assert.equal(orders.textOf(1), undefined);
});

test("an order is told until it is answered, ever more seldom, whatever is lost", () => {
  const { bench, told, orders, order } = toldPair();
  bench.bus.fate = ({ from }) => (from === "board-a" ? [] : [1]);
  orders.give(order);
  orders.change(1, true);
  bench.run(2 * minute);
  assert.deepEqual(told, []);
  assert.equal(orders.textOf(1), "board-b has not answered yet");
  bench.bus.fate = () => [1];
  bench.run(minute);
  assert.equal(told[0], "board-a 1 pin 2 on");
  assert.equal(orders.textOf(1), "board-b does it");
  bench.bus.fate = ({ from }) => (from === "board-b" ? [] : [1]);
  orders.change(1, false);
  told.length = 0;
  bench.run(2 * minute);
  assert.ok(told.length >= 4 && told.length <= 6, `${told.length} times without an answer`);
  assert.ok(told.every((each) => each === "board-a 1 pin 2 off"));
});

test("an order that is overtaken or was held back is not carried out", () => {
  const { bench, told, orders, order } = toldPair();
  orders.give(order);
  bench.run(second);
  told.length = 0;
  bench.bus.fate = () => [3 * second];
  orders.change(1, true);
  bench.run(100);
  bench.bus.fate = () => [1];
  orders.change(1, false);
  bench.run(4 * second);
  assert.deepEqual(told, ["board-a 1 pin 2 off"]);
  told.length = 0;
  bench.bus.fate = () => [40 * second];
  orders.change(1, true);
  bench.run(100);
  bench.bus.fate = () => [];
  bench.run(50 * second);
  assert.deepEqual(told, []);
});

test("what was played back or forged is no order", () => {
  const { bench, told, orders, order } = toldPair();
  const before = bench.bus.recording.length;
  orders.give(order);
  orders.change(1, true);
  bench.run(second);
  orders.change(1, false);
  bench.run(second);
  told.length = 0;
  const records = bench.bus.recording.slice(before);
  assert.ok(records.length >= 4);
  const random = seededRandom(3);
  for (const { topic, payload } of records) {
    bench.bus.inject(topic, payload);
    const changed = payload.slice();
    const at = 13 + Math.floor(random() * (payload.length - 13));
    changed[at] = (changed[at] as number) ^ 1;
    bench.bus.inject(topic, changed);
  }
  bench.run(second);
  assert.deepEqual(told, []);
});

test("why a peer does nothing is told once for each begin, and again when it is another reason", () => {
  const { bench, orders, order } = toldPair("not allowed");
  const refused: string[] = [];
  bench.a.pairing.follow({
    onPeerReading: () => {},
    onPeerRefused: ({ number, peer, task }, why) =>
      refused.push(`${number} ${peer} ${task}: ${why}`),
  });
  orders.give(order);
  bench.run(second);
  assert.deepEqual(refused, [], "nothing is to be done yet");
  orders.change(1, true);
  bench.run(5 * minute);
  assert.deepEqual(refused, ["1 board-b pin 2: not allowed"]);
  assert.equal(orders.textOf(1), "board-b refuses: not allowed");
  obeyAt(bench.b, "the pin is broken");
  bench.run(2 * minute);
  assert.deepEqual(refused.slice(1), ["1 board-b pin 2: the pin is broken"]);
  obeyAt(bench.b);
  bench.run(2 * minute);
  assert.equal(orders.textOf(1), "board-b does it");
});

test("a board that does nothing for its peers says so", () => {
  const bench = new PairingBench();
  bench.pair();
  const { orders } = bench.a.pairing;
  orders.give({ number: 1, peer: "board-b", task: "pin 2" });
  orders.change(1, true);
  bench.run(second);
  assert.equal(orders.textOf(1), "board-b refuses: this board does nothing for its peers");
});

test("for a peer that is away an order waits, and it is told of the state of then", () => {
  const { bench, orders, order } = toldPair();
  bench.b.powerOff();
  bench.run(5 * minute);
  orders.give(order);
  orders.change(1, true);
  bench.run(minute);
  assert.equal(orders.textOf(1), "board-b is away");
  bench.b.powerOn();
  const told = obeyAt(bench.b);
  bench.run(minute);
  assert.equal(told[0], "board-a 1 pin 2 on");
  orders.give({ number: 2, peer: "hall", task: "pin 2" });
  assert.equal(orders.textOf(2), "there is no peer hall");
});

test("eight orders that change at once are all carried out, and a flood of them is not", () => {
  const { bench, told, orders } = toldPair();
  for (let number = 1; number <= 8; number++) {
    orders.give({ number, peer: "board-b", task: `pin ${number}` });
  }
  bench.run(2 * second);
  told.length = 0;
  for (let number = 1; number <= 8; number++) orders.change(number, true);
  bench.run(second);
  assert.equal(told.filter((each) => each.endsWith("on")).length, 8);
  bench.run(10 * second);
  told.length = 0;
  for (let i = 0; i < 100; i++) {
    orders.give({ number: 1, peer: "board-b", task: "pin 2" });
    bench.run(5);
  }
  assert.ok(told.length <= 32, `${told.length} orders in half a second`);
  assert.ok(bench.b.pairing.counters.limited > 0);
});

test("without an order nothing runs for them, and after the end of pairing neither", () => {
  const { bench, orders, order } = toldPair();
  const before = bench.time.pending;
  orders.give(order);
  assert.equal(bench.time.pending, before + 1);
  bench.run(second);
  bench.a.pairing.close();
  bench.b.pairing.close();
  bench.run(second);
  assert.equal(bench.time.pending, 0);
});
