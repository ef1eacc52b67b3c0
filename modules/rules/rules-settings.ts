// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import type { SettingList, TextSetting } from "../base/setting.ts";
import { checkTopic } from "../mqtt/mqtt-settings.ts";
import { parseRule } from "./rule-text.ts";

/** Checks that a text is a rule; an empty one is none, which will do. */
function checkRule(text: string): string | undefined {
  const rule = text === "" ? undefined : parseRule(text, checkTopic);
  return typeof rule === "string" ? rule : undefined;
}

const rule = frozen({
  kind: "text",
  longest: 160,
  check: checkRule,
  default: "",
  live: true,
} satisfies TextSetting & { readonly default: ""; readonly live: true });

/** The settings of rules, by name. */
export const rulesSettings = frozen({
  "rule.1": { ...rule, help: "what to do when the air is so; see docs/rules.md; empty: no rule" },
  "rule.2": { ...rule, help: "another rule" },
  "rule.3": { ...rule, help: "another rule" },
  "rule.4": { ...rule, help: "another rule" },
  "rule.5": { ...rule, help: "another rule" },
  "rule.6": { ...rule, help: "another rule" },
  "rule.7": { ...rule, help: "another rule" },
  "rule.8": { ...rule, help: "another rule" },
} as const) satisfies SettingList;

/** Names of the settings with a rule each, in their order. */
export const ruleNames = frozen(Object.keys(rulesSettings) as (keyof typeof rulesSettings)[]);

export type RuleName = keyof typeof rulesSettings;
