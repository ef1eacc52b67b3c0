// SPDX-License-Identifier: MIT

// npm run readme: writes the table of settings into README.md from the list of settings. `--check`
// changes nothing and fails when the table is stale.

import { readFileSync, writeFileSync } from "node:fs";
import { settingList } from "../modules/app/setting-list.ts";
import type { Setting } from "../modules/base/setting.ts";

const file = "README.md";
const [begin, end] = ["<!-- settings -->", "<!-- end of settings -->"];

function rangeOf(setting: Setting): string {
  if (setting.kind === "number") {
    const unit = setting.unit === undefined ? "" : ` ${setting.unit}`;
    return `${setting.least}–${setting.most}${unit}`;
  }
  if (setting.kind === "choice") return setting.choices.map((choice) => `\`${choice}\``).join(", ");
  return `text, at most ${setting.longest} bytes`;
}

function table(): string {
  const rows = Object.entries<Setting>(settingList).map(([name, setting]) => {
    const secret = setting.secret ? " (never shown)" : "";
    const standard = setting.default === "" ? "" : `\`${setting.default}\``;
    return `| \`${name}\` | ${setting.help}${secret} | ${rangeOf(setting)} | ${standard} |`;
  });
  return ["| Setting | Meaning | Values | Default |", "|---|---|---|---|", ...rows].join("\n");
}

function updated(text: string): string {
  const [start, stop] = [text.indexOf(begin), text.indexOf(end)];
  if (start < 0 || stop < start) throw new Error(`${file} has no place for the settings`);
  return `${text.slice(0, start + begin.length)}\n\n${table()}\n\n${text.slice(stop)}`;
}

const text = readFileSync(file, "utf8");
const wanted = updated(text);
if (!process.argv.includes("--check")) writeFileSync(file, wanted);
else if (text !== wanted) {
  process.stderr.write(`${file}: the table of settings is stale; npm run readme mends it\n`);
  process.exitCode = 1;
}
