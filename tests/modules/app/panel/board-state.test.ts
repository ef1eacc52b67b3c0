// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { BoardState } from "../../../../modules/app/panel/board-state.ts";
import type { SessionState } from "../../../../modules/mqtt/session.ts";
import type { WiFiState } from "../../../../modules/wifi/wifi-state.ts";
import { FakeTime } from "../../../support/fake-time.ts";

const joined: WiFiState = { kind: "online", SSID: "Home", address: "192.168.4.2" };
const connected = { kind: "online" } as SessionState;
const connecting = { kind: "connecting" } as SessionState;

function build({ hasSession = true, isSafe = false } = {}) {
  const time = new FakeTime();
  const wifi: { state: WiFiState } = { state: { kind: "scanning" } };
  const session: { state: SessionState } = { state: { kind: "idle" } };
  const state = new BoardState({
    clock: time,
    wifi,
    session: hasSession ? session : undefined,
    isSafe,
  });
  return { time, wifi, session, state };
}

test("a board joins until both its network and its broker have it", () => {
  const { wifi, session, state } = build();
  assert.equal(state.pattern, "quick");
  wifi.state = joined;
  session.state = connecting;
  assert.equal(state.pattern, "quick");
  session.state = connected;
  assert.equal(state.pattern, "on");
});

test("a board without a broker is online with its network", () => {
  const { wifi, state } = build({ hasSession: false });
  wifi.state = joined;
  assert.equal(state.pattern, "on");
});

test("a board that is not online for a minute has a fault, until it is again", () => {
  const { time, wifi, session, state } = build();
  time.advance(59_000);
  assert.equal(state.pattern, "quick");
  time.advance(1_000);
  assert.equal(state.pattern, "slow");
  wifi.state = joined;
  session.state = connected;
  assert.equal(state.pattern, "on");
  session.state = connecting;
  time.advance(59_000);
  assert.equal(state.pattern, "quick");
  time.advance(1_000);
  assert.equal(state.pattern, "slow");
});

test("a board without a network to join, or in safe mode, has a fault at once", () => {
  const unset = build();
  unset.wifi.state = { kind: "failed", reason: "unset" };
  assert.equal(unset.state.pattern, "slow");
  const safe = build({ isSafe: true });
  safe.wifi.state = joined;
  safe.session.state = connected;
  assert.equal(safe.state.pattern, "slow");
});

test("an LED is off while Wi-Fi is, and joining begins when that is over", () => {
  const { time, wifi, state } = build();
  wifi.state = { kind: "off" };
  time.advance(300_000);
  assert.equal(state.pattern, "off");
  wifi.state = { kind: "scanning" };
  assert.equal(state.pattern, "quick");
});
