// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type {
  Downlink,
  Field,
  JsonTemplate,
  Limits,
  Message,
  Metric,
  Profile,
} from "../profile.ts";
import { usualKeys } from "./usual-keys.ts";

const deviceField = frozen<Field>({
  name: "device",
  question: "id of the device",
  standard: "{small}",
  check: "small",
});

const homieLimits = frozen<Limits>({ interval: 1, message: 65_536, QoS: 1, sends: "mean" });

function kept(topic: string, text: string, more: Partial<Message> = {}): Message {
  return { topic, body: { text }, retain: true, ...more };
}

function setInterval(topic: string): Downlink {
  return {
    filter: topic,
    QoS: 1,
    only: "commands",
    routes: [{ topic, does: "value", command: "set platform.interval {value}" }],
  };
}

/** Homie 4: a retained topic for everything that is to be known; a connection of its own, for its will. */
export const homie4 = frozen<Profile>({
  name: "homie4",
  title: "Homie 4",
  about: "openHAB and others find the board on your own broker",
  free: "a convention; the broker is yours",
  asOf: "August 2019",
  fields: [deviceField],
  mqtt: {
    id: "{id}-homie4",
    clean: true,
    keepAlive: 60,
    will: { topic: "homie/{device}/$state", text: "lost", retain: true },
    goodbye: { topic: "homie/{device}/$state", text: "disconnected" },
    pause: 2,
  },
  keys: usualKeys,
  readings: [kept("homie/{device}/air/{metric}", "{value}", { each: true })],
  announces: [
    kept("homie/{device}/$state", "init"),
    kept("homie/{device}/$homie", "4.0.0"),
    kept("homie/{device}/$name", "{name}"),
    kept("homie/{device}/$extensions", ""),
    kept("homie/{device}/$implementation", "airpair"),
    kept("homie/{device}/$nodes", "air", { only: "!commands" }),
    kept("homie/{device}/$nodes", "air,config", { only: "commands" }),
    kept("homie/{device}/air/$name", "Air"),
    kept("homie/{device}/air/$type", "sensor"),
    kept("homie/{device}/air/$properties", "{metrics}"),
    kept("homie/{device}/air/{metric}/$name", "{label}", { each: true }),
    kept("homie/{device}/air/{metric}/$datatype", "{datatype}", { each: true }),
    kept("homie/{device}/air/{metric}/$unit", "{unit}", { each: true }),
    kept("homie/{device}/config/$name", "Settings", { only: "commands" }),
    kept("homie/{device}/config/$type", "settings", { only: "commands" }),
    kept("homie/{device}/config/$properties", "interval", { only: "commands" }),
    kept("homie/{device}/config/interval/$name", "Interval", { only: "commands" }),
    kept("homie/{device}/config/interval/$datatype", "integer", { only: "commands" }),
    kept("homie/{device}/config/interval/$format", "1:3600", { only: "commands" }),
    kept("homie/{device}/config/interval/$settable", "true", { only: "commands" }),
    kept("homie/{device}/config/interval/$unit", "s", { only: "commands" }),
    kept("homie/{device}/$state", "ready"),
  ],
  reports: [kept("homie/{device}/config/interval", "{interval}", { only: "commands" })],
  leaves: [
    kept("homie/{device}/$state", ""),
    kept("homie/{device}/$homie", ""),
    kept("homie/{device}/$name", ""),
    kept("homie/{device}/$implementation", ""),
    kept("homie/{device}/$nodes", ""),
    kept("homie/{device}/air/$name", ""),
    kept("homie/{device}/air/$type", ""),
    kept("homie/{device}/air/$properties", ""),
    kept("homie/{device}/air/{metric}/$name", "", { each: true }),
    kept("homie/{device}/air/{metric}/$datatype", "", { each: true }),
    kept("homie/{device}/air/{metric}/$unit", "", { each: true }),
    kept("homie/{device}/air/{metric}", "", { each: true }),
    ...[
      ...["$name", "$type", "$properties", "interval/$name", "interval/$datatype"],
      ...["interval/$format", "interval/$settable", "interval/$unit", "interval"],
    ].map((end) => kept(`homie/{device}/config/${end}`, "", { only: "commands" })),
  ],
  downlinks: [setInterval("homie/{device}/config/interval/set")],
  limits: homieLimits,
});

function property(metric: Metric, datatype: string, unit: string, format?: string): JsonTemplate {
  return { name: labels[metric], datatype, unit, ...(format !== undefined && { format }) };
}

const labels = frozen({
  co2: "CO2",
  voc: "VOC",
  pressure: "Pressure",
  temperature: "Temperature",
  humidity: "Humidity",
});

/** Homie 5: one retained document says what the device has. */
export const homie5 = frozen<Profile>({
  name: "homie5",
  title: "Homie 5",
  about: "the same convention of today: one document for all",
  free: "a convention; the broker is yours",
  asOf: "May 2025",
  fields: [deviceField],
  mqtt: {
    id: "{id}-homie5",
    clean: true,
    keepAlive: 60,
    will: { topic: "homie/5/{device}/$state", text: "lost", retain: true },
    goodbye: { topic: "homie/5/{device}/$state", text: "disconnected" },
    pause: 2,
  },
  keys: usualKeys,
  readings: [kept("homie/5/{device}/air/{metric}", "{value}", { each: true })],
  announces: [
    kept("homie/5/{device}/$state", "init"),
    {
      topic: "homie/5/{device}/$description",
      retain: true,
      body: {
        json: {
          homie: "5.0",
          version: "{generation}",
          name: "{name}",
          nodes: {
            air: {
              name: "Air",
              properties: {
                "co2?co2": property("co2", "integer", "ppm"),
                "voc?voc": property("voc", "integer", "ppb"),
                "pressure?pressure": property("pressure", "float", "hPa"),
                "temperature?temperature": property("temperature", "float", "°C"),
                "humidity?humidity": property("humidity", "float", "%", "0:100"),
              },
            },
            "config?commands": {
              name: "Settings",
              properties: {
                interval: {
                  name: "Interval",
                  datatype: "integer",
                  settable: true,
                  unit: "s",
                  format: "1:3600",
                },
              },
            },
          },
        },
      },
    },
    kept("homie/5/{device}/$state", "ready"),
  ],
  reports: [kept("homie/5/{device}/config/interval", "{interval}", { only: "commands" })],
  leaves: [
    kept("homie/5/{device}/$state", ""),
    kept("homie/5/{device}/$description", ""),
    kept("homie/5/{device}/air/{metric}", "", { each: true }),
    kept("homie/5/{device}/config/interval", "", { only: "commands" }),
  ],
  downlinks: [setInterval("homie/5/{device}/config/interval/set")],
  limits: homieLimits,
});
