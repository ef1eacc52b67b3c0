// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { JsonTemplate, Metric, Profile } from "../profile.ts";
import { usualKeys } from "./usual-keys.ts";

/** A sensor of the device; its name is that of its class. */
function sensor(metric: Metric, deviceClass: string, unit: string): JsonTemplate {
  return {
    p: "sensor",
    uniq_id: `{id}_${metric}`,
    dev_cla: deviceClass,
    unit_of_meas: unit,
    stat_cla: "measurement",
    exp_aft: "{expiry}",
    val_tpl: `{{ value_json.${metric} }}`,
  };
}

/** One that says how the board is. */
function diagnostic(name: string, deviceClass: string, unit: string): JsonTemplate {
  return {
    p: "sensor",
    uniq_id: `{id}_${name}`,
    dev_cla: deviceClass,
    unit_of_meas: unit,
    stat_cla: "measurement",
    ent_cat: "diagnostic",
    exp_aft: "{expiry}",
    stat_t: "{root}/{id}/diagnostics",
    val_tpl: `{{ value_json.${name} }}`,
  };
}

/**
 * Home Assistant over the board's own broker: the board announces itself as one device with its sensors,
 * which are available as long as its `status` says so and its values come.
 */
export const homeAssistant = frozen<Profile>({
  name: "home-assistant",
  title: "Home Assistant",
  about: "the board appears there by itself, over your own broker",
  free: "free software on a machine of your own",
  asOf: "August 2026",
  fields: [
    { name: "channel", question: "discovery prefix", standard: "homeassistant", check: "topic" },
  ],
  keys: usualKeys,
  readings: [
    { topic: "{root}/{id}/state", body: { json: "{values}" } },
    {
      topic: "{root}/{id}/diagnostics",
      body: { json: { "rssi?rssi": "{rssi}", uptime: "{uptime}" } },
    },
  ],
  announces: [
    {
      topic: "{channel}/device/{slug}/config",
      retain: true,
      body: {
        json: {
          dev: { ids: ["{id}"], name: "{name}", mf: "airpair", mdl: "{system}", sw: "{version}" },
          o: { name: "airpair", sw: "{version}" },
          stat_t: "{root}/{id}/state",
          avty_t: "{root}/{id}/status",
          qos: 1,
          cmps: {
            "co2?co2": sensor("co2", "carbon_dioxide", "ppm"),
            "voc?voc": sensor("voc", "volatile_organic_compounds_parts", "ppb"),
            "pressure?pressure": sensor("pressure", "atmospheric_pressure", "hPa"),
            "temperature?temperature": sensor("temperature", "temperature", "°C"),
            "humidity?humidity": sensor("humidity", "humidity", "%"),
            "rssi?rssi": diagnostic("rssi", "signal_strength", "dBm"),
            uptime: diagnostic("uptime", "duration", "s"),
            "interval?commands": {
              p: "number",
              uniq_id: "{id}_interval",
              name: "Interval",
              cmd_t: "{root}/{id}/interval/set",
              stat_t: "{root}/{id}/interval",
              min: 1,
              max: 3_600,
              unit_of_meas: "s",
              ent_cat: "config",
            },
          },
        },
      },
    },
  ],
  reports: [
    {
      topic: "{root}/{id}/interval",
      body: { text: "{interval}" },
      retain: true,
      only: "commands",
    },
  ],
  leaves: [
    { topic: "{channel}/device/{slug}/config", body: { text: "" }, retain: true },
    { topic: "{root}/{id}/interval", body: { text: "" }, retain: true, only: "commands" },
  ],
  downlinks: [
    {
      filter: "{channel}/status",
      QoS: 0,
      routes: [{ topic: "{channel}/status", does: "greet", text: "online" }],
    },
    {
      filter: "{root}/{id}/interval/set",
      QoS: 1,
      only: "commands",
      routes: [
        {
          topic: "{root}/{id}/interval/set",
          does: "value",
          command: "set platform.interval {value}",
        },
      ],
    },
  ],
  limits: { interval: 1, message: 65_536, QoS: 1, sends: "mean" },
});
