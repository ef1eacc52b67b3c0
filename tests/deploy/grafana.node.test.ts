// SPDX-License-Identifier: MIT

// The files with which readings go from the broker over Telegraf and InfluxDB to Grafana: each must name
// what the one before it writes.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import test from "node:test";
import { parse as parseTOML } from "smol-toml";
import { parse as parseYAML } from "yaml";
import { airIndex } from "../../modules/air-quality/air-index.ts";
import type { Reading } from "../../modules/air-quality/reading.ts";
import { encodeReading } from "../../modules/air-quality/reading-json.ts";
import { boardTopics } from "../../modules/app/board-topics.ts";

const folder = resolve(import.meta.dirname, "../../deploy/grafana");

function read(path: string): string {
  return readFileSync(join(folder, path), "utf8");
}

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly datasource: { readonly uid: string };
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly fieldConfig: {
    readonly defaults: {
      readonly thresholds?: { readonly steps: readonly { readonly value: number | null }[] };
    };
  };
  readonly targets: readonly {
    readonly query: string;
    readonly datasource: { readonly uid: string };
  }[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly query: string;
      readonly datasource: { readonly uid: string };
    }[];
  };
}

interface Telegraf {
  readonly inputs: {
    readonly mqtt_consumer: readonly {
      readonly servers: readonly string[];
      readonly topics: readonly string[];
      readonly username: string;
      readonly password: string;
      readonly data_format: string;
      readonly topic_parsing: readonly {
        readonly topic: string;
        readonly measurement: string;
        readonly tags: string;
      }[];
      readonly xpath: readonly {
        readonly metric_selection: string;
        readonly timestamp: string;
        readonly timestamp_format: string;
        readonly field_selection: string;
        readonly tags: Readonly<Record<string, string>>;
      }[];
    }[];
  };
  readonly outputs: {
    readonly influxdb_v2: readonly {
      readonly urls: readonly string[];
      readonly token: string;
      readonly organization: string;
      readonly bucket: string;
    }[];
  };
}

interface Environment {
  readonly environment: Readonly<Record<string, string>>;
}

const dashboard = JSON.parse(read("dashboards/air.json")) as Dashboard;
const telegraf = parseTOML(read("telegraf.conf")) as unknown as Telegraf;
const { services } = parseYAML(read("compose.yaml")) as {
  services: Readonly<Record<"influxdb" | "telegraf" | "grafana", Environment>>;
};
const [source] = (
  parseYAML(read("provisioning/datasources/influxdb.yaml")) as {
    datasources: readonly {
      readonly uid: string;
      readonly url: string;
      readonly jsonData: Readonly<Record<string, string>>;
      readonly secureJsonData: Readonly<Record<string, string>>;
    }[];
  }
).datasources;

/** A reading that lacks nothing. */
const whole: Reading = {
  co2: 612,
  voc: 32,
  pressure: 101_200,
  seaLevelPressure: 101_900,
  pressureTemperature: 22.4,
  temperature: 21.9,
  humidityPercent: 41.2,
  ticks: 0,
};
/** Numbers of a reading's JSON: the fields that Telegraf makes. */
const fields = Object.entries(
  (JSON.parse(encodeReading("office_sensor", whole, 0)) as { office_sensor: object }).office_sensor,
)
  .filter(([, value]) => typeof value === "number")
  .map(([name]) => name);

const queries = dashboard.panels.flatMap(({ targets }) => targets.map(({ query }) => query));
const [input] = telegraf.inputs.mqtt_consumer;
const [output] = telegraf.outputs.influxdb_v2;

test("every query of the dashboard asks for a value that a reading has, and every value is asked for", () => {
  const asked = queries.map((query) => /r\._field == "([^"]+)"/.exec(query)?.[1]);
  assert.deepEqual(
    asked.filter((name) => name === undefined || !fields.includes(name)),
    [],
  );
  assert.equal(fields.length, 7);
  assert.deepEqual([...new Set(asked)].sort(), [...fields].sort());
});

test("every query takes the measurement, the tag and the bucket that Telegraf writes", () => {
  const [parsing] = input?.topic_parsing ?? [];
  const { reading } = boardTopics("airpair", "+");
  assert.deepEqual(input?.topics, [reading]);
  assert.equal(parsing?.topic, reading);
  // `_/_/measurement` names the level whose text is taken.
  const levels = reading.split("/");
  const measurement = levels[parsing?.measurement.split("/").indexOf("measurement") ?? -1];
  const tag = parsing?.tags.split("/")[levels.indexOf("+")];
  assert.equal(measurement, "reading");
  for (const query of queries) {
    assert.ok(query.startsWith(`from(bucket: "${output?.bucket}")\n`), query);
    assert.ok(query.includes(`r._measurement == "${measurement}"`), query);
    assert.ok(query.includes(`r.${tag} =~ /^\${board:regex}$/`), query);
    assert.ok(query.includes("range(start: v.timeRangeStart, stop: v.timeRangeStop)"), query);
  }
  const [variable] = dashboard.templating.list;
  assert.equal(variable?.name, "board");
  assert.ok(variable?.query.includes(`tagValues(bucket: "${output?.bucket}", tag: "${tag}")`));
});

test("Telegraf takes the object behind the name, its numbers as fields, and the time of a late reading", () => {
  assert.equal(input?.data_format, "xpath_json");
  const [xpath] = input?.xpath ?? [];
  // One level below the document stands the name, whatever it is.
  assert.equal(xpath?.metric_selection, "/*");
  assert.equal(xpath?.field_selection, "*[name()!='time']");
  assert.equal(xpath?.timestamp, "*[name()='time']");
  assert.equal(xpath?.tags.name, "name()");
  const late = JSON.parse(encodeReading("a", whole, 1_767_355_200_000)) as { a: { time: string } };
  // Go writes its layouts with the moment 2006-01-02 15:04:05; it takes fractions of a second with them.
  assert.equal(xpath?.timestamp_format, "2006-01-02T15:04:05Z07:00");
  assert.match(late.a.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
});

test("all panels and variables use the source that is provisioned, and it is the database that is set up", () => {
  const uids = [
    ...dashboard.panels.flatMap(({ datasource, targets }) => [
      datasource.uid,
      ...targets.map((target) => target.datasource.uid),
    ]),
    ...dashboard.templating.list.map(({ datasource }) => datasource.uid),
  ];
  assert.deepEqual([...new Set(uids)], [source?.uid]);
  const { environment } = services.influxdb;
  assert.equal(source?.jsonData.version, "Flux");
  for (const organization of [output?.organization, source?.jsonData.organization]) {
    assert.equal(organization, environment.DOCKER_INFLUXDB_INIT_ORG);
  }
  for (const bucket of [output?.bucket, source?.jsonData.defaultBucket]) {
    assert.equal(bucket, environment.DOCKER_INFLUXDB_INIT_BUCKET);
  }
  assert.equal(source?.url, "http://influxdb:8086");
  assert.deepEqual(output?.urls, [source?.url]);
});

test("every variable of the environment that a file uses is handed to its container", () => {
  const used = (text: string) =>
    [...text.matchAll(/\$\{?([A-Z_]{4,})\}?/g)].map(([, name]) => name);
  const handed = (service: "telegraf" | "grafana") => Object.keys(services[service].environment);
  const conf = used(read("telegraf.conf"));
  assert.deepEqual([...new Set(conf)].sort(), [
    "BROKER_URL",
    "INFLUXDB_TOKEN",
    "TELEGRAF_PASSWORD",
  ]);
  assert.deepEqual(
    conf.filter((name) => !handed("telegraf").includes(name ?? "")),
    [],
  );
  const provisioned = used(read("provisioning/datasources/influxdb.yaml"));
  assert.deepEqual(provisioned, ["INFLUXDB_TOKEN"]);
  assert.ok(handed("grafana").includes("INFLUXDB_TOKEN"));
});

test("the colours of CO2 and VOC change where the class of the air does", () => {
  const coloured = dashboard.panels.filter(({ fieldConfig }) => fieldConfig.defaults.thresholds);
  assert.deepEqual(
    coloured.map(({ title }) => title),
    ["CO₂ now", "CO₂", "VOC"],
  );
  for (const { title, fieldConfig } of coloured) {
    const indexOf = (value: number) =>
      (title === "VOC" ? airIndex(undefined, value) : airIndex(value, undefined))?.index;
    const [first, ...others] = fieldConfig.defaults.thresholds?.steps ?? [];
    assert.equal(first?.value, null);
    assert.equal(others.length, 4);
    others.forEach(({ value }, at) => {
      assert.equal(indexOf((value ?? 0) - 1), at + 1, title);
      assert.equal(indexOf(value ?? 0), at + 2, title);
    });
  }
});

test("no two panels of the dashboard lie on each other or have one number, and none leaves the grid", () => {
  const { panels } = dashboard;
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  const taken = new Map<string, string>();
  for (const { title, gridPos } of panels) {
    assert.ok(gridPos.x >= 0 && gridPos.x + gridPos.w <= 24, title);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        const cell = `${x} ${y}`;
        assert.equal(taken.get(cell), undefined, `${title} and ${taken.get(cell)}`);
        taken.set(cell, title);
      }
    }
  }
});
