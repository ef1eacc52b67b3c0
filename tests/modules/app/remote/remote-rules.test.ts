// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { isStoring, remoteRefusal } from "../../../../modules/app/remote/remote-rules.ts";
import { settingList } from "../../../../modules/app/setting-list.ts";
import type { Setting } from "../../../../modules/base/setting.ts";

/** With this setting on, and all others off. */
const only = (name: string) => ({ get: (setting: string) => (setting === name ? "on" : "off") });

test("what must not be done from afar is refused, however it is spaced", () => {
  const refused = [
    "js 1+1",
    "  js",
    "wifi",
    "wifi off",
    "portal",
    "portal on",
    "set portal.security open",
    "i2c  write 5a 00",
    "i2c read 5a 0140 1",
    " i2c  read 5a 0x140 1",
    "readings  follow",
    "readings stop",
    "reset  all",
    "set wifi.ssid x",
    "set wifi.password x",
    "  set   mqtt.password x",
    "reset mqtt.password",
    "reset wifi.ssid",
    "on co2 > 1000 pin 2",
    "rules remove 1",
    "set rule.3 co2 > 1000 pin 2",
  ];
  for (const line of refused) assert.ok(remoteRefusal(line), line);
});

test("no secret setting can be changed from afar", () => {
  const secrets = Object.entries<Setting>(settingList).filter(([, { secret }]) => secret);
  assert.ok(secrets.length >= 2);
  for (const [name] of secrets) {
    assert.ok(remoteRefusal(`set ${name} x`), name);
    assert.ok(remoteRefusal(`reset ${name}`), name);
  }
});

test("nobody far away sends the board, and its password with it, to another broker", () => {
  for (const name of ["mqtt.broker", "mqtt.user", "mqtt.ca", "mqtt.cert", "remote.mqtt"]) {
    assert.ok(name in settingList, name);
    assert.ok(remoteRefusal(`set ${name} mqtt://elsewhere`), name);
    assert.ok(remoteRefusal(`reset ${name}`), name);
    assert.equal(remoteRefusal(`get ${name}`), undefined, name);
  }
});

test("nobody far away decides whom the board asks for the time", () => {
  assert.ok("time.server" in settingList);
  assert.ok(remoteRefusal("set time.server time.example"));
  assert.ok(remoteRefusal("reset time.server"));
  assert.equal(remoteRefusal("get time.server"), undefined);
});

test("what a setting allows is run with that setting alone, and nobody far away changes it", () => {
  for (const line of ["mqtt pub wifi js", " mqtt  sub #", "mqtt unsub a"]) {
    assert.match(remoteRefusal(line, only("remote.commands")) ?? "", /remote\.mqtt/);
    assert.equal(remoteRefusal(line, only("remote.mqtt")), undefined, line);
  }
  assert.ok(remoteRefusal("set remote.mqtt on", only("remote.mqtt")));
  for (const line of ["pair", "pair offer K7QF", " pairs", "unpair hall"]) {
    assert.match(remoteRefusal(line, only("remote.commands")) ?? "", /needs remote\.pair to be on/);
    assert.equal(remoteRefusal(line, only("remote.pair")), undefined, line);
  }
  for (const line of ["set remote.pair on", "reset remote.pair", "ask hall status"]) {
    assert.match(remoteRefusal(line, only("remote.pair")) ?? "", /own console only/, line);
  }
  assert.ok(remoteRefusal("wifi off", only("remote.mqtt")));
});

test("commands that write to the flash memory are told apart from the others", () => {
  const storing = [
    "set",
    " set board.name x",
    "reset all",
    "ccs811  baseline forget",
    "mqtt sub a",
    "pair K7QF-2M9X-PD41",
    " unpair hall",
  ];
  for (const line of storing) assert.ok(isStoring(line), line);
  const others = [
    "",
    "get",
    "ccs811",
    "ccs811 baseline",
    "ccs811 baseline show",
    "ccs811 mode 1",
    "pairs",
    "mqtt pub a b",
  ];
  for (const line of others) assert.ok(!isStoring(line), line);
});

test("everything else may be", () => {
  const allowed = [
    "",
    "help",
    "status",
    "set board.name hall",
    "reset board.name",
    "get wifi.password",
    "rules",
    "get rule.1",
    "i2c scan",
    "i2c read 5a 20 1",
    "i2c read 5a 0x20 1",
    "i2c read 44 - 6",
    "i2c",
    "mqtt",
    "mqtt status",
    "reboot",
  ];
  for (const line of allowed) assert.equal(remoteRefusal(line), undefined, line);
});
