// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { AccessPoint } from "../../../hosts/virtual/access-point.ts";
import { LastNetwork } from "../../../modules/wifi/last-network.ts";
import { LogBook } from "../../support/log-book.ts";
import { MemoryKeyValue } from "../../support/memory-key-value.ts";
import { type WiFiBench, wifiBench } from "../../support/wifi-bench.ts";

const minute = 60_000;
/** The name of the board's network, without its protection, and stronger. */
const twin = { SSID: "lab", channel: 11, RSSI: -30, seed: 9 };

function imitationIn({ accessPoints }: WiFiBench): AccessPoint {
  const found = accessPoints.all.find(({ channel }) => channel === twin.channel);
  if (!found) throw new Error("there is no imitation");
  return found;
}

/** Whether the board was ever told online through the access point on channel 11. */
function isFooled({ time, manager, calls }: WiFiBench, minutes: number): boolean {
  for (let second = 0; second < 60 * minutes; second++) {
    time.advance(1_000);
    const { state, channel } = manager.status();
    if (state === "online" && channel === 11) return true;
  }
  return calls.some((call) => call.startsWith("online 10.6.6"));
}

for (const joinsUnprotected of [false, true]) {
  const radio = joinsUnprotected ? "a radio that joins anything" : "a radio like that of ESP-IDF";

  test(`a network without protection under the name of ours is not joined: ${radio}`, () => {
    const others = [{ ...twin, subnet: "10.6.6" }];
    const bench = wifiBench({ others, world: { joinsUnprotected } });
    bench.lab.isUp = false;
    assert.equal(isFooled(bench, 10), false);
    assert.match(
      bench.book.text,
      /warn "lab" without protection on channel 11 \(-\d+ dBm\): left alone/,
    );
    // A person is told once, not at each scan.
    assert.equal(bench.book.text.match(/without protection on channel/g)?.length, 1);
    bench.lab.isUp = true;
    imitationIn(bench).isUp = false;
    bench.time.advance(3 * minute);
    assert.equal(bench.manager.status().state, "online");
  });

  test(`neither is it on the channel where ours was, nor as a hidden one: ${radio}`, () => {
    const store = new MemoryKeyValue();
    new LastNetwork(store, new LogBook().log).held("lab", 11, 0);
    const others = [{ ...twin, isHidden: true, subnet: "10.6.6" }];
    const bench = wifiBench({ others, store, world: { joinsUnprotected } });
    bench.lab.isUp = false;
    assert.equal(isFooled(bench, 10), false);
  });
}

test("beside an imitation the true network is joined by a radio like that of ESP-IDF", () => {
  const bench = wifiBench({ others: [twin] });
  assert.equal(isFooled(bench, 1), false);
  assert.equal(bench.manager.status().channel, 6);
});

test("a weak signal does not lead to an imitation", () => {
  const bench = wifiBench({ others: [twin], world: { joinsUnprotected: true } });
  const imitation = imitationIn(bench);
  imitation.isUp = false;
  bench.time.advance(minute);
  bench.lab.RSSI = -84;
  imitation.isUp = true;
  assert.equal(isFooled(bench, 15), false);
});

test("whoever wants the open network sets it without a password", () => {
  const networks = [{ SSID: "lab", password: "" }];
  const bench = wifiBench({ networks, others: [twin] });
  assert.equal(isFooled(bench, 1), true);
});
