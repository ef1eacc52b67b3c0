// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { seededRandom } from "../../support/random.ts";
import { type WiFiBenchOptions, wifiBench } from "../../support/wifi-bench.ts";

function build(options: WiFiBenchOptions = {}) {
  return wifiBench({ others: [{ SSID: "other", channel: 1, RSSI: -70 }], ...options });
}

const address = "192.168.4.181";

test("the networks in range are listed, strongest first, and the right one is joined", () => {
  const { time, book, calls, manager } = build();
  time.advance(10_000);
  assert.deepEqual(calls, [`online ${address}`]);
  assert.deepEqual(manager.state, { kind: "online", SSID: "lab", address });
  const found = book.lines.filter(({ event }) => event === "found").map(({ data }) => data?.SSID);
  assert.deepEqual(found, ["lab", "other"]);
  assert.match(book.text, /connected to "lab" \(-\d+ dBm\), address 192\.168\.4\.181/);
});

test("a wrong password is said plainly, tried again slowly, and the right one works later", () => {
  const { time, lab, book, timesOf, manager } = build({ password: "wrong password" });
  time.advance(600_000);
  assert.match(book.text, /wrong password; check it in the settings; next try in/);
  const connects = timesOf("connect");
  assert.ok(connects.length >= 4 && connects.length <= 19, `${connects.length} attempts`);
  lab.password = "wrong password";
  time.advance(120_000);
  assert.equal(manager.state.kind, "online");
  assert.equal(book.text.includes("right password"), false);
});

test("a network that is not there is tried again with growing pauses, for ever", () => {
  const { time, lab, book, timesOf, manager } = build();
  lab.isUp = false;
  time.advance(3_600_000);
  assert.match(book.text, /network not found; check its name/);
  const connects = timesOf("connect");
  assert.ok(
    connects.length > 60 && connects.length < 600,
    `${connects.length} attempts in an hour`,
  );
  lab.isUp = true;
  time.advance(90_000);
  assert.equal(manager.state.kind, "online");
});

test("an access point that vanishes and comes back is noticed both times", () => {
  const { time, lab, calls } = build();
  time.advance(10_000);
  lab.isUp = false;
  time.advance(10_000);
  assert.deepEqual(calls, [`online ${address}`, "offline"]);
  time.advance(60_000);
  lab.isUp = true;
  time.advance(120_000);
  assert.deepEqual(calls, [`online ${address}`, "offline", `online ${address}`]);
});

test("a silent DHCP server is given up after half a minute and tried again", () => {
  const { time, lab, book, manager } = build();
  lab.hasDHCP = false;
  time.advance(40_000);
  assert.match(book.text, /no address from the access point \(DHCP\)/);
  lab.hasDHCP = true;
  time.advance(60_000);
  assert.equal(manager.state.kind, "online");
});

test("an address that changes without an event is noticed by looking", () => {
  const { time, lab, calls } = build();
  time.advance(10_000);
  lab.renumber("10.0.0");
  time.advance(3_000);
  assert.deepEqual(calls, [`online ${address}`, "online 10.0.0.181"]);
});

test("a late disconnect of an old attempt does not end in a dead manager", () => {
  const { time, lab, manager } = build({ world: { lateDisconnect: 800, eventDelay: 300 } });
  for (let round = 0; round < 5; round++) {
    time.advance(20_000);
    lab.kick();
  }
  time.advance(120_000);
  assert.equal(manager.state.kind, "online");
});

test("a closed manager leaves no timer and calls nobody", () => {
  const { time, lab, calls, manager } = build();
  time.advance(10_000);
  manager.close();
  lab.kick();
  time.advance(60_000);
  assert.deepEqual(calls, [`online ${address}`]);
  assert.equal(time.pending, 0);
});

test("whatever the network does, the radio is never asked in a tight loop, and it comes back", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const { time, lab, timesOf, manager } = build({ seed, world: { eventDelay: seed * 40 } });
    const random = seededRandom(seed);
    for (let step = 0; step < 40; step++) {
      const dice = random();
      if (dice < 0.2) lab.isUp = !lab.isUp;
      else if (dice < 0.35) lab.kick();
      else if (dice < 0.5) lab.hasDHCP = !lab.hasDHCP;
      else if (dice < 0.6) lab.renumber(`10.0.${step}`);
      else if (dice < 0.7) lab.password = dice < 0.65 ? "another one" : "right password";
      time.advance(random() * 30_000);
    }
    const connects = timesOf("connect");
    const gaps = connects.slice(1).map((at, i) => at - (connects[i] ?? 0));
    assert.ok(Math.min(...gaps) >= 500, `seed ${seed}: a gap of ${Math.min(...gaps)} ms`);
    Object.assign(lab, { isUp: true, hasDHCP: true, password: "right password" });
    time.advance(300_000);
    assert.equal(manager.state.kind, "online", `seed ${seed}`);
  }
});
