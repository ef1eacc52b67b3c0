// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { WiFi, WiFiConnectOptions } from "../../../modules/ecma-419/wifi.ts";
import { LastNetwork } from "../../../modules/wifi/last-network.ts";
import { FakeTime } from "../../support/fake-time.ts";
import { LogBook } from "../../support/log-book.ts";
import { MemoryKeyValue } from "../../support/memory-key-value.ts";
import { type WiFiBenchOptions, wifiBench } from "../../support/wifi-bench.ts";

const hour = 3_600_000;
const log = () => {};

/** A bench whose board was on a network before, when one is given as it is stored. */
function build(stored?: string, options: WiFiBenchOptions = {}) {
  const store = new MemoryKeyValue();
  if (stored !== undefined) store.write("joined", new TextEncoder().encode(stored));
  const bench = wifiBench({ store, ...options });
  const events = () =>
    bench.radio.map(({ call }) => call).filter((call) => /^[sc]on|^scan/.test(call));
  return { ...bench, store, events };
}

test("a known network is joined on its stored channel first, without a scan and within two seconds", () => {
  const { time, events, manager, book } = build("6 lab");
  time.advance(2_000);
  assert.equal(manager.state.kind, "online");
  assert.deepEqual(events(), ["connect lab on 6"]);
  assert.match(book.text, /connecting to "lab" on channel 6, where it was/);
});

test("an access point that has moved to another channel is found by the scan after a short attempt", () => {
  const { time, events, manager, timesOf, book } = build("11 lab");
  time.advance(10_000);
  assert.equal(manager.state.kind, "online");
  assert.deepEqual(events(), ["connect lab on 11", "scan", "connect lab"]);
  assert.ok((timesOf("scan")[0] ?? 0) <= 2_500, `scan after ${timesOf("scan")[0]} ms`);
  assert.match(book.text, /"lab" not joined on channel 11; scanning in [01]\.\d s/);
});

test("a radio that never answers on the stored channel is asked to scan after five seconds", () => {
  const asked: string[] = [];
  const time = new FakeTime();
  const store = new MemoryKeyValue();
  store.write("joined", new TextEncoder().encode("6 lab"));
  class Silent implements WiFi {
    connection = 200;
    readonly address = undefined;
    readonly MAC = undefined;
    readonly SSID = undefined;
    readonly RSSI = undefined;
    scan(): void {
      asked.push(`scan at ${time.ticks()}`);
    }
    connect({ channel }: WiFiConnectOptions): void {
      asked.push(`connect on ${channel} at ${time.ticks()}`);
      this.connection = 300;
    }
    disconnect(): void {
      this.connection = 200;
    }
    configure(): void {}
    close(): void {}
  }
  const { manager } = wifiBench({ store, wifi: { io: Silent }, clock: time, timers: time });
  time.advance(7_000);
  assert.equal(asked[0], "connect on 6 at 0");
  assert.match(asked[1] ?? "", /^scan at [56]\d\d\d$/);
  assert.equal(manager.state.kind, "scanning");
});

test("the board scans when nothing is stored, or something damaged, or another network", () => {
  const texts = [
    undefined,
    "",
    "6",
    "lab",
    "0 lab",
    "14 lab",
    "6.5 lab",
    " lab",
    "x lab",
    "6 attic",
  ];
  for (const stored of texts) {
    const { time, events } = build(stored);
    time.advance(10_000);
    assert.deepEqual(events(), ["scan", "connect lab"], `${stored}`);
  }
});

test("a network that is not the preferred one is left to the scan, as the preferred may be back", () => {
  const { time, events } = build("1 attic", {
    networks: [
      { SSID: "lab", password: "right password" },
      { SSID: "attic", password: "" },
    ],
    others: [{ SSID: "attic", channel: 1, RSSI: -50 }],
  });
  time.advance(10_000);
  assert.deepEqual(events(), ["scan", "connect lab"]);
});

test("a hidden network is joined on its stored channel too", () => {
  const { time, events, manager } = build("11 cellar", {
    networks: [{ SSID: "cellar", password: "deep" }],
    others: [{ SSID: "cellar", password: "deep", channel: 11, RSSI: -60, isHidden: true }],
  });
  time.advance(2_000);
  assert.equal(manager.state.kind, "online");
  assert.deepEqual(events(), ["connect cellar on 11"]);
});

test("a lost connection leads to a scan, and only a start to the stored channel", () => {
  const { time, events, lab, manager } = build("6 lab");
  time.advance(10_000);
  lab.kick();
  time.advance(20_000);
  assert.deepEqual(events(), ["connect lab on 6", "scan", "connect lab"]);
  manager.stop();
  time.advance(1_000);
  manager.start();
  time.advance(5_000);
  assert.equal(events().at(-1), "connect lab on 6");
  assert.equal(manager.state.kind, "online");
});

test("a wrong password is found out by the scan's attempt, and the stored channel is not to blame", () => {
  const { time, events, lab, book } = build("6 lab");
  lab.password = "changed";
  time.advance(10_000);
  assert.deepEqual(events().slice(0, 3), ["connect lab on 6", "scan", "connect lab"]);
  assert.match(book.text, /wrong password; check it in the settings/);
});

test("the channel is stored after the connection has held, and again only when it has changed", () => {
  const { time, store } = build();
  time.advance(20_000);
  assert.equal(store.writes, 0);
  time.advance(40_000);
  assert.equal(store.writes, 1);
  assert.equal(new TextDecoder().decode(store.read("joined")), "6 lab");
  time.advance(24 * hour);
  assert.equal(store.writes, 1);
  assert.equal(new LastNetwork(store, log).channelOf("lab"), 6);
});

test("a network that moves all the time is written once an hour", () => {
  const store = new MemoryKeyValue();
  const last = new LastNetwork(store, log);
  for (let minute = 0; minute < 24 * 60; minute++)
    last.held("lab", 1 + (minute % 2), minute * 60_000);
  assert.ok(store.writes <= 24, `${store.writes} writes`);
});

test("a broken store is reported once, and the board gets online as without one", () => {
  const store = new MemoryKeyValue();
  const book = new LogBook();
  store.failAt = 0;
  const last = new LastNetwork(store, book.log);
  for (let n = 0; n < 100; n++) last.held("lab", 6, n * hour);
  assert.equal(book.lines.length, 1);
  assert.match(book.text, /the channel of the network cannot be remembered: store is broken/);
  const { time, manager } = wifiBench({ store });
  time.advance(60_000);
  assert.equal(manager.state.kind, "online");
});
