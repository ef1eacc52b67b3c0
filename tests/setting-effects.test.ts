// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { labNetwork } from "../hosts/virtual/access-points.ts";
import { Air, type AirSample } from "../hosts/virtual/air.ts";
import { BME280Chip } from "../hosts/virtual/chips/bme280.ts";
import { CCS811Chip } from "../hosts/virtual/chips/ccs811.ts";
import { SCD4xChip } from "../hosts/virtual/chips/scd4x.ts";
import type { NetworkOrder } from "../modules/app/network-order.ts";
import { type SettingName, settingList } from "../modules/app/setting-list.ts";
import { answerPeers } from "../modules/app/start/start-pairing.ts";
import { startTime } from "../modules/app/start/start-time.ts";
import type { Host } from "../modules/base/host.ts";
import type { Slot } from "../modules/cloud/cloud-settings.ts";
import type { TLSOptions, TLSSecureOptions } from "../modules/ecma-419/tcp.ts";
import type { Pairing } from "../modules/pairing/pairing.ts";
import type { AnswerQuestion } from "../modules/pairing/questions.ts";
import { type RuleName, ruleNames } from "../modules/rules/rules-settings.ts";
import { Settings } from "../modules/settings/settings.ts";
import { FakeTime } from "./support/fake-time.ts";
import { MemoryKeyValue } from "./support/memory-key-value.ts";
import { quickCrypto } from "./support/pairing-bus.ts";
import { seededRandom } from "./support/random.ts";
import { ScriptedBroker } from "./support/scripted-broker.ts";
import { ScriptedTimeServers } from "./support/scripted-time-servers.ts";
import { type ArrivedRequest, ScriptedWebServer } from "./support/scripted-web-server.ts";
import { testKeyText } from "./support/signed-images.ts";
import { testCrypto } from "./support/test-crypto.ts";
import { WholeBoard } from "./support/whole-board.ts";

const second = 1_000;
const minute = 60 * second;
const broker = { "mqtt.broker": "mqtt://broker.example" };
const secureBroker = { "mqtt.broker": "mqtts://broker.example" };
const { SSID, password } = labNetwork;
const elsewhere = { "wifi.ssid": "elsewhere", "wifi.password": "" };
const fixedAddress = {
  "wifi.address": "192.168.1.20",
  "wifi.mask": "255.255.255.0",
  "wifi.gateway": "192.168.1.1",
};
const unchanging = { ...broker, "publish.interval": 3_600 };
/** An empty SEQUENCE, which passes for a certificate and for a key until TLS looks at it. */
const emptySequence = "MAA=";

/** Improv's request of the state. */
const improvState = [0x49, 0x4d, 0x50, 0x52, 0x4f, 0x56, 1, 3, 2, 2, 0, 0xe5];

/** A board with a broker, before power comes on. */
class Trial {
  readonly board: WholeBoard;
  readonly mqtt: ScriptedBroker;

  constructor(settings: Readonly<Record<string, unknown>>) {
    this.board = new WholeBoard(settings, {}, quickCrypto(testCrypto()));
    this.mqtt = new ScriptedBroker(this.board.network);
  }

  /** Power comes on, and some time passes. */
  run(time = 20 * second): this {
    this.board.powerOn();
    this.board.time.advance(time);
    return this;
  }

  get CONNECT() {
    return this.mqtt.connections[0]?.connect;
  }

  /** Messages on topics that end so. */
  messages(end: string) {
    return this.mqtt.arrived.filter(({ topic }) => topic.endsWith(end));
  }

  /** Filters at the broker. */
  get filters(): string[] {
    return [...this.mqtt.sessions.values()].flatMap(({ filters }) => [...filters.keys()]);
  }

  /** Of the certificates that the first connection came with, how many there are. */
  secure(name: Exclude<keyof TLSSecureOptions, "session">): number | undefined {
    const [link] = this.board.network.links;
    const value = (link?.options as Partial<TLSOptions> | undefined)?.secure?.[name];
    return value && (Array.isArray(value) ? value.length : 1);
  }

  /** The fixed address that the radio got. */
  get address() {
    const [first] = this.board.radioConfigurations as { static?: Record<string, unknown> }[];
    return first?.static;
  }
}

/** Readings that are published while the air changes once, in one quantity. */
function readingsOfChange(trial: Trial, change: Partial<AirSample>): number {
  const { board } = trial;
  const air = new Air({ seed: 1 });
  air.pin({ temperature: 20, humidity: 40, pressure: 100_000 });
  board.bus.attach(new BME280Chip({ time: board.time, air }));
  trial.run(minute);
  const before = trial.messages("/reading").length;
  air.pin(change);
  board.time.advance(minute);
  return trial.messages("/reading").length - before;
}

/** The newest reading of a board with a BME280 in air of 20 °C, 40 % and 1,000 hPa. */
function newestReading(trial: Trial): Record<string, number> {
  const { board } = trial;
  const air = new Air({ seed: 1 });
  air.pin({ temperature: 20, humidity: 40, pressure: 100_000 });
  board.bus.attach(new BME280Chip({ time: board.time, air }));
  trial.run(minute);
  const payload = trial.mqtt.payloads("airpair/airpair-000001/reading").at(-1) ?? "{}";
  return JSON.parse(payload).office_sensor;
}

/** Whether the firmware has its I2C bus at pin 25. */
function hasBusAt25(trial: Trial): boolean {
  return trial.run().board.ask("on co2 > 1 pin 25").join().includes("the I2C bus is there");
}

/** Names of the servers that are asked for the time. */
function timeServers(given: Readonly<Record<string, unknown>>): readonly string[] {
  const time = new FakeTime();
  const servers = new ScriptedTimeServers(time, {
    "time.example": () => {},
    "pool.ntp.org": () => {},
  });
  const settings = new Settings({ list: settingList, store: new MemoryKeyValue(), given });
  const host = { clock: time, timers: time, random: seededRandom(1), time: "network" } as const;
  const network = { udp: { io: servers.UDP }, dns: { io: servers.Resolver } };
  const order = {
    useTime: () => {},
    timeKnown: () => {},
    answered: () => {},
    unanswered: () => {},
  } as unknown as NetworkOrder;
  const sync = startTime({ ...host, network } as unknown as Host, {
    settings,
    log: () => {},
    order,
  });
  sync?.start();
  time.advance(minute);
  return [...new Set(servers.asked.map(({ server }) => server))];
}

/** Of some commands those that a peer gets an answer to. */
function answersOf(given: Readonly<Record<string, unknown>>): string[] {
  const settings = new Settings({ list: settingList, store: new MemoryKeyValue(), given });
  const ran: string[] = [];
  const run = (line: string) => {
    ran.push(line);
    return { ok: true, text: "" };
  };
  const use = (answer: AnswerQuestion) => {
    for (const line of ["readings", "status", "version", "js 1"]) answer("peer", line, () => {});
  };
  answerPeers({ use } as Pairing, settings, { run });
  return ran;
}

interface Case {
  /** What holds besides. */
  readonly base?: Readonly<Record<string, unknown>>;
  readonly value: unknown;
  /** What is seen of a board with these settings. */
  readonly see: (trial: Trial, settings: Readonly<Record<string, unknown>>) => unknown;
  /** What is seen with the default, and with `value`. */
  readonly seen: readonly [unknown, unknown];
}

const isOnline = (trial: Trial) => trial.run().CONNECT !== undefined;
const addressOf = (trial: Trial) => {
  const { mask, gateway, dns } = trial.run().address ?? {};
  return [mask, gateway, dns].join();
};
const readings = (trial: Trial) => trial.run(minute).messages("/reading").length;

/** What the console shows of a line of the log and of a typed key. */
const consoleOf = (trial: Trial) => {
  trial.run().board.type("?");
  return trial.board.output;
};

/** ms from a lost connection to the next, added up over three of them. */
function timeAway(trial: Trial): number {
  const { network, time } = trial.run().board;
  let sum = 0;
  for (let i = 0; i < 3; i++) {
    time.advance(2 * minute);
    const cut = time.ticks();
    network.link.cut();
    time.advance(2 * minute);
    sum += network.link.began - cut;
  }
  return sum;
}

/** Readings of a minute without the broker that reach it afterwards. */
function kept(trial: Trial): number {
  const { network, time } = trial.run().board;
  network.connects = "refuse";
  network.link.cut();
  time.advance(minute);
  network.connects = "accept";
  const connections = trial.mqtt.connections.length;
  while (trial.mqtt.connections.length === connections) time.advance(100);
  time.advance(500);
  const decoder = new TextDecoder();
  const late = trial.messages("/reading").filter(({ payload }) => {
    return decoder.decode(payload).includes('"time"');
  });
  return late.length;
}

/** Whether a baseline that was saved two days ago is used. */
function afterTwoDays({ board }: Trial): boolean {
  board.powerOn();
  board.time.advance(61 * minute);
  board.powerCycle(2 * 24 * 60 * minute);
  board.time.advance(30 * minute);
  return board.eventsOf("ccs811").includes("baseline-restored");
}

/** An SCD41 on the board, after a minute. */
function withSCD41(trial: Trial): SCD4xChip {
  const { board } = trial;
  const chip = new SCD4xChip({ time: board.time, air: new Air({ seed: 1 }) });
  board.bus.attach(chip);
  trial.run(minute);
  return chip;
}

const webhook = { "webhook.url": "https://hooks.example/air" };

/** Requests at the webhook in two minutes. */
function requests({ board }: Trial): ArrivedRequest[] {
  const server = new ScriptedWebServer(board.network, [443]);
  board.powerOn();
  board.time.advance(2 * minute);
  return server.requests;
}

const firstRequest = (trial: Trial) => requests(trial)[0];

/** Each header goes along. */
const headerCases: readonly Case[] = [
  {
    base: webhook,
    value: "X-Key: 123",
    see: (trial) => firstRequest(trial)?.headers.includes("X-Key: 123"),
    seen: [false, true],
  },
];

/** Replies to a command over MQTT. */
function repliesTo(trial: Trial): number {
  trial.run().mqtt.publish("airpair/airpair-000001/command", { payload: "status", QoS: 1 });
  trial.board.time.advance(second);
  return trial.messages("/reply").length;
}

/** Each rule alone publishes what it says. */
function ruleCases(): Record<RuleName, readonly Case[]> {
  const cases = ruleNames.map((name): [RuleName, Case[]] => [
    name,
    [
      {
        base: broker,
        value: "co2 > 1 publish airpair/rule open",
        see: (trial) => trial.run(minute).mqtt.payloads("airpair/rule"),
        seen: [[], ["open"]],
      },
    ],
  ]);
  return Object.fromEntries(cases) as Record<RuleName, Case[]>;
}

/** What is seen of a board with a platform, for each of its settings. */
function platformCases(slot: Slot): Pick<Record<SettingName, readonly Case[]>, PlatformName> {
  const name = (part: string) => `platform.${slot}.${part}` as PlatformName;
  const base = {
    [name("name")]: "broker",
    [name("boot")]: "on",
    [name("host")]: "mqtt://other.example",
  };
  const secure = { ...base, [name("host")]: "other.example" };
  const without = (part: string) => {
    return Object.fromEntries(Object.entries(base).filter(([each]) => each !== name(part)));
  };
  const state = (trial: Trial) => trial.run().messages("/state")[0]?.topic;
  const one = (
    value: string,
    see: Case["see"],
    seen: Case["seen"],
    more: object = base,
  ): Case[] => [{ base: { ...more }, value, see, seen }];
  const cases: [string, Case[]][] = [
    ["name", one("broker", isOnline, [false, true], without("name"))],
    ["boot", one("on", isOnline, [false, true], without("boot"))],
    [
      "host",
      one(
        "tb.example",
        (trial) => trial.run().board.network.lookups[0],
        ["mqtt.thingsboard.cloud", "tb.example"],
        { [name("name")]: "thingsboard", [name("boot")]: "on", [name("key")]: "token" },
      ),
    ],
    ["user", one("me", (trial) => trial.run().CONNECT?.user, [undefined, "me"])],
    ["key", one("pass", (trial) => trial.run().CONNECT?.password?.length, [undefined, 4])],
    ["device", one("desk", state, ["air/airpair-000001/state", "air/desk/state"])],
    ["channel", one("lab/x", state, ["air/airpair-000001/state", "lab/x/airpair-000001/state"])],
    [
      "ca",
      one(emptySequence, (trial) => trial.run().secure("certificateAuthorities"), [0, 1], secure),
    ],
    [
      "cert",
      one(emptySequence, (trial) => trial.run().secure("clientCertificates"), [undefined, 1], {
        ...secure,
        [name("cert-key")]: emptySequence,
      }),
    ],
    [
      "cert-key",
      one(emptySequence, (trial) => trial.run().secure("clientKey"), [undefined, 1], {
        ...secure,
        [name("cert")]: emptySequence,
      }),
    ],
  ];
  const named = cases.map(([part, list]) => [name(part), list] as const);
  return Object.fromEntries(named) as unknown as ReturnType<typeof platformCases>;
}

type PlatformName = Extract<SettingName, `platform.${Slot}.${string}`>;

/** Each setting with a value away from its default, and what of the board shows it. */
const cases: Readonly<Record<SettingName, readonly Case[]>> = {
  "board.id": [
    {
      base: broker,
      value: "hall",
      see: (trial) => trial.run().messages("/reading")[0]?.topic,
      seen: ["airpair/airpair-000001/reading", "airpair/hall/reading"],
    },
  ],
  "board.name": ["reading", "health"].map((topic) => ({
    base: broker,
    value: "hall",
    see: (trial) => {
      const [payload = "{}"] = trial.run().mqtt.payloads(`airpair/airpair-000001/${topic}`);
      return Object.keys(JSON.parse(payload))[0];
    },
    seen: ["office_sensor", "hall"],
  })),
  "wifi.ssid": [
    { base: { ...broker, "wifi.ssid": "" }, value: SSID, see: isOnline, seen: [false, true] },
  ],
  "wifi.password": [
    {
      base: { ...broker, "wifi.password": "" },
      value: password,
      see: isOnline,
      seen: [false, true],
    },
  ],
  "wifi.2.ssid": [
    {
      base: { ...broker, ...elsewhere, "wifi.2.password": password },
      value: SSID,
      see: isOnline,
      seen: [false, true],
    },
  ],
  "wifi.2.password": [
    {
      base: { ...broker, ...elsewhere, "wifi.2.ssid": SSID },
      value: password,
      see: isOnline,
      seen: [false, true],
    },
  ],
  "wifi.3.ssid": [
    {
      base: { ...broker, ...elsewhere, "wifi.3.password": password },
      value: SSID,
      see: isOnline,
      seen: [false, true],
    },
  ],
  "wifi.3.password": [
    {
      base: { ...broker, ...elsewhere, "wifi.3.ssid": SSID },
      value: password,
      see: isOnline,
      seen: [false, true],
    },
  ],
  "wifi.address": [
    {
      base: { ...fixedAddress, "wifi.address": "" },
      value: "192.168.1.21",
      see: (trial) => trial.run().address?.address,
      seen: [undefined, "192.168.1.21"],
    },
  ],
  "wifi.mask": [
    {
      base: { ...fixedAddress, "wifi.mask": "" },
      value: "255.255.0.0",
      see: addressOf,
      seen: [",,", "255.255.0.0,192.168.1.1,192.168.1.1"],
    },
  ],
  "wifi.gateway": [
    {
      base: { ...fixedAddress, "wifi.gateway": "" },
      value: "192.168.1.2",
      see: addressOf,
      seen: [",,", "255.255.255.0,192.168.1.2,192.168.1.2"],
    },
  ],
  "wifi.dns": [
    {
      base: fixedAddress,
      value: "192.168.1.3",
      see: addressOf,
      seen: ["255.255.255.0,192.168.1.1,192.168.1.1", "255.255.255.0,192.168.1.1,192.168.1.3"],
    },
  ],
  "wifi.reboot": [
    {
      base: elsewhere,
      value: 20,
      see: (trial) => trial.run(45 * minute).board.restarts.length > 0,
      seen: [false, true],
    },
  ],
  "mqtt.broker": [{ value: broker["mqtt.broker"], see: isOnline, seen: [false, true] }],
  "mqtt.user": [
    {
      base: broker,
      value: "hall",
      see: (trial) => trial.run().CONNECT?.user,
      seen: [undefined, "hall"],
    },
  ],
  "mqtt.password": [
    {
      base: broker,
      value: "alone",
      see: (trial) => trial.run().CONNECT?.user,
      seen: [undefined, ""],
    },
    {
      base: { ...broker, "mqtt.user": "hall" },
      value: "secret",
      see: (trial) => new TextDecoder().decode(trial.run().CONNECT?.password ?? new Uint8Array()),
      seen: ["", "secret"],
    },
  ],
  "mqtt.alpn": [
    {
      base: secureBroker,
      value: "x-amzn-mqtt-ca,mqtt",
      see: (trial) => trial.run().secure("applicationLayerProtocols"),
      seen: [undefined, 2],
    },
  ],
  "mqtt.client-id": [
    {
      base: { ...broker, "board.id": "board" },
      value: "thing 7",
      see: (trial) => trial.run().CONNECT?.id,
      seen: ["board", "thing 7"],
    },
  ],
  "mqtt.clean": [
    { base: broker, value: "on", see: (trial) => trial.run().CONNECT?.clean, seen: [false, true] },
  ],
  "mqtt.ca": [
    {
      base: secureBroker,
      value: emptySequence,
      see: (trial) => trial.run().secure("certificateAuthorities"),
      seen: [0, 1],
    },
  ],
  "mqtt.cert": [
    {
      base: { ...secureBroker, "mqtt.key": emptySequence },
      value: emptySequence,
      see: (trial) => trial.run().secure("clientCertificates"),
      seen: [undefined, 1],
    },
  ],
  "mqtt.key": [
    {
      base: { ...secureBroker, "mqtt.cert": emptySequence },
      value: emptySequence,
      see: (trial) => trial.run().secure("clientKey"),
      seen: [undefined, 1],
    },
  ],
  "mqtt.root": [
    {
      base: broker,
      value: "house/air",
      see: (trial) => trial.run().messages("/reading")[0]?.topic,
      seen: ["airpair/airpair-000001/reading", "house/air/airpair-000001/reading"],
    },
  ],
  "mqtt.qos": ["/reading", "/extended", "/health"].map((topic) => ({
    base: { ...broker, "publish.extended": "on" },
    value: 2,
    see: (trial) => trial.run().messages(topic)[0]?.QoS,
    seen: [1, 2],
  })),
  "mqtt.keepalive": [
    {
      base: broker,
      value: 30,
      see: (trial) => trial.run().CONNECT?.keepAliveSeconds,
      seen: [60, 30],
    },
  ],
  "mqtt.sys": [
    {
      base: broker,
      value: "on",
      see: (trial) => trial.run().filters.some((filter) => filter.startsWith("$SYS/")),
      seen: [false, true],
    },
  ],
  "mqtt.outbox": [{ base: broker, value: 4, see: kept, seen: [60, 4] }],
  "mqtt.boards": [
    {
      base: broker,
      value: 10_000,
      see: (trial) => timeAway(trial) > 5 * second,
      seen: [false, true],
    },
  ],
  "pair.code": [
    {
      base: broker,
      value: "K7QF-2M9X-PD41",
      see: (trial) => trial.run().filters.some((filter) => filter.startsWith("airpair/pair/K7Q/")),
      seen: [false, true],
    },
  ],
  "pair.allow": [
    {
      value: "version",
      see: (_trial, given) => answersOf(given),
      seen: [["readings", "status"], ["version"]],
    },
  ],
  "i2c.sda": [{ value: "25", see: hasBusAt25, seen: [false, true] }],
  "i2c.scl": [{ value: "25", see: hasBusAt25, seen: [false, true] }],
  "wifi.antenna": [
    {
      value: "external",
      see: (trial) => {
        trial.board.wiring = { antenna: { pin: 15 } };
        trial.run();
        return trial.board.pins.open.includes(15);
      },
      seen: [false, true],
    },
  ],
  "board.led": [
    {
      value: "13",
      see: (trial) => {
        const levels = new Set<number>();
        trial.board.pins.onWrite(13, (level) => levels.add(level));
        trial.run();
        return levels.size;
      },
      seen: [0, 2],
    },
  ],
  "board.button": [
    {
      base: elsewhere,
      value: "13",
      see: (trial) => {
        trial.run().board.press(13, 3 * second);
        return trial.board.ask("portal").join() !== "closed";
      },
      seen: [false, true],
    },
  ],
  "pair.button": [
    {
      base: broker,
      value: "13",
      see: (trial) => {
        trial.run().board.press(13, 3 * second);
        return trial.board.events.some(({ event }) => event === "code");
      },
      seen: [false, true],
    },
  ],
  "pair.led": [
    {
      base: { ...broker, "pair.code": "K7QF-2M9X-PD41" },
      value: "13",
      see: (trial) => {
        const levels = new Set<number>();
        trial.board.pins.onWrite(13, (level) => levels.add(level));
        trial.run();
        return levels.size;
      },
      seen: [0, 2],
    },
  ],
  "pair.peer": [
    {
      base: broker,
      value: "hall",
      see: (trial) => trial.run().filters.some((filter) => filter.startsWith("airpair/hall/")),
      seen: [false, true],
    },
  ],
  "publish.plain": [
    { base: broker, value: "off", see: (trial) => readings(trial) > 0, seen: [true, false] },
  ],
  "publish.interval": [
    { base: broker, value: 30, see: (trial) => readings(trial) > 3, seen: [true, false] },
  ],
  "publish.floor": [
    {
      base: { ...broker, "publish.interval": 3_600, "publish.co2": 1 },
      value: 30,
      see: (trial) => trial.run(10 * minute).messages("/reading").length > 20,
      seen: [true, false],
    },
  ],
  "publish.co2": [
    {
      base: unchanging,
      value: 1,
      see: (trial) => trial.run(10 * minute).messages("/reading").length > 1,
      seen: [false, true],
    },
  ],
  "publish.voc": [
    {
      base: unchanging,
      value: 1,
      see: (trial) => trial.run(10 * minute).messages("/reading").length > 1,
      seen: [false, true],
    },
  ],
  "publish.temperature": [
    {
      base: unchanging,
      value: 2,
      see: (trial) => readingsOfChange(trial, { temperature: 25, humidity: 40, pressure: 100_000 }),
      seen: [0, 1],
    },
  ],
  "publish.humidity": [
    {
      base: unchanging,
      value: 5,
      see: (trial) => readingsOfChange(trial, { temperature: 20, humidity: 60, pressure: 100_000 }),
      seen: [0, 1],
    },
  ],
  "climate.temperature.offset": [
    {
      base: { ...broker, "reading.decimals": 1 },
      value: -2.5,
      see: (trial) => newestReading(trial)["dht temp"],
      seen: [20, 17.5],
    },
  ],
  "climate.humidity.offset": [
    { base: broker, value: 7, see: (trial) => newestReading(trial)["dht RH"], seen: [40, 47] },
  ],
  "climate.altitude": [
    {
      base: broker,
      value: 500,
      see: (trial) => newestReading(trial)["sea-level P"],
      seen: [undefined, 1061],
    },
  ],
  "reading.decimals": [
    {
      base: { ...broker, "climate.temperature.offset": 0.3 },
      value: 1,
      see: (trial) => newestReading(trial)["dht temp"],
      seen: [20, 20.3],
    },
  ],
  ...ruleCases(),
  portal: [
    {
      base: { "wifi.ssid": "" },
      value: "off",
      see: (trial) => trial.run().board.ownNetwork.SSID,
      seen: ["airpair-000001", undefined],
    },
  ],
  "portal.security": [
    {
      base: { "wifi.ssid": "" },
      value: "open",
      see: (trial) => trial.run().board.ownNetwork.security,
      seen: ["WPA2", "open"],
    },
  ],
  "portal.password": [
    {
      base: { "wifi.ssid": "" },
      value: "0123456789",
      see: (trial) => trial.run().board.ownNetwork.join("0123456789"),
      seen: [undefined, "192.168.4.2"],
    },
  ],
  "improv.url": [
    {
      value: "http://192.168.4.2:8080/",
      see: (trial) => {
        trial.run().board.type(Uint8Array.from(improvState));
        return trial.board.output.includes("http://192.168.4.2:8080/");
      },
      seen: [false, true],
    },
  ],
  "update.key": [
    {
      value: testKeyText,
      see: (trial) => trial.run().board.ask("update http://server.example/a")[0]?.slice(0, 18),
      seen: ["this board takes n", "fetching the image"],
    },
  ],
  "remote.update": [
    {
      base: broker,
      value: "on",
      see: (trial) => trial.run().filters.some((filter) => filter.endsWith("/update")),
      seen: [false, true],
    },
  ],
  "webhook.url": [
    {
      value: webhook["webhook.url"],
      see: (trial) => firstRequest(trial)?.line,
      seen: [undefined, "POST /air HTTP/1.1"],
    },
  ],
  "webhook.method": [
    {
      base: webhook,
      value: "GET",
      see: (trial) => firstRequest(trial)?.line,
      seen: ["POST /air HTTP/1.1", "GET /air HTTP/1.1"],
    },
  ],
  "webhook.header.1": headerCases,
  "webhook.header.2": headerCases,
  "webhook.header.3": headerCases,
  "webhook.body": [
    {
      base: webhook,
      value: '{"room":"{{name}}"}',
      see: (trial) => firstRequest(trial)?.body.slice(0, 16),
      seen: ['{"office_sensor"', '{"room":"office_'],
    },
  ],
  "webhook.on": [
    {
      base: webhook,
      value: "reading",
      see: (trial) => requests(trial).length > 60,
      seen: [false, true],
    },
    { base: webhook, value: "rule", see: (trial) => requests(trial).length, seen: [2, 0] },
  ],
  "webhook.interval": [
    {
      base: webhook,
      value: 10,
      see: (trial) => Math.round(requests(trial).length / 2),
      seen: [1, 6],
    },
  ],
  "webhook.ca": [
    {
      base: webhook,
      value: emptySequence,
      see: (trial) => {
        requests(trial);
        return trial.secure("certificateAuthorities");
      },
      seen: [0, 1],
    },
  ],
  "publish.extended": [
    {
      base: broker,
      value: "on",
      see: (trial) => trial.run().messages("/extended").length > 0,
      seen: [false, true],
    },
  ],
  sleep: [
    {
      base: broker,
      value: 5,
      see: ({ board }) => {
        board.powerOn();
        board.untilAsleep(10 * minute);
        return board.sleeps.map(({ duration }) => duration);
      },
      seen: [[], [5 * minute]],
    },
  ],
  "publish.health": [
    {
      base: broker,
      value: 0,
      see: (trial) => trial.run().messages("/health").length,
      seen: [1, 0],
    },
    {
      base: broker,
      value: 5,
      see: (trial) => trial.run(16 * minute).messages("/health").length,
      seen: [2, 4],
    },
  ],
  "ccs811.address": [
    {
      value: "0x5B",
      see: ({ board }) => {
        const { time, bus } = board;
        bus.attach(new CCS811Chip({ time, air: new Air({ seed: 1 }), address: 0x5b }));
        board.powerOn();
        time.advance(minute);
        return board.events.find(({ text = "" }) => text.startsWith("CCS811 found"))?.text;
      },
      seen: ["CCS811 found at 0x5A", "CCS811 found at 0x5B"],
    },
  ],
  "ccs811.mode": [
    {
      value: 2,
      see: (trial) => trial.run().board.ask("ccs811")[1]?.slice(0, 6),
      seen: ["mode 1", "mode 2"],
    },
  ],
  "ccs811.int": [
    {
      value: "27",
      see: (trial) => trial.run(minute).board.ask("ccs811").join().includes("nINT calls"),
      seen: [false, true],
    },
  ],
  "ccs811.thresholds": [
    {
      value: "800,1200",
      see: (trial) => trial.run(minute).board.chip.thresholds.lowToMedium,
      seen: [1_500, 800],
    },
  ],
  "co2.mode": [
    { value: "low-power", see: (trial) => withSCD41(trial).period, seen: [5_000, 30_000] },
  ],
  "co2.self-calibration": [
    { value: "off", see: (trial) => withSCD41(trial).settings.ASC, seen: [1, 0] },
  ],
  "baseline.max-age": [{ value: 1, see: afterTwoDays, seen: [true, false] }],
  "console.format": [
    {
      base: { "console.format": "text" },
      value: "json",
      see: (trial) => trial.run().board.output.startsWith("{"),
      seen: [false, true],
    },
  ],
  "console.echo": [
    {
      base: { "console.format": "text" },
      value: "off",
      see: (trial) => consoleOf(trial).includes("> ?"),
      seen: [true, false],
    },
  ],
  "log.level": [
    { value: "warn", see: (trial) => trial.run().board.eventsOf("boot").length, seen: [1, 0] },
  ],
  "platform.interval": [
    {
      base: {
        "platform.1.name": "broker",
        "platform.1.boot": "on",
        "platform.1.host": "mqtt://other.example",
      },
      value: 10,
      see: (trial) => Math.round(trial.run(2 * minute).messages("/state").length / 4),
      seen: [1, 3],
    },
  ],
  ...platformCases(1),
  ...platformCases(2),
  "remote.commands": [{ base: broker, value: "on", see: repliesTo, seen: [0, 1] }],
  "remote.mqtt": [
    {
      base: { ...broker, "remote.commands": "on" },
      value: "on",
      see: (trial) => {
        trial.run().mqtt.publish("airpair/airpair-000001/command", { payload: "mqtt pub lab/a x" });
        trial.board.time.advance(second);
        return trial.messages("lab/a").length;
      },
      seen: [0, 1],
    },
  ],
  "remote.pair": [
    {
      base: broker,
      value: "on",
      see: (trial) => trial.run().messages("/pairs").length > 0,
      seen: [false, true],
    },
    {
      base: { ...broker, "remote.commands": "on" },
      value: "on",
      see: (trial) => {
        trial.run().mqtt.publish("airpair/airpair-000001/command", { payload: "pairs" });
        trial.board.time.advance(second);
        return JSON.parse(trial.mqtt.payloads("airpair/airpair-000001/reply").at(-1) ?? "{}").ok;
      },
      seen: [false, true],
    },
  ],
  "time.server": [
    {
      value: "time.example",
      see: (_trial, settings) => timeServers(settings).join(),
      seen: ["pool.ntp.org", "time.example"],
    },
  ],
};

for (const [name, list] of Object.entries(cases)) {
  test(`${name} away from its default changes what is seen of the board`, () => {
    assert.ok(list.length > 0);
    for (const { base = {}, value, see, seen } of list) {
      const [usual, other] = [base, { ...base, [name]: value }].map((settings) =>
        see(new Trial(settings), settings),
      );
      assert.deepEqual([usual, other], seen);
      assert.notDeepEqual(usual, other);
    }
  });
}

test("every setting has a case, and each case a value that the setting takes", () => {
  assert.deepEqual(Object.keys(cases).sort(), Object.keys(settingList).sort());
  for (const [name, list] of Object.entries(cases)) {
    for (const { value } of list) {
      const given = { [name]: value };
      const settings = new Settings({ list: settingList, store: new MemoryKeyValue(), given });
      assert.deepEqual(settings.problems, []);
      assert.notEqual(value, settingList[name as SettingName].default, name);
    }
  }
});

test("a restart that was wanted is not told as a crash, and one after a fault is", () => {
  const board = new WholeBoard();
  board.powerOn();
  board.time.advance(minute);
  board.ask("reboot");
  board.time.advance(5 * second);
  assert.equal(board.restarts.length, 1);
  board.restart("software");
  board.time.advance(second);
  assert.ok(!board.events.some(({ part, event }) => part === "boot" && event !== "boot"));
  board.crash("panic");
  board.time.advance(second);
  assert.ok(board.events.some(({ part, event }) => part === "boot" && event !== "boot"));
});
