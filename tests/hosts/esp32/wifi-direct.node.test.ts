// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { call, compileNative, give, type NativeValue } from "../../support/native-code.ts";

const run = await compileNative("hosts/esp32/wifi-direct.c");
const join = (...values: NativeValue[]) => call("xs_wifi_direct", ...values);
const BSSID = "0a:1B:2c:3D:4e:5F";

test("one access point is asked for by name, channel and address", () => {
  const [joined, open] = run(join("Home", "correct-horse", 6, BSSID), join("Lab", "", 13, BSSID));
  assert.deepEqual(joined, {
    calls: [
      "esp_wifi_set_config station 'Home' 'correct-horse' channel 6 at 0a1b2c3d4e5f 1 scan 0",
      "esp_wifi_connect",
    ],
  });
  assert.deepEqual(open?.calls, [
    "esp_wifi_set_config station 'Lab' '' channel 13 at 0a1b2c3d4e5f 1 scan 0",
    "esp_wifi_connect",
  ]);
});

test("a name of 32 bytes and a key of 64 digits fit, and what is longer is refused before the radio hears of it", () => {
  const name = "é".repeat(16);
  const key = "0123456789abcdef".repeat(4);
  const [whole, longName, longKey] = run(
    join(name, key, 1, BSSID),
    join(`${name}x`, key, 1, BSSID),
    join(name, `${key}0`, 1, BSSID),
  );
  assert.match(whole?.calls[0] ?? "", new RegExp(`'${name}' '${key}' channel 1 `));
  for (const refused of [longName, longKey]) {
    assert.deepEqual(refused, { calls: [], thrown: "RangeError: cannot buffer string" });
  }
});

test("channels outside 1 to 13 and what is no address of an access point are refused", () => {
  for (const channel of [0, 14, -1, 2 ** 32 + 14]) {
    assert.deepEqual(run(join("Home", "", channel, BSSID)), [
      { calls: [], thrown: "RangeError: invalid channel" },
    ]);
  }
  const wrong = ["", "0", "0a:", "0a:1b:2c:3d:4e", "0a:1b:2c:3d:4e:5", "0a:1b:2c:3d:4e:5g"];
  for (const text of [...wrong, "0a-1b-2c-3d-4e-5f", `${BSSID}:`, `${BSSID}0`, "0a1b2c3d4e5f"]) {
    assert.deepEqual(
      run(join("Home", "", 6, text)),
      [{ calls: [], thrown: "RangeError: invalid BSSID" }],
      text,
    );
  }
});

test("an error of the radio is passed on, whichever call has it", () => {
  const [, config, , , connect] = run(
    give("esp_wifi_set_config", 0x3009),
    join("Home", "", 6, BSSID),
    give("esp_wifi_set_config", 0),
    give("esp_wifi_connect", 0x3007),
    join("Home", "", 6, BSSID),
  );
  assert.equal(config?.thrown, "Error: connect failed: ESP-IDF says 0x3009");
  assert.equal(config?.calls.length, 1);
  assert.equal(connect?.thrown, "Error: connect failed: ESP-IDF says 0x3007");
});
