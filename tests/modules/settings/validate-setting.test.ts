// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { type BoardSettings, settingList } from "../../../modules/app/setting-list.ts";
import type { Setting } from "../../../modules/base/setting.ts";
import { ruleNames } from "../../../modules/rules/rules-settings.ts";
import { Settings } from "../../../modules/settings/settings.ts";
import { SettingsError } from "../../../modules/settings/settings-error.ts";
import { MemoryKeyValue } from "../../support/memory-key-value.ts";
import { testKeyText } from "../../support/signed-images.ts";

/** Values with the rule that refuses them. */
type Case = readonly [value: unknown, rule: RegExp];

const notText: Case[] = [undefined, null, true, 5, {}, []].map((value) => [value, /takes text/]);

/** What no text takes: control characters, and half of a surrogate pair. */
const notPrintable: Case[] = ["\0", "a\nb", "a\rb", "\x1b[2J", "\x7f", "\x9b", "\ud83d"].map(
  (text) => [text, /takes printable characters only/],
);

function longText(setting: Setting & { readonly kind: "text" }): Case[] {
  const { longest } = setting;
  const rule = new RegExp(`takes at most ${longest} bytes`);
  return [
    ["x".repeat(longest + 1), rule],
    // Half as many characters, but each is two bytes.
    [`${"ü".repeat(Math.ceil(longest / 2))}x`, rule],
  ];
}

type Form =
  | "certificates"
  | "key"
  | "topic-level"
  | "topic"
  | "brokers"
  | "hosts"
  | "ipv4"
  | "ipv4-list"
  | "passphrase"
  | "joined"
  | "protocols"
  | "rule"
  | "pin"
  | "thresholds"
  | "code"
  | "commands"
  | "button"
  | "led"
  | "web-address"
  | "page"
  | "public-key"
  | "server"
  | "header"
  | "template";

/** A SEQUENCE as base64 of DER. */
const der = "MAMBAf8=";
/** One of 2,998 bytes. */
const longDer = `MIILsg${"A".repeat(3_992)}==`;

/** What the checks of texts refuse, by the form that a text has. */
const badForms: Readonly<Record<Form, readonly Case[]>> = {
  certificates: ["no base64", "AAAA", der.slice(0, 4), `${der},x`].map((text) => [
    text,
    /takes base64 of DER/,
  ]),
  key: ["no base64", "AAAA", `${der},${der}`].map((text) => [text, /takes one private key/]),
  code: ["K7QF", "K7QF-2M9X-PD42", "K7QF-2M9X-PD4U"].map((text) => [
    text,
    /takes a code of pairing/,
  ]),
  commands: [",", "status,", "a b", "Status", "status;js", "pin.", "pin.x", "js.2"].map((text) => [
    text,
    /takes names of commands with commas/,
  ]),
  button: ["49", "-1", "x", "2 "].map((text) => [text, /takes the number of a pin, 0 to 48/]),
  led: ["49", "2 high", "low", " low", "2  low"].map((text) => [
    text,
    /takes the number of a pin, 0 to 48, 2 low, 2 rgb, or none/,
  ]),
  "topic-level": ["a b", "a/b", "+", "#", "$SYS", "küche", "/"].map((text) => [
    text,
    /takes printable ASCII without spaces/,
  ]),
  rule: [
    ["co3 > 1 print x", /begins with one of co2, voc/],
    ["co2 > 1", /needs print, publish, webhook, pin or tell/],
  ],
  pin: ["x", "49", "-1", "1.", "0x"].map((text) => [text, /takes the number of a pin, 0 to 48/]),
  thresholds: [
    ...["1000", "1000,", "1000;2000", "a,b", "1000,2000,", "1000,2000,x", "1000,2000,1,1"],
    ...["399,2000", "1000,64001", "2000,1000", "1000,1000", "1000,2000,256", "1000,2000,-1"],
  ].map((text) => [text, /takes two numbers from 400 to 64000, the lower first/]),
  server: ["a b", "ftp://a", "a:0", "a,b", "me@a", "[::1]"].map((text) => [
    text,
    /takes (a|one) server/,
  ]),
  "web-address": [
    ...["a.example", "ftp://a", "https://", "https://a b", "http://a:0", "http://[::1]/"].map(
      (text): Case => [text, /takes https:\/\/host\/path/],
    ),
    ["https://{{id}}.example/", /takes https:\/\/host\/path/],
    ["https://a/{{co3}}", /takes {{…}} with one of co2/],
  ],
  "public-key": ["no base64", "AAAA", `AA${"A".repeat(84)}A=`].map(
    (text): Case => [text, /takes a public key as npm run keys prints it/],
  ),
  page: ["a.example", "ftp://a", "https://", "https://a b", "http://a:0", "http://[::1]/"].map(
    (text): Case => [text, /takes https:\/\/host\/path/],
  ),
  header: ["X-Key", "X Key: 1", ": 1", "X-Key:", "X-Key: ü", "Host: a", "content-length: 1"].map(
    (text) => [text, /takes a header such as X-Key: 123/],
  ),
  template: ["{{co3}}", "{{}}", "{{constructor}}", "{{co2}} {{ CO2 }}"].map((text) => [
    text,
    /takes {{…}} with one of co2, voc/,
  ]),
  topic: [
    ["", /must not be empty/],
    ...["a b", "/a", "a/", "a/+/b", "a/#", "$SYS/a", "küche"].map(
      (text): Case => [text, /takes topic levels in printable ASCII/],
    ),
  ],
  protocols: ["a b", "a,", ",", "a,b,c,d", "ü"].map((text) => [text, /names of protocols/]),
  brokers: [
    "http://host",
    "mqtt://",
    "mqtt://:1883",
    "mqtt://host:",
    "mqtt://host:0",
    "mqtt://host:65536",
    "mqtt://host:1883:1",
    "mqtt://host:port",
    "mqtt://host/path",
    "mqtt://[::1]",
    "mqtt://user:%zz@host",
    "mqtt://a,b c",
    "mqtt://a,",
  ].map((text) => [text, /takes mqtt:\/\/host:port, mqtts/]),
  hosts: ["a b", "a:123", "http://a", "ü.de", "a,", ",a", "a,,b"].map((text) => [
    text,
    /takes host names or IPv4 addresses, comma separated/,
  ]),
  ipv4: ["192.168.1", "192.168.1.256", "1.2.3.4.5", "a.b.c.d", "1.2.3.4,5.6.7.8"].map((text) => [
    text,
    /takes an address like 192\.168\.1\.20/,
  ]),
  "ipv4-list": ["192.168.1.1, dns", "192.168.1.1,", "1.2.3"].map((text) => [
    text,
    /takes addresses like 192\.168\.1\.1, comma separated/,
  ]),
  passphrase: [
    "x",
    "1234567",
    // Two characters too few in bytes, though it has more when each is counted as one.
    "üüü1",
    "g".repeat(64),
    `${"0".repeat(63)}\u00b2`.slice(1),
  ].map((text) => [text, /takes 8 to 63 bytes, or 64 hex digits/]),
  joined: ["1234567", "1234567ü", "1234 5678"].map((text) => [
    text,
    /takes 8 to 63 printable ASCII characters without spaces/,
  ]),
};

/** The form of each text that has one. */
const formOf: Readonly<Record<string, Form>> = {
  "mqtt.ca": "certificates",
  "mqtt.cert": "certificates",
  "mqtt.key": "key",
  "webhook.url": "web-address",
  "improv.url": "page",
  "portal.password": "joined",
  "update.key": "public-key",
  "platform.1.host": "server",
  "platform.2.host": "server",
  "platform.1.ca": "certificates",
  "platform.2.ca": "certificates",
  "platform.1.cert": "certificates",
  "platform.2.cert": "certificates",
  "platform.1.cert-key": "key",
  "platform.2.cert-key": "key",
  "webhook.header.1": "header",
  "webhook.header.2": "header",
  "webhook.header.3": "header",
  "webhook.body": "template",
  "webhook.ca": "certificates",
  "board.id": "topic-level",
  "pair.peer": "topic-level",
  "pair.code": "code",
  "pair.allow": "commands",
  "i2c.sda": "pin",
  "i2c.scl": "pin",
  "board.led": "led",
  "board.button": "button",
  "pair.button": "button",
  "pair.led": "led",
  "mqtt.root": "topic",
  "mqtt.broker": "brokers",
  "mqtt.alpn": "protocols",
  "time.server": "hosts",
  "wifi.password": "passphrase",
  "wifi.2.password": "passphrase",
  "wifi.3.password": "passphrase",
  "ccs811.int": "pin",
  "ccs811.thresholds": "thresholds",
  "wifi.address": "ipv4",
  "wifi.mask": "ipv4",
  "wifi.gateway": "ipv4",
  "wifi.dns": "ipv4-list",
  ...Object.fromEntries(ruleNames.map((name) => [name, "rule" as const])),
};

function badValues(name: string, setting: Setting): Case[] {
  if (setting.kind === "number") {
    const kind = setting.tenths ? "number with at most one decimal" : "whole number";
    const rule = new RegExp(`takes a ${kind} from ${setting.least} to ${setting.most}`);
    const fine = setting.tenths ? 0.01 : 0.1;
    const wrong = [
      "",
      " ",
      "x",
      `${setting.least + fine}`,
      setting.least + fine,
      "1.",
      ".5",
      "--1",
      "NaN",
      "1e999",
      "0x",
      "12 13",
      null,
      undefined,
      {},
      [],
    ];
    return [...wrong, setting.least - 1, setting.most + 1, `${setting.most + 1}`].map((value) => [
      value,
      rule,
    ]);
  }
  if (setting.kind === "choice") {
    const rule = new RegExp(`takes one of ${setting.choices.join(", ")}`);
    const first = setting.choices[0] ?? "";
    const upper = first.toUpperCase();
    const otherCase = upper === first ? first.toLowerCase() : upper;
    const wrong = ["", "x", otherCase, `${first} `].map((text): Case => [text, rule]);
    return [...notText, ...wrong];
  }
  const form = formOf[name];
  assert.equal(form !== undefined, setting.check !== undefined, `${name} has a form to be checked`);
  const forms = form === undefined ? [] : badForms[form];
  return [...notText, ...notPrintable, ...longText(setting), ...forms];
}

/** The longest and the shortest of what is allowed, and what is easily refused by mistake. */
const goodValues: Readonly<Record<string, readonly unknown[]>> = {
  "mqtt.ca": ["", der, `${der},${der}`, longDer],
  "mqtt.cert": ["", `-----BEGIN CERTIFICATE-----${der}-----END CERTIFICATE-----`, longDer],
  "mqtt.key": ["", der, longDer],
  "board.id": ["", "x".repeat(32), "a-b_c.d!"],
  "pair.code": ["", "K7QF-2M9X-PD41", "k7qf2m9xpd4l"],
  "pair.allow": ["", "status", "readings,status,co2,i2c", "pin,print", "pin.2,pin.13"],
  "i2c.sda": ["", "0", "48"],
  "i2c.scl": ["", "0", "48"],
  "board.led": ["", "0", "2 low", "48 rgb", "none"],
  "board.button": ["", "0", "48", "none"],
  "pair.button": ["", "0", "48"],
  "pair.led": ["", "0", "2 low", "48"],
  "board.name": ["", "Büro 2", "ü".repeat(16)],
  "update.key": ["", testKeyText],
  "portal.password": ["", "12345678", "!~".repeat(31)],
  "improv.url": ["", "http://192.168.4.2:8080/", "https://a.example/board"],
  "platform.1.host": ["", "a", "a.example:8883", "mqtt://a", "mqtts://a:443", "https://a:8443"],
  "platform.2.host": ["", "a"],
  "platform.1.ca": ["", der, longDer],
  "platform.2.ca": ["", der],
  "platform.1.cert": ["", der, longDer],
  "platform.2.cert": ["", der],
  "platform.1.cert-key": ["", der],
  "platform.2.cert-key": ["", der],
  "webhook.url": ["", "http://a", "https://a.example:8443/x?y={{ co2 }}&z={{time}}#top"],
  "webhook.header.1": ["", "X-Key: 1", "Authorization:Bearer a b"],
  "webhook.header.2": ["", "Content-Type: text/plain; charset=utf-8"],
  "webhook.header.3": [""],
  "webhook.body": ["", '{"text":"{{ text }}","n":{{co2}}}', "a { b }} ü"],
  "webhook.ca": ["", der, longDer],
  "wifi.ssid": ["", " a  b ", "☕".repeat(10), '"quoted"'],
  "wifi.password": [
    "",
    "12345678",
    "üüüü",
    " ".repeat(63),
    "0123456789abcdefABCDEF".padEnd(64, "0"),
  ],
  "mqtt.broker": [
    "",
    "mqtt://a",
    "mqtts://a.b-c_d:8883",
    "mqtt://192.168.1.10:1",
    "mqtt://a:65535",
    "mqtt://a, mqtts://b:8884",
    "a",
    "a:1884",
    "MQTTS://a/",
    "mqtt://user:p%2Cw@a,b",
    "ws://a:8080/mqtt, wss://b/?x=1",
  ],
  "mqtt.alpn": ["", "mqtt", "x-amzn-mqtt-ca,mqtt,http/1.1", "x".repeat(60)],
  "mqtt.root": ["a", "a/b/c", "x".repeat(64)],
  "time.server": ["", "pool.ntp.org", "192.168.1.1", "a.example, b.example"],
  "wifi.2.password": ["", "12345678"],
  "wifi.3.password": ["", "12345678"],
  "ccs811.int": ["", "0", "27", "48"],
  "ccs811.thresholds": ["", "400,64000", "1000, 2000, 255"],
  "wifi.address": ["", "192.168.1.20"],
  "wifi.mask": ["", "255.255.255.0"],
  "wifi.gateway": ["", "192.168.1.1"],
  "wifi.dns": ["", "1.1.1.1", "1.1.1.1, 8.8.8.8"],
  ...Object.fromEntries(
    ruleNames.map((name) => [name, ["", "co2 > 1000 for 60 s until 900 print open the window"]]),
  ),
};

function settingsOn(store: MemoryKeyValue): BoardSettings {
  return new Settings({ list: settingList, store, given: {} });
}

for (const [name, setting] of Object.entries<Setting>(settingList)) {
  test(`${name} refuses every wrong value with its rule, in one line, and nothing changes`, () => {
    const store = new MemoryKeyValue();
    const settings = settingsOn(store);
    const cases = badValues(name, setting);
    assert.ok(cases.length > 6);
    for (const [value, rule] of cases) {
      const check = (error: unknown) => {
        assert.ok(error instanceof SettingsError);
        assert.match(error.message, rule);
        assert.ok(error.message.startsWith(`${name} `));
        assert.equal(error.message.includes("\n"), false);
        return true;
      };
      assert.throws(() => settings.set(name, value), check, `${name} = ${JSON.stringify(value)}`);
      assert.equal(store.writes, 0);
      assert.equal(settings.originOf(name), "default");
    }
  });

  test(`${name} takes what its rule allows`, () => {
    const settings = settingsOn(new MemoryKeyValue());
    const values =
      setting.kind === "number"
        ? [
            setting.least,
            setting.most,
            ` ${setting.least} `,
            ...(setting.tenths ? ["-0.1", 2.3] : []),
          ]
        : setting.kind === "choice"
          ? setting.choices
          : (goodValues[name] ?? ["x".repeat(setting.longest)]);
    for (const value of values) {
      settings.set(name, value);
      const wanted = setting.kind === "number" ? Number(value) : value;
      assert.equal(settings.get(name as "board.id"), wanted as string);
    }
  });
}

test("a refused secret is not repeated", () => {
  const settings = settingsOn(new MemoryKeyValue());
  assert.throws(
    () => settings.set("wifi.password", "s3cret\n"),
    (error) => !String(error).includes("s3cret"),
  );
});
