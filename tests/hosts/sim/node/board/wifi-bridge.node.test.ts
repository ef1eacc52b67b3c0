// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { type BridgedWiFi, WiFiBridge } from "../../../../../hosts/sim/node/board/wifi-bridge.ts";
import { operations, type WiFiStatus } from "../../../../../hosts/sim/protocol.ts";
import { FakeTime } from "../../../../support/fake-time.ts";

/** A bridge over radios that refuse to scan and to connect. */
function build() {
  const sent: { operation: number; status: WiFiStatus | undefined }[] = [];
  const radios: { closed: number }[] = [];
  const open = (): BridgedWiFi => {
    const radio = { closed: 0 };
    radios.push(radio);
    const refuse = () => {
      throw new Error("not now");
    };
    return {
      ...{ connection: 200, address: undefined, MAC: "02AA", SSID: undefined, RSSI: undefined },
      scan: refuse,
      connect: refuse,
      disconnect: () => {},
      configure: () => {},
      close: () => radio.closed++,
    };
  };
  const bridge = new WiFiBridge({
    open,
    clock: new FakeTime() as never,
    send: (operation, payload) => {
      const text = new TextDecoder().decode(payload);
      sent.push({ operation, status: text === "" ? undefined : JSON.parse(text) });
    },
  });
  const say = (operation: number, value: unknown = {}) => {
    bridge.onFrame(operation, new TextEncoder().encode(JSON.stringify(value)));
  };
  return { sent, radios, say };
}

test("a radio that refuses ends a scan without results and begins no attempt; Node goes on", () => {
  const { sent, say } = build();
  say(operations.wifiScan);
  assert.equal(sent.filter(({ operation }) => operation === operations.wifiScanned).length, 1);
  say(operations.wifiConnect, { SSID: "lab" });
  assert.equal(sent.filter(({ operation }) => operation === operations.wifiScanned).length, 1);
  assert.equal(sent.at(-1)?.status?.connection ?? 200, 200);
});

test("an interface that is opened again starts from nothing and tells its status", () => {
  const { sent, radios, say } = build();
  say(operations.wifiOpen);
  say(operations.wifiOpen);
  assert.deepEqual(
    radios.map(({ closed }) => closed),
    [1, 1, 0],
  );
  const told = sent.filter(({ operation }) => operation === operations.wifiStatus);
  assert.deepEqual(
    told.map(({ status }) => status?.MAC),
    ["02AA", "02AA"],
  );
});
