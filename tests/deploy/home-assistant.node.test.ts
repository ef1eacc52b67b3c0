// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import test from "node:test";
import { parse as parseYAML } from "yaml";
import { encodeReading } from "../../modules/air-quality/reading-json.ts";
import { boardTopics } from "../../modules/app/board-topics.ts";

interface Sensor {
  readonly unique_id: string;
  readonly state_topic: string;
  readonly availability_topic: string;
  readonly value_template: string;
  readonly device_class: string;
  readonly unit_of_measurement: string;
  readonly expire_after: number;
  readonly device: { readonly identifiers: readonly string[] };
}

const file = resolve(import.meta.dirname, "../../deploy/home-assistant/boards.yaml");
const [entry] = parseYAML(readFileSync(file, "utf8")) as readonly {
  readonly sensor: readonly Sensor[];
}[];
const sensors = entry?.sensor ?? [];

/** Classes of Home Assistant and a unit that it takes for each. */
const units: Readonly<Record<string, string>> = {
  carbon_dioxide: "ppm",
  volatile_organic_compounds_parts: "ppb",
  temperature: "°C",
  humidity: "%",
  atmospheric_pressure: "hPa",
};

test("every sensor of Home Assistant takes a value that a reading has, in the unit of its class", () => {
  const whole = {
    ...{ co2: 612, voc: 32, pressure: 101_200, temperature: 22, humidityPercent: 41, ticks: 0 },
    // The temperature of the air is enough.
    pressureTemperature: undefined,
  };
  const [values = {}] = Object.values(JSON.parse(encodeReading("any name", whole)) as object);
  const taken = sensors.map(({ value_template }) => /\.get\('([^']+)'\)/.exec(value_template)?.[1]);
  assert.deepEqual(taken.toSorted(), Object.keys(values).toSorted());
  const classes = sensors.map(({ device_class }) => device_class);
  assert.deepEqual(classes.toSorted(), Object.keys(units).toSorted());
  for (const { device_class, unit_of_measurement } of sensors) {
    assert.equal(unit_of_measurement, units[device_class]);
  }
});

test("every sensor of Home Assistant listens to the board of which it is, and has a name of its own", () => {
  const { reading, status } = boardTopics("airpair", "board-01");
  for (const sensor of sensors) {
    assert.equal(sensor.state_topic, reading);
    assert.equal(sensor.availability_topic, status);
    assert.deepEqual(sensor.device.identifiers, ["board-01"]);
    // Some readings may be late or lost; an old value is not shown as one of now.
    assert.equal(sensor.expire_after, 180);
  }
  assert.equal(new Set(sensors.map(({ unique_id }) => unique_id)).size, sensors.length);
});
