// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type * as AccessPointModule from "../../../hosts/esp32/access-point.ts";
import { importWithSDK } from "../../support/sdk-import.ts";

const calls: string[] = [];
let address: string | undefined = "192.168.4.1";
const { ESP32AccessPoint } = await importWithSDK<typeof AccessPointModule>(
  "hosts/esp32/access-point.ts",
  {
    "./access-point-native.js": {
      openAccessPoint: (...words: unknown[]) => calls.push(`open ${words.join(" ")}`),
      closeAccessPoint: () => calls.push("close"),
      accessPointAddress: () => address,
    },
  },
);

test("the access point is opened with name and password, and closed once", () => {
  const accessPoint = new ESP32AccessPoint({ SSID: "airpair-000001", password: "12345678" });
  accessPoint.close();
  accessPoint.close();
  assert.deepEqual(calls, ["open airpair-000001 12345678", "close"]);
});

test("only those who have joined it are served, wherever it is", () => {
  const usual = new ESP32AccessPoint({ SSID: "airpair-000001" });
  assert.deepEqual(
    ["192.168.4.2", "192.168.5.2", "192.168.40.2", undefined].map((each) => usual.serves(each)),
    [true, false, false, false],
  );
  address = "192.168.5.1";
  const moved = new ESP32AccessPoint({ SSID: "airpair-000001" });
  assert.equal(moved.serves("192.168.5.2"), true);
  assert.equal(moved.serves("192.168.4.2"), false);
  address = undefined;
  assert.equal(new ESP32AccessPoint({ SSID: "airpair-000001" }).serves("10.0.0.1"), false);
});
