// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { type WiFiBench, wifiBench } from "../../support/wifi-bench.ts";

const minute = 60_000;
const two = [
  { SSID: "lab", password: "right password" },
  { SSID: "attic", password: "up there" },
];
const attic = { SSID: "attic", password: "up there", channel: 11, RSSI: -60 };

/** Goes on for so many minutes, in which something is asked every half of one. */
function ask({ time, manager }: WiFiBench, minutes: number, isAnswered: () => boolean): void {
  for (let n = 0; n < 2 * minutes; n++) {
    time.advance(minute / 2);
    if (isAnswered()) manager.answered();
    else manager.unanswered();
  }
}

test("a network from which nothing comes back for five minutes is left for the next one", () => {
  const bench = wifiBench({ networks: two, others: [attic] });
  const { time, manager, book } = bench;
  const isAnswered = () => manager.status().SSID === "attic";
  ask(bench, 4, isAnswered);
  assert.equal(manager.status().SSID, "lab");
  ask(bench, 3, isAnswered);
  assert.equal(manager.status().SSID, "attic");
  assert.equal(manager.status().lastReason, "silent");
  assert.match(book.text, /warn "lab": nothing comes back from this network; check its router/);
  ask(bench, 60, isAnswered);
  assert.equal(manager.status().failures, 0);
  assert.equal(manager.status().reconnects, 1);
  time.advance(minute);
});

test("one that is silent alone is joined again and again, with resets of the radio and of the board", () => {
  const restarts: string[] = [];
  const system = { restart: (why: string) => restarts.push(why) };
  const bench = wifiBench({ reboot: { after: 20 * minute, system } });
  ask(bench, 45, () => false);
  const { resets, reconnects } = bench.manager.status();
  assert.ok(resets >= 1, `${resets} resets`);
  assert.ok(reconnects >= 5 && reconnects <= 10, `${reconnects} reconnects`);
  assert.equal(restarts.length, 1, restarts.join());
  assert.match(restarts[0] ?? "", /nothing comes back from this network/);
});

test("an answer now and then keeps a network, and what nobody asks is no silence", () => {
  const bench = wifiBench();
  let n = 0;
  ask(bench, 120, () => n++ % 9 === 8);
  bench.time.advance(6 * 60 * minute);
  const { reconnects, failures, state } = bench.manager.status();
  assert.deepEqual(
    { reconnects, failures, state },
    { reconnects: 0, failures: 0, state: "online" },
  );
});

test("a network that was silent has to show that it is not before its failures are forgotten", () => {
  const bench = wifiBench();
  ask(bench, 6, () => false);
  assert.equal(bench.manager.status().failures, 1);
  bench.time.advance(3 * minute);
  assert.equal(bench.manager.status().failures, 1);
  bench.manager.answered();
  bench.time.advance(minute);
  assert.equal(bench.manager.status().failures, 0);
});

test("without a network nothing is silent", () => {
  const { manager, time } = wifiBench();
  manager.stop();
  for (let n = 0; n < 20; n++) {
    time.advance(minute);
    manager.unanswered();
  }
  assert.equal(manager.state.kind, "off");
});
