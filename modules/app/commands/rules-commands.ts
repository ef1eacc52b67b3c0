// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { Command } from "../../console/command.ts";
import { UsageError } from "../../console/command-error.ts";
import { checkCount, indexBehind } from "../../console/command-words.ts";
import { isQuantity, ruleForm, ruleQuantities } from "../../rules/rule-text.ts";
import type { RuleWatch } from "../../rules/rule-watch.ts";
import { type RuleName, ruleNames } from "../../rules/rules-settings.ts";
import type { BoardView } from "./board-view.ts";

const quantityNames = frozen(Object.keys(ruleQuantities));

/** The commands `on` and `rules`. */
export const rulesCommands: readonly Command<BoardView>[] = frozen([
  {
    name: "on",
    help: "adds a rule: what to do when the air is so",
    usage: ruleForm,
    details: [
      `VALUE is ${quantityNames.join(", ")}; < as well as >`,
      "PEER   in front: the name of a paired board, whose value is meant",
      "for    how long the value has to be beyond the number; at once without it",
      "until  where the rule ends again; without it a little way back",
      "pin    is high while the rule holds; low: low",
      "tell   a paired board does it, if its pair.allow has pin or print",
      "on co2 > 1000 for 60 s until 900 print open the window",
      "on board-b co2 > 1000 tell board-c pin 2",
    ].join("\n"),
    run: (words, { settings }, line) => {
      if (words.length === 0) throw new UsageError("on takes a rule");
      const name = ruleNames.find((each) => settings.get(each) === "");
      if (name === undefined) {
        throw new UsageError(
          `there are ${ruleNames.length} rules already; rules remove N makes room`,
        );
      }
      const effect = settings.set(name, line.slice(indexBehind(line, 1)).trimEnd());
      const late = effect === "given" ? ", but the build gives another value, which holds" : "";
      return `rule ${numberOf(name)} is set${late}`;
    },
    complete: (words) => {
      const isOfPeer = words.length > 0 && !isQuantity(words[0] as string);
      const rest = isOfPeer ? words.slice(1) : words;
      if (rest.length === 0) return quantityNames;
      if (rest.length === 1) return [">", "<"];
      if (rest.length === 2) return [];
      if (rest.at(-1) === "tell") return [];
      if (rest.at(-2) === "tell") return ["pin", "print"];
      return ["for", "until", "print", "publish", "webhook", "pin", "tell"];
    },
  },
  {
    name: "rules",
    help: "the rules, and whether they hold",
    usage: "[remove N]",
    run: (words, view) => {
      const [verb, number] = words;
      if (verb === undefined) return listed(view);
      if (verb !== "remove") throw new UsageError(`rules does not know ${JSON.stringify(verb)}`);
      checkCount(words, 2);
      const name = ruleNames.find((each) => numberOf(each) === number);
      if (name === undefined)
        throw new UsageError(`remove takes a number from 1 to ${ruleNames.length}`);
      if (view.settings.get(name) === "") return `there is no rule ${number}`;
      view.settings.set(name, "");
      return view.settings.get(name) === ""
        ? `rule ${number} is gone`
        : "the build gives that rule";
    },
    complete: (words) => (words.length === 0 ? ["remove"] : []),
  },
]);

function numberOf(name: RuleName): string {
  return name.slice("rule.".length);
}

function listed({ settings, rules }: BoardView): string {
  const lines = ruleNames.flatMap((name) => {
    const text = settings.get(name);
    if (text === "") return [];
    const watch = rules.watchOf(name);
    const told = rules.toldOf(name);
    const state = watch ? stateText(watch) : whyNotUsed(rules.refuses(name, text));
    return [`${numberOf(name)}  ${text}  (${state}${told === undefined ? "" : `; ${told}`})`];
  });
  return lines.join("\n") || "there are no rules; help on tells how one is made";
}

function whyNotUsed(refusal: string | undefined): string {
  return refusal === undefined ? "not used" : `not used: it ${refusal}`;
}

function stateText(watch: RuleWatch): string {
  const { rule, value, state } = watch;
  const { peer } = rule;
  if (value === undefined && peer !== undefined) return `${state}, no ${rule.quantity} of ${peer}`;
  if (value === undefined) return `${state}, no ${rule.quantity} yet`;
  return `${state}, ${rule.quantity} ${Math.round(value * 10) / 10} ${ruleQuantities[rule.quantity].unit}`;
}
