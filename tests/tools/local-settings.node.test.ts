// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { checkSettings, secretArguments, withLocalSettings } from "../../tools/local-settings.ts";

test("the settings of the file come first, and those of the command line win", () => {
  const file = JSON.stringify({ "wifi.ssid": "Home", "wifi.password": "a=b", "mqtt.qos": 2 });
  const given = ["dht", "wifi.ssid=Lab", "-t", "all"];
  assert.deepEqual(withLocalSettings(given, file), ["wifi.password=a=b", "mqtt.qos=2", ...given]);
  assert.deepEqual(withLocalSettings(given, undefined), given);
});

test("a file that is none of settings is told without what it holds", () => {
  for (const text of [
    "",
    "secret",
    '["secret"]',
    "null",
    '"secret"',
    '{"wifi.password": "secret',
  ]) {
    assert.throws(
      () => withLocalSettings([], text),
      (error: Error) =>
        error.message === "settings.local.json is not a JSON object of settings" ||
        assert.fail(error.message),
    );
  }
  assert.throws(
    () => withLocalSettings([], '{"wifi.password": ["secret"]}'),
    /^Error: settings\.local\.json: wifi\.password takes text or a number$/,
  );
});

test("a setting that is not known, or that a board would refuse, stops the build", () => {
  checkSettings([
    "-d",
    "dht",
    "wifi.ssid=Home",
    "mqtt.qos=2",
    "sleep=10",
    "ssid=Home",
    "example=examples/blink.ts",
    "board.name=a=b",
  ]);
  assert.throws(
    () => checkSettings(["wifi.sid=Home"]),
    /^OptionError: there is no setting "wifi\.sid"; did you mean wifi\.ssid\?$/,
  );
  assert.throws(
    () => checkSettings(["wireless.network=Home"]),
    /^OptionError: there is no setting "wireless\.network"; docs\/settings\.md lists them$/,
  );
  assert.throws(
    () => checkSettings(["slep=10"]),
    /^OptionError: there is no setting "slep"; did you mean sleep\?$/,
  );
  assert.throws(
    () => checkSettings(["UPLOAD_PORT=/dev/x"]),
    /^OptionError: there is no setting "UPLOAD_PORT"; docs\/settings\.md lists them$/,
  );
  assert.throws(() => checkSettings(["sleep=soon"]), /^OptionError: sleep takes .* 0 to 1440/);
  assert.throws(() => checkSettings(["mqtt.qos=3"]), /^OptionError: mqtt\.qos takes .* 0 to 2$/);
  assert.throws(
    () => checkSettings(["wifi.password=short"]),
    (error: Error) =>
      /^wifi\.password takes/.test(error.message) && !error.message.includes("short"),
  );
});

test("secrets on the command line are named, but not those of a file, and no value", () => {
  const given = [
    "-t",
    "all",
    "dht",
    "wifi.ssid=Home",
    "wifi.password=hunter22",
    "mqtt.key=@board.key",
    "mqtt.password=",
    "mqtt.broker=mqtt://me:hunter22@host",
    "mqtt.ca=MIIB",
  ];
  assert.deepEqual(secretArguments(given), ["wifi.password", "mqtt.broker"]);
  assert.deepEqual(secretArguments(["mqtt.broker=mqtt://host:1883", "toString=1"]), []);
});
