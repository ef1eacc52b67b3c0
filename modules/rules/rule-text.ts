// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";

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

/** An output that is high while a rule holds; with `activeLow` it is low. */
export interface PinAction {
  readonly kind: "pin";
  readonly pin: number;
  readonly activeLow: boolean;
}

/** What a rule does when it begins to hold; a pin also when it ends. */
export type RuleAction =
  | { readonly kind: "print"; readonly text: string }
  /** Without a text, JSON that says which rule it is and whether it holds. */
  | { readonly kind: "publish"; readonly topic: string; readonly text: string | undefined }
  /** The same, sent to the webhook. */
  | { readonly kind: "webhook"; readonly text: string | undefined }
  | PinAction;

/** A rule that was read from its text. */
export interface Rule {
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
  "VALUE > NUMBER [for N s|min] [until NUMBER] print TEXT | publish TOPIC [TEXT] | webhook [TEXT] | pin N [low]";

const durationUnits = frozen({ s: 1_000, min: 60_000 });
const longestHold = 24 * 60 * 60_000;
const largestPin = 48;

/**
 * Reads `co2 > 1000 for 60 s until 900 print open the window`. Returns what is wrong with a text that
 * is no rule. `checkTopic` says what is wrong with a topic, or undefined.
 */
export function parseRule(
  text: string,
  checkTopic: (topic: string) => string | undefined,
): Rule | string {
  const words = new Words(text);
  const quantity = words.next();
  if (!isQuantity(quantity)) {
    return `begins with one of ${Object.keys(ruleQuantities).join(", ")}`;
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
  return { quantity, isAbove, limit, end, hold, action };
}

/** A text, word by word. */
class Words {
  #rest: string;

  constructor(text: string) {
    this.#rest = text.trim();
  }

  /** The next word, which is not taken yet; empty: there is none. */
  get word(): string {
    const space = this.#rest.indexOf(" ");
    return space < 0 ? this.#rest : this.#rest.slice(0, space);
  }

  next(): string {
    const { word } = this;
    this.#rest = this.#rest.slice(word.length).trimStart();
    return word;
  }

  /** Everything that is left. */
  rest(): string {
    const rest = this.#rest;
    this.#rest = "";
    return rest;
  }
}

function isQuantity(word: string): word is RuleQuantityName {
  // Not by `in` or a property: XS keeps every name for ever that was once used as one.
  return Object.keys(ruleQuantities).includes(word);
}

function numberIn(word: string): number | undefined {
  return /^-?\d{1,6}(\.\d{1,2})?$/.test(word) ? Number(word) : undefined;
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

function actionIn(
  words: Words,
  checkTopic: (topic: string) => string | undefined,
): RuleAction | string {
  const kind = words.next();
  switch (kind) {
    case "print": {
      const text = words.rest();
      return text === "" ? "needs a text behind print" : { kind, text };
    }
    case "publish": {
      const topic = words.next();
      const wrong = checkTopic(topic);
      if (wrong !== undefined) return `needs a topic behind publish, which ${wrong}`;
      const text = words.rest();
      return { kind, topic, text: text === "" ? undefined : text };
    }
    case "webhook": {
      const text = words.rest();
      return { kind, text: text === "" ? undefined : text };
    }
    case "pin": {
      const pin = numberIn(words.next());
      if (pin === undefined || !Number.isInteger(pin) || pin < 0 || pin > largestPin) {
        return `needs a pin from 0 to ${largestPin} behind pin`;
      }
      const level = words.next();
      if (level !== "" && level !== "low") return "takes nothing but low behind the pin";
      return { kind, pin, activeLow: level === "low" };
    }
    default:
      return "needs print, publish, webhook or pin";
  }
}
