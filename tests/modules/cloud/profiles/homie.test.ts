// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { Profile } from "../../../../modules/cloud/profile.ts";
import { findProfile } from "../../../../modules/cloud/profile-list.ts";
import { MqttSession } from "../../../../modules/mqtt/session.ts";
import { seededRandom } from "../../../support/random.ts";
import { ScriptedBroker } from "../../../support/scripted-broker.ts";
import { CloudBench } from "../cloud-bench.ts";

/** A board that follows Homie at its own broker. */
class Trial extends CloudBench {
  readonly broker = new ScriptedBroker(this.network);

  constructor(name: "homie4" | "homie5") {
    super(findProfile(name) as Profile, {});
  }

  /** Topics and texts in their order. */
  get messages(): [string, string][] {
    const decoder = new TextDecoder();
    return this.broker.arrived.map(({ topic, payload }) => [topic, decoder.decode(payload)]);
  }

  /** What the broker keeps. */
  get kept(): Record<string, string> {
    const decoder = new TextDecoder();
    const entries = [...this.broker.retained].map(([topic, { payload }]) => {
      return [topic, decoder.decode(payload)];
    });
    return Object.fromEntries(entries);
  }

  states(root: string): string[] {
    return this.broker.payloads(`${root}/$state`);
  }
}

const roots = { homie4: "homie/board-a", homie5: "homie/5/board-a" } as const;

for (const name of ["homie4", "homie5"] as const) {
  const root = roots[name];
  test(`${name} comes with its will, says init before what it has, and ready after it, all retained`, () => {
    const trial = new Trial(name).run(20);
    const { connect } = trial.broker.connection;
    assert.equal(connect?.will?.topic, `${root}/$state`);
    assert.equal(new TextDecoder().decode(connect?.will?.message), "lost");
    assert.ok(connect?.will?.retain);
    assert.equal(connect?.user, "me");
    const topics = trial.messages;
    const at = (topic: string, text?: string) =>
      topics.findIndex((each) => each[0] === topic && (text === undefined || each[1] === text));
    const described = name === "homie4" ? `${root}/$nodes` : `${root}/$description`;
    assert.ok(at(`${root}/$state`, "init") < at(described));
    assert.ok(at(described) < at(`${root}/$state`, "ready"));
    assert.ok(trial.broker.arrived.every(({ retain, QoS }) => retain && QoS === 1));
    assert.equal(trial.kept[`${root}/$state`], "ready");
  });

  test(`${name} has a topic for each value, as text without spaces`, () => {
    const { kept } = new Trial(name).run(20);
    const values = ["co2", "voc", "pressure", "temperature", "humidity"].map((metric) => {
      return kept[`${root}/air/${metric}`];
    });
    assert.deepEqual(values, ["612", "32", "1013.2", "23.4", "41"]);
  });

  test(`${name} takes an interval on set, not retained, and says what holds`, () => {
    const trial = new Trial(name).run(20);
    assert.equal(trial.kept[`${root}/config/interval`], "60");
    trial.broker.publish(`${root}/config/interval/set`, { payload: "30", QoS: 1 });
    trial.run(5);
    assert.deepEqual(trial.board.lines, ["set platform.interval 30"]);
    assert.equal(trial.kept[`${root}/config/interval`], "30");
  });

  test(`${name} says disconnected when it goes, and the broker says lost when it is cut off`, () => {
    const trial = new Trial(name).run(20);
    trial.network.link.cut();
    trial.time.advance(100);
    assert.equal(trial.states(root).at(-1), "lost");
    trial.run(120);
    assert.equal(trial.kept[`${root}/$state`], "ready");
    trial.platform.close(() => {});
    trial.time.advance(2_000);
    assert.equal(trial.kept[`${root}/$state`], "disconnected");
  });

  test(`${name} that is left takes everything back that the broker keeps, the state first`, () => {
    const trial = new Trial(name).run(20);
    const session = new MqttSession({
      brokers: [{ host: "broker.test", port: 1_883, secure: false }],
      id: "board-a",
      network: trial.network.providers,
      clock: trial.time,
      timers: trial.time,
      random: seededRandom(2),
      limits: { outboxCount: 60, outboxBytes: 8_192 },
    });
    session.start();
    trial.time.advance(2_000);
    trial.board.session = session;
    const before = trial.messages.length;
    trial.platform.leave(() => {});
    trial.time.advance(10_000);
    const after = trial.messages.slice(before).filter(([, text]) => text === "");
    assert.equal(after[0]?.[0], `${root}/$state`);
    const left = Object.keys(trial.kept).filter((topic) => topic.startsWith(root));
    assert.deepEqual(left, []);
  });
}

test("Homie 4 has all attributes that are required, of the device, its node and its values", () => {
  const trial = new Trial("homie4");
  trial.board.takesCommands = false;
  const { kept } = trial.run(20);
  const root = "homie/board-a";
  assert.equal(kept[`${root}/$homie`], "4.0.0");
  assert.equal(kept[`${root}/$name`], "board-a");
  assert.equal(kept[`${root}/$nodes`], "air");
  // Required and empty: a broker keeps nothing of it.
  assert.equal(trial.broker.published(`${root}/$extensions`).length, 1);
  assert.equal(kept[`${root}/air/$name`], "Air");
  assert.equal(kept[`${root}/air/$type`], "sensor");
  assert.equal(kept[`${root}/air/$properties`], "co2,voc,pressure,temperature,humidity");
  for (const [metric, label, datatype, unit] of [
    ["co2", "CO2", "integer", "ppm"],
    ["voc", "VOC", "integer", "ppb"],
    ["pressure", "Pressure", "float", "hPa"],
    ["temperature", "Temperature", "float", "°C"],
    ["humidity", "Humidity", "float", "%"],
  ]) {
    const of = (attribute: string) => kept[`${root}/air/${metric}/$${attribute}`];
    assert.deepEqual([of("name"), of("datatype"), of("unit")], [label, datatype, unit]);
  }
});

test("Homie 5 describes itself in one document, with another version when it is another", () => {
  const trial = new Trial("homie5");
  trial.board.takesCommands = false;
  trial.sample = { co2: 500 };
  trial.run(20);
  const documents = () => trial.broker.payloads("homie/5/board-a/$description");
  assert.deepEqual(JSON.parse(documents()[0] ?? ""), {
    homie: "5.0",
    version: 31,
    name: "board-a",
    nodes: {
      air: { name: "Air", properties: { co2: { name: "CO2", datatype: "integer", unit: "ppm" } } },
    },
  });
  trial.sample = { co2: 500, voc: 1, pressure: 1000, temperature: 20, humidity: 40 };
  trial.run(120);
  const last = JSON.parse(documents().at(-1) ?? "");
  assert.equal(last.version, 1);
  assert.deepEqual(last.nodes.air.properties.humidity, {
    name: "Humidity",
    datatype: "float",
    unit: "%",
    format: "0:100",
  });
  // It may change only while the device is not ready.
  const order = trial.messages
    .filter(([topic]) => /\/\$(state|description)$/.test(topic))
    .map(([topic, text]) => (topic.endsWith("$state") ? text : "description"));
  assert.deepEqual(order, ["init", "description", "ready", "init", "description", "ready"]);
});

test("an id that Homie does not allow becomes one that it does", () => {
  const trial = new Trial("homie5");
  trial.board.id = "Büro_2";
  trial.run(20);
  assert.equal(trial.kept["homie/5/b-ro-2/$state"], "ready");
});
