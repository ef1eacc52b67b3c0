// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { parseBoardOptions } from "../hosts/sim/node/cli/board-options.ts";
import { parseOptions } from "../hosts/sim/node/cli/options.ts";
import { settingList } from "../modules/app/setting-list.ts";
import { nameOfBroker, parseBrokerAddresses } from "../modules/mqtt/session/broker-address.ts";
import { Settings } from "../modules/settings/settings.ts";
import { checkSettings, withLocalSettings } from "../tools/local-settings.ts";
import { MemoryKeyValue } from "./support/memory-key-value.ts";

/** Addresses, and what is made of each: scheme, host and port, user, password. */
const taken: readonly (readonly [text: string, name: string, user?: string, password?: string])[] =
  [
    ["h", "mqtt://h:1883"],
    ["h:1884", "mqtt://h:1884"],
    ["h/", "mqtt://h:1883"],
    ["mqtt://h", "mqtt://h:1883"],
    ["mqtt://h/", "mqtt://h:1883"],
    ["MQTT://h:1", "mqtt://h:1"],
    [" mqtt://192.168.1.7 ", "mqtt://192.168.1.7:1883"],
    ["mqtt://my_host-2.lan:65535", "mqtt://my_host-2.lan:65535"],
    ["mqtt://u@h", "mqtt://h:1883", "u"],
    ["u:p@h", "mqtt://h:1883", "u", "p"],
    ["mqtt://u:p@h:1884/", "mqtt://h:1884", "u", "p"],
    ["mqtt://u:p%40%2C:@h", "mqtt://h:1883", "u", "p@,:"],
    ["mqtt://u:a@b@h", "mqtt://h:1883", "u", "a@b"],
    ["ws://h", "ws://h:80/mqtt"],
    ["WS://h:81", "ws://h:81/mqtt"],
    ["ws://h:8080/", "ws://h:8080/"],
    ["ws://u:p%2F@h:9/ws?token=1", "ws://h:9/ws?token=1", "u", "p/"],
  ];

const refused = [
  "",
  "mqtt://",
  "mqtt:///",
  "http://h",
  "mqtt//h",
  "mqtt://h:",
  "mqtt://h:0",
  "mqtt://h:65536",
  "mqtt://h:1883:1",
  "mqtt://h:1x",
  "mqtt://h//",
  "mqtt://h/path",
  "mqtt://h?x=1",
  "mqtt://h#x",
  "mqtt://ü.de",
  "mqtt://[::1]:1883",
  "mqtt://h x",
  "ws://",
  "ws://h/a b",
  "ws://h/#a",
  "wss://h/ü",
  "mqtt://secret:%zz@h",
  "mqtt://secret:secret@",
];

/** The ways by which an address gets into the firmware; each throws what it has against it. */
const entrances: Readonly<Record<string, (text: string) => unknown>> = {
  "the session": (text) => parseBrokerAddresses(text),
  "the command set": (text) => {
    const settings = new Settings({ list: settingList, store: new MemoryKeyValue(), given: {} });
    // There an empty one is none.
    settings.set("mqtt.broker", text || " ");
  },
  "a build": (text) => checkSettings([`mqtt.broker=${text || " "}`]),
  "settings.local.json": (text) => {
    checkSettings(withLocalSettings([], JSON.stringify({ "mqtt.broker": text || " " })));
  },
  "npm start": (text) => parseOptions(["--broker", text]),
  "npm run board": (text) => parseBoardOptions(["--broker", text]),
};

for (const [name, enter] of Object.entries(entrances)) {
  test(`${name} takes the addresses that all take, and refuses the others without repeating them`, () => {
    for (const [text] of taken) assert.doesNotThrow(() => enter(text), text);
    for (const text of refused) {
      const isOneLine = (error: unknown) => {
        const message = String(error);
        return !message.includes("secret") && !message.includes("\n");
      };
      assert.throws(() => enter(text), isOneLine, JSON.stringify(text));
    }
  });
}

test("the session and the command line of the simulator read the same in an address", () => {
  for (const [text, name, user, password] of taken) {
    const [address] = parseBrokerAddresses(text);
    assert.ok(address);
    assert.deepEqual(
      [nameOfBroker(address), address.user, address.password],
      [name, user, password],
    );
    const options = parseOptions(["--broker", text]);
    assert.ok(options !== "help" && options.broker);
    const { protocol, hostname, port, pathname, search, username } = options.broker;
    const path = protocol.startsWith("ws") ? `${pathname}${search}` : "";
    // URL knows the usual port of WebSocket, and leaves it out.
    const usual = protocol === "ws:" ? "80" : "";
    assert.equal(`${protocol}//${hostname}:${port || usual}${path}`, name);
    assert.equal(decodeURIComponent(username), user ?? "");
    assert.equal(decodeURIComponent(options.broker.password), password ?? "");
  }
});

test("an address is shown without its password, on the console and in a list of several", () => {
  const settings = new Settings({ list: settingList, store: new MemoryKeyValue(), given: {} });
  for (const [text, , , password] of taken) {
    settings.set("mqtt.broker", text);
    const shown = settings.textOf("mqtt.broker");
    if (password === undefined) assert.equal(shown, text);
    else assert.match(shown, /^(mqtt:\/\/|ws:\/\/)?u:\*{8}@h/, text);
  }
  settings.set("mqtt.broker", "mqtt://a, mqtts://u:secret@b:1,u:secret@c,d:1884");
  assert.equal(
    settings.textOf("mqtt.broker"),
    "mqtt://a, mqtts://u:********@b:1,u:********@c,d:1884",
  );
});
