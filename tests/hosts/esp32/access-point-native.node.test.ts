// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { call, compileNative, give, set } from "../../support/native-code.ts";

const run = await compileNative("hosts/esp32/access-point.c");
const open = (...words: readonly (string | undefined)[]) => call("xs_access_point_open", ...words);
const close = call("xs_access_point_close");
const address = call("xs_access_point_address");
const creation = [
  "esp_netif_new",
  "esp_netif_attach_wifi_ap",
  "esp_wifi_set_default_wifi_ap_handlers",
  "esp_wifi_set_mode 3",
];
const removal = ["esp_wifi_set_mode 1", "esp_netif_destroy_default_wifi"];

test("the access point has a name and a password, and an address while it is open", () => {
  const [before, opened, at, closed, after, again] = run(
    address,
    open("airpair-000001", "12345678"),
    address,
    close,
    address,
    close,
  );
  assert.deepEqual(before, { calls: [] });
  const config = "'airpair-000001' '12345678' auth 3 pmf 1 channel 1 guests 4";
  assert.deepEqual(opened?.calls, [...creation, `esp_wifi_set_config ap ${config}`]);
  assert.equal(at?.result, "192.168.4.1");
  assert.deepEqual(closed?.calls, removal);
  assert.deepEqual([after, again], [{ calls: [] }, { calls: [] }]);
});

test("without a password it is open, and it can be opened again", () => {
  const [, , unprotected] = run(open("a", "12345678"), close, open("b", undefined));
  assert.match(unprotected?.calls.at(-1) ?? "", / 'b' '' auth 0 pmf 0 /);
  assert.match(run(open("c"))[0]?.calls.at(-1) ?? "", / 'c' '' auth 0 /);
});

test("its network is another one than that which the board has joined", () => {
  const joined = 0xc0a8_0417;
  assert.equal(run(set("station", joined), open("a"), address)[2]?.result, "192.168.5.1");
  const [, , , unknown] = run(
    set("station", joined),
    give("esp_netif_get_ip_info", 0x5001),
    open("a"),
    give("esp_netif_get_ip_info", 0),
    address,
  ).slice(1);
  assert.equal(unknown?.result, "192.168.4.1");
});

test("names of 32 bytes and passwords of 63 fit, and what is longer leaves nothing behind", () => {
  const name = "n".repeat(32);
  const [whole] = run(open(name, "p".repeat(63)));
  assert.match(whole?.calls.at(-1) ?? "", new RegExp(`'${name}' '${"p".repeat(63)}' auth 3`));
  for (const words of [
    [`${name}n`, "12345678"],
    [name, "p".repeat(64)],
  ]) {
    const [refused, next] = run(open(...words), open("a"));
    assert.deepEqual(refused, { calls: [], thrown: "RangeError: cannot buffer string" });
    assert.equal(next?.thrown, undefined);
  }
});

test("it is not open before its network has started, for the SDK's listener finds none until then", () => {
  const [opened] = run(set("start", 25), open("a")).slice(1);
  assert.equal(opened?.thrown, undefined);
  assert.deepEqual(opened?.calls.slice(-3), Array(3).fill("vTaskDelay 10"));
});

test("a network that does not start within a second is given up, and the next one may", () => {
  const [failed, , next] = run(set("start", 5_000), open("a"), set("start", 0), open("a")).slice(1);
  assert.equal(failed?.thrown, "Error: no access point: ESP-IDF says 0x107");
  assert.equal(failed?.calls.filter((text) => text === "vTaskDelay 10").length, 100);
  assert.deepEqual(failed?.calls.slice(-2), removal);
  assert.equal(next?.thrown, undefined);
});

test("a second one is refused, and the first goes on", () => {
  const [, second, at] = run(open("a"), open("b"), address);
  assert.deepEqual(second, { calls: [], thrown: "Error: the access point is open" });
  assert.equal(at?.result, "192.168.4.1");
});

test("whatever ESP-IDF refuses, the error is passed on and the station is as before", () => {
  for (const [name, isMade] of [
    ["esp_netif_attach_wifi_ap", true],
    ["esp_wifi_set_default_wifi_ap_handlers", true],
    ["esp_wifi_set_mode", true],
    ["esp_wifi_set_config", true],
    ["esp_netif_new", false],
  ] as const) {
    const [, failed, at, , next] = run(
      give(name, 0x103),
      open("a", "12345678"),
      address,
      give(name, 0),
      open("a", "12345678"),
    );
    const code = isMade ? "103" : "101";
    assert.equal(failed?.thrown, `Error: no access point: ESP-IDF says 0x${code}`, name);
    assert.deepEqual(failed?.calls.slice(-2), isMade ? removal : ["esp_netif_new"], name);
    assert.deepEqual(at, { calls: [] });
    assert.equal(next?.thrown, undefined, name);
  }
});
