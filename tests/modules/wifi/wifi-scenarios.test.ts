// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { seededRandom } from "../../support/random.ts";
import { wifiBench } from "../../support/wifi-bench.ts";

const minute = 60_000;
const right = "right password";
const two = [
  { SSID: "lab", password: right },
  { SSID: "attic", password: "up there" },
];
const attic = { SSID: "attic", password: "up there", channel: 11, RSSI: -60 };

test("a hidden network is joined although no scan shows it", () => {
  const cellar = { SSID: "cellar", password: "deep", channel: 3, RSSI: -60, isHidden: true };
  const networks = [{ SSID: "cellar", password: "deep" }];
  const { time, manager, book } = wifiBench({ networks, others: [cellar] });
  time.advance(10_000);
  assert.equal(manager.status().SSID, "cellar");
  assert.equal(book.text.includes("  cellar"), false);
});

test("a hidden network is joined when the one that shows has failed often", () => {
  const cellar = { SSID: "cellar", password: "deep", channel: 3, RSSI: -60, isHidden: true };
  const networks = [
    { SSID: "lab", password: right },
    { SSID: "cellar", password: "deep" },
  ];
  const { time, manager, lab } = wifiBench({ networks, others: [cellar] });
  lab.hasDHCP = false;
  time.advance(15 * minute);
  assert.equal(manager.status().SSID, "cellar");
});

test("the preferred network is joined when both are strong, the other one when it is much weaker", () => {
  const near = wifiBench({ networks: two, others: [attic] });
  near.time.advance(10_000);
  assert.equal(near.manager.status().SSID, "lab");
  const far = wifiBench({ networks: two, others: [attic] });
  far.lab.RSSI = -86;
  far.time.advance(10_000);
  assert.equal(far.manager.status().SSID, "attic");
});

test("a wrong password is told with the network's name, and the other network is joined at once", () => {
  const networks = [{ SSID: "lab", password: "wrong" }, ...two.slice(1)];
  const { time, manager, book } = wifiBench({ networks, others: [attic] });
  time.advance(15_000);
  assert.equal(manager.status().SSID, "attic");
  assert.match(
    book.text,
    /"lab": wrong password; check it in the settings; next try in [01]\.\d s/,
  );
});

test("a wrong password alone is tried at most twice a minute, and works once it is right", () => {
  const { time, lab, manager, timesOf } = wifiBench({ password: "wrong" });
  time.advance(30 * minute);
  const connects = timesOf("connect");
  assert.ok(connects.length >= 12 && connects.length <= 60, `${connects.length} attempts`);
  for (let i = 1; i < connects.length; i++) {
    assert.ok((connects[i] ?? 0) - (connects[i - 1] ?? 0) >= 30_000, `attempt ${i}`);
  }
  lab.password = "wrong";
  time.advance(2 * minute);
  assert.equal(manager.state.kind, "online");
  assert.equal(manager.status().lastReason, "password");
});

test("an access point that vanishes is lost, then not found, and found when it is back", () => {
  const { time, lab, manager, book } = wifiBench();
  time.advance(minute);
  lab.isUp = false;
  time.advance(10_000);
  assert.equal(manager.status().lastReason, "lost");
  time.advance(30_000);
  assert.equal(manager.status().lastReason, "not-found");
  assert.match(book.text, /warn connection lost; next try/);
  assert.match(book.text, /warn network not found; check its name and the distance/);
  lab.isUp = true;
  time.advance(2 * minute);
  const { state, reconnects, failures } = manager.status();
  assert.deepEqual(
    { state, reconnects, failures },
    { state: "online", reconnects: 1, failures: 0 },
  );
});

test("a silent DHCP server is another state and another reason than a network that is not there", () => {
  const { time, lab, manager } = wifiBench();
  lab.hasDHCP = false;
  time.advance(10_000);
  assert.deepEqual(manager.state, { kind: "getting-address", SSID: "lab" });
  time.advance(30_000);
  assert.equal(manager.status().lastReason, "no-address");
});

test("two networks that come and go in turn: the radio rests more and more, and one holds at last", () => {
  const { time, lab, named, manager, timesOf } = wifiBench({ networks: two, others: [attic] });
  const random = seededRandom(7);
  for (let round = 0; round < 60; round++) {
    lab.isUp = round % 2 === 0;
    named("attic").isUp = round % 2 === 1;
    time.advance(8_000 + random() * 8_000);
  }
  const { length } = timesOf("connect");
  assert.ok(length >= 15 && length <= 60, `${length} attempts in 12 minutes`);
  lab.isUp = true;
  time.advance(5 * minute);
  assert.equal(manager.state.kind, "online");
});

test("an access point that throws the board out at once is met with growing pauses", () => {
  const { time, lab, timesOf } = wifiBench();
  for (let seconds = 0; seconds < 3_600; seconds++) {
    if (lab.stations > 0) lab.kick();
    time.advance(1_000);
  }
  const { length } = timesOf("connect");
  assert.ok(length >= 40 && length <= 150, `${length} attempts in an hour`);
});

test("a board whose signal stays weak moves to the stronger network once, and stays", () => {
  const { time, lab, named, calls, manager } = wifiBench({ networks: two, others: [attic] });
  time.advance(minute);
  assert.equal(manager.status().SSID, "lab");
  lab.RSSI = -84;
  named("attic").RSSI = -55;
  time.advance(7 * minute);
  assert.equal(manager.status().SSID, "attic");
  assert.equal(manager.status().lastReason, "roaming");
  assert.equal(manager.status().failures, 0);
  time.advance(60 * minute);
  assert.deepEqual(calls.filter((call) => call === "offline").length, 1);
});

test("roaming goes to the stronger access point of the same network", () => {
  const upstairs = { SSID: "lab", password: right, channel: 11, RSSI: -90, seed: 9 };
  const { time, lab, accessPoints, manager } = wifiBench({ others: [upstairs] });
  time.advance(minute);
  assert.equal(manager.status().channel, 6);
  lab.RSSI = -84;
  const other = accessPoints.all[1];
  if (other) other.RSSI = -50;
  time.advance(7 * minute);
  assert.equal(manager.status().channel, 11);
});

test("between two networks that are both weak the board does not go back and forth", () => {
  const weak = { ...attic, RSSI: -82 };
  const { time, lab, calls, radio, timesOf } = wifiBench({ networks: two, others: [weak] });
  lab.RSSI = -80;
  time.advance(6 * 60 * minute);
  assert.ok(calls.filter((call) => call === "offline").length <= 2, calls.join());
  const scans = timesOf("scan");
  assert.ok(scans.length > 10 && scans.length <= 75, `${scans.length} scans in six hours`);
  assert.equal(radio.filter(({ call }) => call === "open").length, 1);
});

test("a late end of the old connection does not end the attempt that roaming has begun for good", () => {
  const { time, lab, named, manager } = wifiBench({
    networks: two,
    others: [attic],
    world: { lateDisconnect: 1_400 },
  });
  time.advance(minute);
  lab.RSSI = -84;
  named("attic").RSSI = -55;
  time.advance(8 * minute);
  assert.equal(manager.status().SSID, "attic");
});

test("the eighth failure in a row closes the interface and opens it again, and so does each further", () => {
  const { time, lab, radio, book, manager } = wifiBench();
  lab.isUp = false;
  time.advance(20 * minute);
  const { failures, resets } = manager.status();
  assert.ok(resets >= 2 && resets === Math.floor(failures / 8), `${resets} for ${failures}`);
  assert.equal(radio.filter(({ call }) => call === "close").length, resets);
  assert.match(book.text, /warn resetting the radio/);
  lab.isUp = true;
  time.advance(2 * minute);
  assert.equal(manager.state.kind, "online");
});

test("host name and fixed address are given to the interface again after a reset", () => {
  const configuration = { hostname: "board-1" };
  const { time, lab, configurations } = wifiBench({ configuration });
  lab.isUp = false;
  time.advance(20 * minute);
  assert.ok(configurations.length >= 3);
  for (const given of configurations) assert.deepEqual(given, configuration);
});

test("whoever is told that the network is gone may switch Wi-Fi off", () => {
  const stop = { call: () => {} };
  const bench = wifiBench({ owner: { online() {}, offline: () => stop.call() } });
  stop.call = () => bench.manager.stop();
  bench.time.advance(10_000);
  bench.lab.kick();
  bench.time.advance(10_000);
  assert.equal(bench.manager.state.kind, "off");
  assert.equal(bench.time.pending, 0);
});

test("the status is a plain object with what is known, for a payload", () => {
  const { time, manager } = wifiBench();
  time.advance(10_000);
  const { RSSI, uptime, ...rest } = manager.status();
  assert.ok(RSSI !== undefined && RSSI < -40 && RSSI > -60, `${RSSI} dBm`);
  assert.ok(uptime !== undefined && uptime > 5_000 && uptime < 8_000, `${uptime} ms`);
  assert.deepEqual(JSON.parse(JSON.stringify(rest)), {
    state: "online",
    SSID: "lab",
    channel: 6,
    address: "192.168.4.181",
    reconnects: 0,
    failures: 0,
    resets: 0,
  });
});
