// SPDX-License-Identifier: MIT

// npm run readme: writes the table of docs/settings.md from the list of settings, that of commands over MQTT
// in docs/topics.md from the rules for them, and those of docs/platforms.md from the profiles of platforms.

import { readFileSync, writeFileSync } from "node:fs";
import { boardCommands } from "../modules/app/commands/command-list.ts";
import {
  allowedCommands,
  localCommands,
  localSettings,
  remoteRefusal,
} from "../modules/app/remote/remote-rules.ts";
import { settingList } from "../modules/app/setting-list.ts";
import type { Setting } from "../modules/base/setting.ts";
import type { Profile } from "../modules/cloud/profile.ts";
import { profiles } from "../modules/cloud/profile-list.ts";
import { retiredPlatforms } from "../modules/cloud/retired-platforms.ts";
import { readToolOptions } from "./tool-options.ts";

const { option } = readToolOptions({
  command: "npm run readme",
  purpose:
    "Writes the tables of docs that come from the sources: settings, commands over MQTT, platforms.",
  options: { check: "changes nothing, and fails when one is stale" },
});

function rangeOf(setting: Setting): string {
  if (setting.kind === "number") {
    const unit = setting.unit === undefined ? "" : ` ${setting.unit}`;
    const dash = setting.least < 0 ? " to " : "–";
    return `${setting.least}${dash}${setting.most}${unit}`;
  }
  if (setting.kind === "choice") return setting.choices.map((choice) => `\`${choice}\``).join(", ");
  return `text, at most ${setting.longest} bytes`;
}

function settingsTable(): string {
  const rows = Object.entries<Setting>(settingList).map(([name, setting]) => {
    const secret = setting.secret ? " (never shown)" : "";
    const standard = setting.default === "" ? "" : `\`${setting.default}\``;
    return `| \`${name}\` | ${setting.help}${secret} | ${rangeOf(setting)} | ${standard} |`;
  });
  return ["| Setting | Meaning | Values | Default |", "|---|---|---|---|", ...rows].join("\n");
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

/** What the board does with commands that come over MQTT. */
function remoteTable(): string {
  const taken = boardCommands.filter(({ name }) => !remoteRefusal(name));
  const names = ["help", ...taken.map(({ name }) => name)];
  const isBelow = (name: string) => localSettings.some((begin) => name.startsWith(begin));
  const secret = Object.entries<Setting>(settingList)
    .filter(([name, setting]) => setting.secret && !isBelow(name))
    .map(([name]) => name);
  const settings = localSettings.map((begin) => (begin.endsWith(".") ? `${begin}*` : begin));
  const rows = [
    `| run, but for what is below | ${quoted(names)} |`,
    ...Object.entries(allowedCommands).map(
      ([setting, commands]) => `| run with \`${setting}\` = \`on\` | ${quoted(commands)} |`,
    ),
    `| for the board's own console | ${quoted(localCommands)}, \`i2c read\` of a register of two bytes |`,
    `| for the board's own console | \`set\` and \`reset\` of ${quoted([...settings, ...secret])} |`,
  ];
  return ["| Over MQTT | Commands |", "|---|---|", ...rows].join("\n");
}

/** How a platform is reached. */
function wayTo({ mqtt, http }: Profile): string {
  if (http) return "HTTPS";
  if (mqtt?.scheme === undefined) return mqtt ? "own broker, connection of its own" : "own broker";
  return mqtt.mustBeSecure ? "MQTT, TLS only" : "MQTT, TLS";
}

/** How often a platform takes a reading of five values. */
function paceOf({ limits }: Profile): string {
  const { interval, valuesPerMinute } = limits;
  const seconds = Math.max(interval, valuesPerMinute ? 300 / valuesPerMinute : 0);
  return `${Math.ceil(seconds)} s`;
}

function platformsTable(): string {
  const rows = profiles.map((profile) => {
    const { name, title, about, fields, downlinks, limits, free, asOf } = profile;
    const needed = fields.filter((each) => each.standard === undefined && !each.optional);
    const needs = needed.map((each) => each.question).join(", ") || "nothing";
    const late = limits.late ? `${limits.late.count} readings` : "";
    const commands = downlinks ? "yes" : "";
    return `| \`${name}\` | ${title}: ${about} | ${wayTo(profile)} | ${needs} | ${paceOf(profile)} | ${late} | ${commands} | ${free} (${asOf}) |`;
  });
  return [
    "| Name | What | Reached by | Needs | Not faster than | Kept in an outage | Commands | Free, as of |",
    "|---|---|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

function retiredTable(): string {
  const rows = retiredPlatforms.map(({ names, title, end, instead }) => {
    return `| ${quoted(names)} | ${title} | ${end} | ${instead} |`;
  });
  return [
    "| Name | Platform | What has become of it | Instead |",
    "|---|---|---|---|",
    ...rows,
  ].join("\n");
}

/** The documents, with the tables that they have. */
const documents = [
  { file: "docs/settings.md", tables: { settings: settingsTable } },
  { file: "docs/topics.md", tables: { "commands over MQTT": remoteTable } },
  {
    file: "docs/platforms.md",
    tables: { platforms: platformsTable, "retired platforms": retiredTable },
  },
];

function updated(text: string, name: string, table: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [start, stop] = [text.indexOf(begin), text.indexOf(end)];
  if (start < 0 || stop < start) throw new Error(`there is no place for the ${name}`);
  return `${text.slice(0, start + begin.length)}\n\n${table}\n\n${text.slice(stop)}`;
}

for (const { file, tables } of documents) {
  const text = readFileSync(file, "utf8");
  let wanted = text;
  for (const [name, table] of Object.entries(tables)) wanted = updated(wanted, name, table());
  if (option !== "check") writeFileSync(file, wanted);
  else if (text !== wanted) {
    process.stderr.write(`${file}: a table is stale; npm run readme mends it\n`);
    process.exitCode = 1;
  }
}
