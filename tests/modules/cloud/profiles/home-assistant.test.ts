// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { Profile } from "../../../../modules/cloud/profile.ts";
import { findProfile } from "../../../../modules/cloud/profile-list.ts";
import { MqttSession } from "../../../../modules/mqtt/session.ts";
import { seededRandom } from "../../../support/random.ts";
import { ScriptedBroker } from "../../../support/scripted-broker.ts";
import { CloudBench } from "../cloud-bench.ts";

/** What Home Assistant documents for device-based discovery, by its abbreviations. */
const rootKeys = ["dev", "o", "cmps", "stat_t", "avty_t", "qos"];
const deviceKeys = ["ids", "name", "mf", "mdl", "sw"];
const originKeys = ["name", "sw", "url"];
const sensorKeys = [
  ...["p", "uniq_id", "dev_cla", "unit_of_meas", "stat_cla", "exp_aft", "val_tpl"],
  ...["stat_t", "ent_cat", "name", "sug_dsp_prc"],
];
const numberKeys = [
  ...["p", "uniq_id", "name", "cmd_t", "stat_t", "min", "max", "unit_of_meas", "ent_cat"],
];
/** Classes of sensors with the units that they take. */
const units: Readonly<Record<string, readonly string[]>> = {
  carbon_dioxide: ["ppm"],
  volatile_organic_compounds_parts: ["ppb", "ppm"],
  atmospheric_pressure: ["hPa", "Pa", "kPa", "mbar"],
  temperature: ["°C", "°F", "K"],
  humidity: ["%"],
  signal_strength: ["dB", "dBm"],
  duration: ["s", "min", "h", "d", "ms"],
};

type Json = Readonly<Record<string, unknown>>;

/** Keys of an object that are not among those. */
function unknownKeys(value: unknown, known: readonly string[]): string[] {
  return Object.keys(value as Json).filter((key) => !known.includes(key));
}

/** What Home Assistant would not take of a discovery message. */
function whyNot(topic: string, text: string): string[] {
  const problems: string[] = [];
  if (!/^homeassistant\/device\/[A-Za-z0-9_-]+\/config$/.test(topic)) problems.push(topic);
  const { dev, o, cmps, ...root } = JSON.parse(text) as Record<string, Json>;
  if (!dev || !o || !cmps) return [...problems, "dev, o or cmps"];
  problems.push(...unknownKeys({ dev, o, cmps, ...root }, rootKeys));
  problems.push(...unknownKeys(dev, deviceKeys), ...unknownKeys(o, originKeys));
  if (!(Array.isArray(dev.ids) && dev.ids.length > 0 && o.name)) problems.push("ids or name");
  const ids = new Set<unknown>();
  for (const [id, part] of Object.entries(cmps as Record<string, Json>)) {
    const isSensor = part.p === "sensor";
    problems.push(
      ...unknownKeys(part, isSensor ? sensorKeys : numberKeys).map((key) => `${id} ${key}`),
    );
    if (!part.uniq_id || ids.has(part.uniq_id)) problems.push(`${id} uniq_id`);
    ids.add(part.uniq_id);
    if (!isSensor) continue;
    if (!units[String(part.dev_cla)]?.includes(String(part.unit_of_meas)))
      problems.push(`${id} unit`);
    if (!/^\{\{ value_json\.[a-z0-9]+ \}\}$/.test(String(part.val_tpl)))
      problems.push(`${id} val_tpl`);
    if (part.stat_cla !== "measurement") problems.push(`${id} stat_cla`);
  }
  return problems;
}

/** A board with its own broker, and Home Assistant at it. */
class Trial extends CloudBench {
  readonly broker = new ScriptedBroker(this.network);

  constructor() {
    super(findProfile("home-assistant") as Profile, {});
    const session = new MqttSession({
      brokers: [{ host: "broker.test", port: 1_883, secure: false }],
      id: "board-a",
      network: this.network.providers,
      clock: this.time,
      timers: this.time,
      random: seededRandom(2),
      will: { topic: "air/board-a/status", message: "offline", QoS: 1, retain: true },
      birth: { topic: "air/board-a/status", payload: "online" },
    });
    this.board.session = session;
    session.start();
    this.time.advance(2_000);
  }

  get configs(): string[] {
    return this.broker.payloads("homeassistant/device/board-a/config");
  }

  get parts(): Record<string, Json> {
    return JSON.parse(this.configs.at(-1) ?? "{}").cmps;
  }
}

test("the board announces itself as one device that Home Assistant takes, retained", () => {
  const trial = new Trial().run(10);
  assert.equal(trial.configs.length, 1);
  assert.deepEqual(whyNot("homeassistant/device/board-a/config", trial.configs[0] ?? ""), []);
  const [message] = trial.broker.published("homeassistant/device/board-a/config");
  assert.ok(message?.retain && message.QoS === 1);
  const names = Object.keys(trial.parts);
  assert.deepEqual(names, [
    ...["co2", "voc", "pressure", "temperature", "humidity", "rssi", "uptime", "interval"],
  ]);
  assert.equal(trial.parts.co2?.exp_aft, 180);
  const { stat_t, avty_t } = JSON.parse(trial.configs[0] ?? "");
  assert.deepEqual([stat_t, avty_t], ["air/board-a/state", "air/board-a/status"]);
});

test("readings and diagnostics go where the announcement says, byte for byte", () => {
  const trial = new Trial().run(130);
  const states = trial.broker.payloads("air/board-a/state");
  assert.ok(states.length >= 2);
  assert.equal(
    states[0],
    '{"co2":612,"voc":32,"pressure":1013.2,"temperature":23.4,"humidity":41}',
  );
  const [diagnostics = ""] = trial.broker.payloads("air/board-a/diagnostics");
  assert.match(diagnostics, /^\{"rssi":-60,"uptime":\d+\}$/);
  assert.ok(trial.broker.arrived.every(({ QoS }) => QoS <= 1));
});

test("the check finds what Home Assistant would refuse", () => {
  const [good = ""] = new Trial().run(10).configs;
  const topic = "homeassistant/device/board-a/config";
  for (const [from, to] of [
    ['"ppm"', '"ppb"'],
    ['"cmps"', '"cmp"'],
    ["board-a_voc", "board-a_co2"],
    ['"o":{"name":"airpair"', '"o":{"x":"airpair"'],
    ['"unit_of_meas":"hPa",', ""],
  ]) {
    assert.notEqual(good.replace(from ?? "", to ?? ""), good, from);
    assert.notDeepEqual(whyNot(topic, good.replace(from ?? "", to ?? "")), [], from);
  }
});

test("a value that comes later is announced then, and one that the board does not have is not", () => {
  const trial = new Trial();
  trial.sample = { temperature: 20, humidity: 40 };
  trial.run(10);
  assert.deepEqual(Object.keys(trial.parts), [
    ...["temperature", "humidity", "rssi", "uptime", "interval"],
  ]);
  trial.sample = { temperature: 20, humidity: 40, co2: 500 };
  trial.run(120);
  assert.ok("co2" in trial.parts && !("voc" in trial.parts));
  assert.equal(trial.configs.length, 2);
});

test("Home Assistant that starts again is told again, after a short wait of its own length", () => {
  const trial = new Trial().run(30);
  trial.broker.publish("homeassistant/status", { payload: "offline" });
  trial.run(10, 1);
  assert.equal(trial.configs.length, 1);
  trial.broker.publish("homeassistant/status", { payload: "online" });
  trial.run(8, 1);
  assert.equal(trial.configs.length, 2);
});

test("after an outage of the broker the board announces itself again, and readings go on", () => {
  const trial = new Trial().run(70);
  trial.network.connects = "refuse";
  trial.network.link.cut();
  trial.run(600, 10);
  const before = trial.broker.payloads("air/board-a/state").length;
  trial.broker.forget();
  trial.network.connects = "accept";
  trial.run(240, 5);
  assert.equal(trial.configs.length, 2);
  const after = trial.broker.payloads("air/board-a/state").length - before;
  assert.ok(after >= 2 && after <= 6, String(after));
  assert.match(trial.log, /\d readings were not sent meanwhile/);
});

test("the number entity changes the interval, which is echoed and announced", () => {
  const trial = new Trial().run(30);
  assert.deepEqual(trial.broker.payloads("air/board-a/interval"), ["60"]);
  trial.broker.publish("air/board-a/interval/set", { payload: "20", QoS: 1 });
  trial.run(5);
  assert.deepEqual(trial.board.lines, ["set platform.interval 20"]);
  assert.deepEqual(trial.broker.payloads("air/board-a/interval"), ["60", "20"]);
  assert.equal(trial.parts.co2?.exp_aft, 60);
  for (const payload of ["", "x", "20; reboot", "NaN", "1e9"]) {
    trial.broker.publish("air/board-a/interval/set", { payload, QoS: 1 });
  }
  trial.run(5);
  assert.equal(trial.board.lines.length, 1);
});

test("where no commands are taken there is no number, and nothing is subscribed to for it", () => {
  const trial = new Trial();
  trial.board.takesCommands = false;
  trial.run(30);
  assert.ok(!("interval" in trial.parts));
  const filters = [...trial.broker.sessions.values()].flatMap((each) => [...each.filters.keys()]);
  assert.deepEqual(filters.sort(), ["air/board-a/status", "homeassistant/status"]);
});

test("a board that leaves takes its announcement back", () => {
  const trial = new Trial().run(30);
  trial.platform.leave(() => {});
  trial.time.advance(2_000);
  assert.equal(trial.configs.at(-1), "");
  assert.ok(trial.broker.published("homeassistant/device/board-a/config").at(-1)?.retain);
  const filters = [...trial.broker.sessions.values()].flatMap((each) => [...each.filters.keys()]);
  assert.deepEqual(filters, ["air/board-a/status"]);
});

test("what the board learns while it puts its announcement together leaves no half of it", () => {
  for (let turns = 0; turns < 40; turns++) {
    const trial = new Trial();
    trial.board.takesCommands = false;
    trial.sample = { co2: 600 };
    trial.platform.add(trial.sample, trial.time.now());
    for (let turn = 0; turn < 20 + turns; turn++) trial.time.step();
    trial.board.takesCommands = true;
    trial.sample = { co2: 600, temperature: 21 };
    trial.run(10);
    const documents = trial.configs.map((text) => Object.keys(JSON.parse(text).cmps));
    assert.ok(documents.at(-1)?.includes("temperature") && documents.at(-1)?.includes("interval"));
    assert.ok(documents.every((parts) => parts.includes("co2") && parts.includes("uptime")));
  }
});

test("a broker that refuses the filters, takes no announcement and dies for a while still gets its readings", () => {
  const trial = new Trial();
  const { broker } = trial;
  broker.grant = (filter, QoS) => (filter.startsWith("homeassistant/") ? 0x80 : QoS);
  broker.onPacket = (packet, { link }) => {
    if (packet.type !== "PUBLISH" || !packet.topic.startsWith("homeassistant/")) return false;
    link.cut();
    return true;
  };
  trial.run(300, 10);
  assert.match(trial.log, /the subscription to homeassistant\/status is refused/);
  const states = () => broker.payloads("air/board-a/state").length;
  assert.ok(states() >= 3, `${states()} readings`);
  const before = broker.connections.length;
  trial.network.connects = "refuse";
  trial.network.link.cut();
  trial.run(300, 10);
  trial.network.connects = "accept";
  broker.onPacket = () => false;
  const readings = states();
  trial.run(300, 10);
  assert.ok(states() >= readings + 4, `${states() - readings} readings`);
  assert.ok(broker.connections.length - before <= 5);
  assert.ok("co2" in trial.parts);
});
