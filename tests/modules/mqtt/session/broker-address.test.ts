// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { MqttError } from "../../../../modules/mqtt/mqtt-error.ts";
import {
  nameOfBroker,
  parseBrokerAddress,
  parseBrokerAddresses,
} from "../../../../modules/mqtt/session/broker-address.ts";

test("an address has a scheme, a host, and what stands for the rest", () => {
  const plain = { host: "broker.test", port: 1883, secure: false };
  for (const [text, expected] of [
    ["mqtt://broker.test", plain],
    ["broker.test", plain],
    [" MQTT://broker.test/ ", plain],
    ["broker.test:1884", { ...plain, port: 1884 }],
    ["mqtts://broker.test", { ...plain, port: 8883, secure: true }],
    ["mqtts://my_host-2:443", { host: "my_host-2", port: 443, secure: true }],
    ["mqtt://u@192.168.1.7", { ...plain, host: "192.168.1.7", user: "u" }],
    ["mqtt://u:p%40%3A%2C@h:1", { host: "h", port: 1, secure: false, user: "u", password: "p@:," }],
    ["mqtt://u:a@b@h", { ...plain, host: "h", user: "u", password: "a@b" }],
  ] as const) {
    assert.deepEqual(parseBrokerAddress(text), expected, text);
  }
});

test("a list has commas, an address is shown without user and password", () => {
  const list = parseBrokerAddresses("mqtt://a, mqtts://u:p@b:1234,c");
  assert.deepEqual(list.map(nameOfBroker), ["mqtt://a:1883", "mqtts://b:1234", "mqtt://c:1883"]);
});

test("a password may come without a user name, and an empty login is none", () => {
  const host = { host: "h", port: 1883, secure: false };
  assert.deepEqual(parseBrokerAddress("mqtt://:secret@h"), {
    ...host,
    user: "",
    password: "secret",
  });
  assert.deepEqual(parseBrokerAddress("mqtt://@h"), host);
});

test("what is wrong with an address is told, the address is not repeated", () => {
  const cases: [string, RegExp][] = [
    ["", /there is no host name/],
    ["mqtt://", /there is no host name/],
    ["http://secret", /the scheme is not mqtt, mqtts, ws or wss/],
    ["mqtt://secret:0", /port/],
    ["mqtt://secret:65536", /port/],
    ["mqtt://secret:", /port/],
    ["mqtt://secret:1x", /port/],
    ["mqtt://sec ret", /character 4 of the host name/],
    ["mqtt://sec/ret", /character 4 of the host name/],
    [`mqtt://${"secret".repeat(50)}`, /longer than 253/],
    ["mqtt://[2001:db8::1]:1883", /names and IPv4 addresses are supported, IPv6 is not/],
    ["mqtt://2001:db8::1", /names and IPv4 addresses are supported, IPv6 is not/],
    ["fe80::1", /names and IPv4 addresses are supported, IPv6 is not/],
    ["mqtt://secret:%zz@h", /wrong % sequence/],
    ["mqtt://a,,mqtt://b", /there is no host name/],
    ["a,b,c,d,e,f,g,h,i", /more than 8 in the list/],
  ];
  for (const [text, rule] of cases) {
    assert.throws(
      () => parseBrokerAddresses(text),
      (error) => {
        assert.ok(error instanceof MqttError, text);
        assert.equal(error.code, "mqtt/bad-address");
        assert.match(error.message, rule);
        assert.equal(error.message.includes("secret"), false);
        return true;
      },
    );
  }
});
