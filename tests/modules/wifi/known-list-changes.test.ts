// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { type WiFiBenchOptions, wifiBench } from "../../support/wifi-bench.ts";

const lab = { SSID: "lab", password: "right password" };
const attic = { SSID: "attic", password: "" };
const hidden = { SSID: "cellar", password: "under the stairs" };

function build(options: WiFiBenchOptions = {}) {
  const others = [
    { SSID: "attic", channel: 1, RSSI: -70 },
    { ...hidden, channel: 11, RSSI: -60, isHidden: true },
  ];
  return wifiBench({ others, ...options });
}

test("a board without a network joins the first that it is given, without a restart", () => {
  const { time, manager } = build({ networks: [] });
  assert.equal(manager.state.kind, "failed");
  manager.use([lab]);
  time.advance(10_000);
  assert.equal(manager.status().SSID, "lab");
});

test("a board that waits for its next try takes a new network at once, also a hidden one", () => {
  for (const network of [attic, hidden]) {
    const { time, manager, radio } = build({ networks: [{ SSID: "gone", password: "" }] });
    time.advance(120_000);
    while (manager.state.kind !== "waiting") time.advance(1_000);
    const asked = radio.length;
    manager.use([{ SSID: "gone", password: "" }, network]);
    assert.equal(manager.state.kind, "scanning");
    assert.ok(radio.length > asked);
    time.advance(120_000);
    assert.equal(manager.status().SSID, network.SSID);
  }
});

test("a network that is in use stays so when others come, go, or change places", () => {
  const { time, manager, calls, radio } = build();
  time.advance(10_000);
  const asked = radio.length;
  for (const networks of [[lab, attic], [attic, lab], [hidden, attic, lab], [lab]]) {
    manager.use(networks);
    time.advance(10_000);
    assert.equal(manager.status().SSID, "lab");
  }
  assert.equal(calls.length, 1);
  assert.equal(radio.length, asked);
});

test("a network that is taken away is left, and another one joined", () => {
  const { time, manager, calls } = build({ networks: [lab, attic] });
  time.advance(10_000);
  manager.use([attic]);
  assert.deepEqual(calls.slice(1), ["offline"]);
  time.advance(10_000);
  assert.equal(manager.status().SSID, "attic");
  assert.equal(calls.length, 3);
});

test("a network with another password is joined anew; the wrong one is told and mended", () => {
  const { time, manager, book } = build({ password: "wrong password" });
  time.advance(60_000);
  assert.match(book.text, /wrong password/);
  assert.notEqual(manager.state.kind, "online");
  manager.use([lab]);
  time.advance(10_000);
  assert.equal(manager.state.kind, "online");
  manager.use([{ ...lab, password: "other password" }]);
  time.advance(10_000);
  assert.equal(manager.status().lastReason, "password");
});

test("without any network the radio rests, until there is one again", () => {
  const { time, manager, radio, calls } = build();
  time.advance(10_000);
  manager.use([]);
  assert.deepEqual(manager.state, { kind: "failed", reason: "unset" });
  assert.equal(calls.at(-1), "offline");
  const asked = radio.length;
  time.advance(600_000);
  assert.equal(radio.length, asked);
  manager.use([attic]);
  time.advance(10_000);
  assert.equal(manager.status().SSID, "attic");
});

test("a radio that was switched off stays off, and knows the new list when it is switched on", () => {
  const { time, manager, radio } = build();
  time.advance(10_000);
  manager.stop();
  const asked = radio.length;
  for (const networks of [[attic], [], [attic]]) manager.use(networks);
  time.advance(60_000);
  assert.equal(manager.state.kind, "off");
  assert.equal(radio.length, asked);
  manager.start();
  time.advance(10_000);
  assert.equal(manager.status().SSID, "attic");
});

test("a change at any moment of a search or a join ends with the network that is known", () => {
  for (let at = 0; at <= 6_000; at += 250) {
    const { time, manager } = build();
    time.advance(at);
    manager.use([attic]);
    time.advance(90_000);
    assert.equal(manager.status().SSID, "attic", `after ${at} ms`);
  }
});
