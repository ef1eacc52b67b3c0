// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  nextWiFiState,
  type WiFiEvent,
  type WiFiState,
  whyNoScan,
} from "../../../modules/wifi/wifi-state.ts";

const SSID = "lab";
const address = "192.168.4.20";

const states: readonly WiFiState[] = [
  { kind: "off" },
  { kind: "scanning" },
  { kind: "connecting", SSID },
  { kind: "getting-address", SSID },
  { kind: "online", SSID, address },
  { kind: "waiting", reason: "lost" },
  { kind: "failed", reason: "unset" },
];

const events: readonly WiFiEvent[] = [
  { kind: "start" },
  { kind: "choose", SSID },
  { kind: "joined" },
  { kind: "address", address },
  { kind: "address-lost" },
  { kind: "failed", reason: "radio" },
  { kind: "give-up", reason: "unset" },
  { kind: "stop" },
  { kind: "search" },
];

/** Where each event leads from each state; "-": nowhere. Columns as `events`. */
const table: Readonly<Record<WiFiState["kind"], string>> = {
  off: "scanning - - - - - failed - -",
  scanning: "- connecting - - - waiting failed off -",
  connecting: "- - getting-address online - waiting failed off scanning",
  "getting-address": "- - - online - waiting failed off scanning",
  online: "- - - - getting-address waiting failed off scanning",
  waiting: "scanning connecting - - - - failed off scanning",
  failed: "scanning - - - - - failed off -",
};

test("every event leads from every state where the table says, and nowhere else", () => {
  for (const state of states) {
    const row = table[state.kind].split(" ");
    for (const [index, event] of events.entries()) {
      const next = nextWiFiState(state, event);
      const expected = row[index] ?? "";
      if (expected === "-") assert.equal(next, state, `${event.kind} when ${state.kind}`);
      else assert.equal(next.kind, expected, `${event.kind} when ${state.kind}`);
    }
  }
});

test("a network keeps its name on the way to its address and when it loses it", () => {
  let state: WiFiState = { kind: "scanning" };
  const way: WiFiEvent[] = [
    { kind: "choose", SSID: "attic" },
    { kind: "joined" },
    { kind: "address", address },
    { kind: "address-lost" },
  ];
  for (const event of way) {
    state = nextWiFiState(state, event);
    assert.equal("SSID" in state ? state.SSID : undefined, "attic", event.kind);
  }
});

test("another address is a new state, the same one is not", () => {
  const state: WiFiState = { kind: "online", SSID, address };
  assert.equal(nextWiFiState(state, { kind: "address", address }), state);
  const other = nextWiFiState(state, { kind: "address", address: "10.0.0.2" });
  assert.deepEqual(other, { kind: "online", SSID, address: "10.0.0.2" });
});

test("a user's scan is refused while the radio is off or joins", () => {
  const refused = states.filter((state) => whyNoScan(state) !== undefined).map(({ kind }) => kind);
  assert.deepEqual(refused, ["off", "connecting", "getting-address"]);
});
