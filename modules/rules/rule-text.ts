// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import { actionIn, type RuleAction } from "./rule-action.ts";
import { numberIn, Words } from "./rule-words.ts";

/** What rules look at; each undefined while it is not known. */
export interface RuleValues {
  /** ppm. */
  readonly co2: number | undefined;
  /** ppb. */
  readonly voc: number | undefined;
  /** Pa. */
  readonly pressure: number | undefined;
  /** °C, at the pressure sensor. */
  readonly pressureTemperature: number | undefined;
  /** °C. */
  readonly temperature: number | undefined;
  /** Percent. */
  readonly humidityPercent: number | undefined;
  /** Monotonic ms of the measurement. */
  readonly ticks: number;
}

/** A quantity that a rule can look at, in the unit in which people say it. */
export interface RuleQuantity {
  readonly unit: string;
  /** How far a value has to go back before a rule ends, when the rule does not say it. */
  readonly hysteresis: number;
  /** Undefined while there is no value. */
  valueIn(values: RuleValues): number | undefined;
}

/** The quantities of rules, by name. */
export const ruleQuantities = frozen({
  co2: { unit: "ppm", hysteresis: 50, valueIn: ({ co2 }) => co2 },
  voc: { unit: "ppb", hysteresis: 25, valueIn: ({ voc }) => voc },
  temperature: {
    unit: "°C",
    hysteresis: 0.5,
    valueIn: (values) => values.temperature ?? values.pressureTemperature,
  },
  humidity: { unit: "%", hysteresis: 2, valueIn: ({ humidityPercent }) => humidityPercent },
  pressure: {
    unit: "hPa",
    hysteresis: 1,
    valueIn: ({ pressure }) => (pressure === undefined ? undefined : pressure / 100),
  },
} as const satisfies Readonly<Record<string, RuleQuantity>>);

export type RuleQuantityName = keyof typeof ruleQuantities;

/** A rule that was read from its text. */
export interface Rule {
  /** Whose value it looks at; absent: that of this board. */
  readonly peer?: string;
  readonly quantity: RuleQuantityName;
  /** True for `>`, false for `<`. */
  readonly isAbove: boolean;
  readonly limit: number;
  /** Where it ends again, on the other side of the limit. */
  readonly end: number;
  /** How long the value has to be beyond the limit, ms. */
  readonly hold: number;
  readonly action: RuleAction;
}

/** The form of a rule, for help and errors. */
export const ruleForm =
  "[PEER] VALUE > NUMBER [for N s|min] [until NUMBER] print TEXT | publish TOPIC [TEXT] | webhook [TEXT] | pin N [low] | tell PEER pin N [low] | tell PEER print TEXT";

const durationUnits = frozen({ s: 1_000, min: 60_000 });
const longestHold = 24 * 60 * 60_000;

/**
 * Reads `co2 > 1000 for 60 s until 900 print open the window`, and `board-b co2 > 1000 pin 2`. Returns
 * what is wrong with a text that is no rule. `checkTopic` says what is wrong with a topic, or undefined.
 */
export function parseRule(
  text: string,
  checkTopic: (topic: string) => string | undefined,
): Rule | string {
  const words = new Words(text);
  const first = words.next();
  // By the second word, as a peer may be called as a quantity is.
  const isOfPeer = isQuantity(words.word);
  const quantity = isOfPeer ? words.next() : first;
  if (!isQuantity(quantity)) {
    const names = Object.keys(ruleQuantities).join(", ");
    return `begins with one of ${names}, or with the name of a peer and one of these`;
  }
  const comparison = words.next();
  if (comparison !== ">" && comparison !== "<") return `needs > or < behind ${quantity}`;
  const isAbove = comparison === ">";
  const limit = numberIn(words.next());
  if (limit === undefined) return `needs a number behind ${comparison}`;
  const hold = holdIn(words);
  if (typeof hold === "string") return hold;
  const end = endIn(words, { quantity, isAbove, limit });
  if (typeof end === "string") return end;
  const action = actionIn(words, checkTopic);
  if (typeof action === "string") return action;
  return { ...(isOfPeer && { peer: first }), quantity, isAbove, limit, end, hold, action };
}

/** Whether a word is the name of a quantity. */
export function isQuantity(word: string): word is RuleQuantityName {
  // Not by `in` or a property: XS keeps every name for ever that was once used as one.
  return Object.keys(ruleQuantities).includes(word);
}

function holdIn(words: Words): number | string {
  if (words.word !== "for") return 0;
  words.next();
  const count = numberIn(words.next());
  const unit = words.next();
  if (unit !== "s" && unit !== "min") return "needs a time such as 60 s or 5 min behind for";
  const hold = (count ?? -1) * durationUnits[unit];
  return hold >= 0 && hold <= longestHold ? hold : "needs a time of at most 1440 min behind for";
}

function endIn(
  words: Words,
  { quantity, isAbove, limit }: Pick<Rule, "quantity" | "isAbove" | "limit">,
): number | string {
  if (words.word !== "until") {
    const { hysteresis } = ruleQuantities[quantity];
    return isAbove ? limit - hysteresis : limit + hysteresis;
  }
  words.next();
  const end = numberIn(words.next());
  if (end === undefined) return "needs a number behind until";
  if (isAbove ? end <= limit : end >= limit) return end;
  return `needs a number of at ${isAbove ? "most" : "least"} ${limit} behind until`;
}
