// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import { version } from "../../base/version.ts";
import type { Command } from "../../console/command.ts";
import { CommandError, UsageError } from "../../console/command-error.ts";
import { indexBehind } from "../../console/command-words.ts";
import { inspect, inspectThrown } from "../../console/inspect.ts";
import type { QoS } from "../../ecma-419/mqtt-client.ts";
import { findSetting, type SettingName } from "../setting-list.ts";
import type { BoardView } from "./board-view.ts";

/** The names for the details of `help js`. */
const scopeHelp: string = [
  "board     id, version, host, up (s), time (UTC)",
  "settings  get(name): the value of a setting, ******** for a secret",
  "readings  the last reading: co2, voc, pressure (Pa), temperature, humidityPercent, …",
  "mqtt      state, waiting, counters, publish(topic, text)",
  "wifi      state, SSID, RSSI, address, …",
].join("\n");

/** The `js` command: evaluates an expression, where the host can. */
export const jsCommand: Command<BoardView> = frozen({
  name: "js",
  help: "evaluates JavaScript, in the simulator and in builds with the option js",
  usage: "EXPRESSION",
  details: `shows the value of an expression, about 800 characters of it; one that does not end stops
the board, and Ctrl-C four times ends such a board in the simulator. It knows the language and
these names:
${scopeHelp}
for example: js readings.co2 > 1000 && mqtt.publish("window", "open")`,
  run: (words, view, line) => {
    if (words.length === 0) throw new UsageError("js needs an expression");
    const { evaluate } = view.host.system;
    if (!evaluate) {
      throw new CommandError({
        code: "js/absent",
        what: "this build has no JavaScript parser",
        todo: "the simulator has one, and a build with the option js",
      });
    }
    const value = attempt(() => evaluate(line.slice(indexBehind(line, 1)), { ...jsScope(view) }));
    return inspect(value);
  },
});

function attempt(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    throw new CommandError({ code: "js/thrown", what: inspectThrown(error) });
  }
}

/** What the names of a `js` expression stand for, made anew for each: copies, and no secrets. */
export interface JSScope {
  readonly board: object;
  readonly settings: object;
  readonly readings: object | undefined;
  readonly mqtt: object | undefined;
  readonly wifi: object;
}

/** The scope of one expression. */
export function jsScope(view: BoardView): JSScope {
  const { id, host, settings, publisher, wifi } = view;
  const now = host.clock.now();
  return {
    board: {
      id,
      version,
      host: host.system.name,
      up: Math.floor(host.clock.ticks() / 1_000),
      time: now === undefined ? undefined : new Date(now).toISOString(),
    },
    settings: { get: (name: unknown) => settingOf(settings, String(name)) },
    readings: publisher.last && { ...publisher.last },
    mqtt: mqttOf(view),
    wifi: { ...wifi.status() },
  };
}

/** Throws SettingsError when there is no such setting. */
function settingOf(settings: BoardView["settings"], name: string): unknown {
  const text = settings.textOf(name);
  const setting = findSetting(name);
  const isShownAsText = setting?.secret || (setting?.kind === "text" && setting.shown);
  return isShownAsText ? text : settings.get(name as SettingName);
}

function mqttOf({ session, settings }: BoardView): object | undefined {
  if (!session) return undefined;
  return {
    state: session.state.kind,
    waiting: session.outgoing,
    counters: { ...session.counters },
    publish: (topic: unknown, text: unknown) => {
      const QoS = settings.get("mqtt.qos") as QoS;
      return session.publish(String(topic), String(text), { QoS, policy: "reject" });
    },
  };
}
