// SPDX-License-Identifier: MIT

// npm run readme: writes the table of settings into README.md from the list of settings, and the table
// of commands over MQTT from the rules for them. `--check` changes nothing and fails when one is stale.

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

const file = "README.md";

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

function updated(text: string, name: string, table: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [start, stop] = [text.indexOf(begin), text.indexOf(end)];
  if (start < 0 || stop < start) throw new Error(`${file} has no place for the ${name}`);
  return `${text.slice(0, start + begin.length)}\n\n${table}\n\n${text.slice(stop)}`;
}

const text = readFileSync(file, "utf8");
const remote = updated(text, "commands over MQTT", remoteTable());
const wanted = updated(remote, "settings", settingsTable());
if (!process.argv.includes("--check")) writeFileSync(file, wanted);
else if (text !== wanted) {
  process.stderr.write(`${file}: a table is stale; npm run readme mends it\n`);
  process.exitCode = 1;
}
