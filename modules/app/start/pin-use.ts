// SPDX-License-Identifier: MIT

import type { BoardWiring } from "../../base/host.ts";
import { outputPinIn, pinIn } from "../../base/pin-text.ts";
import type { Digital } from "../../ecma-419/digital.ts";
import { checkTopic } from "../../mqtt/mqtt-settings.ts";
import { parseRule } from "../../rules/rule-text.ts";
import { ruleNames } from "../../rules/rules-settings.ts";
import type { BoardSettings, SettingName } from "../setting-list.ts";

/** The setting that gives a pin to a part of the board, but for rules; undefined: none. */
export function ownerOfPin(settings: BoardSettings, pin: number): SettingName | undefined {
  const names = ["ccs811.int", "pair.button", "pair.led"] as const;
  return names.find((name) => wantedPin(name, settings.get(name))?.pin === pin);
}

/** The first rule that writes to a pin; undefined: none does. */
export function ruleOfPin(settings: BoardSettings, pin: number): SettingName | undefined {
  return ruleNames.find((name) => pinOfRule(settings.get(name)) === pin);
}

export type PinMode = "Output" | "InputPullUp";

/** The pin that a setting of any name wants with that text, and what for; undefined: it wants none. */
export function wantedPin(
  name: string,
  text: string,
): { readonly pin: number; readonly mode: PinMode } | undefined {
  if (name === "ccs811.int" || name === "pair.button") return wanted(pinIn(text), "InputPullUp");
  if (name === "pair.led") return wanted(outputPinIn(text)?.pin, "Output");
  return ruleNames.some((each) => each === name) ? wanted(pinOfRule(text), "Output") : undefined;
}

function wanted(pin: number | undefined, mode: PinMode) {
  return pin === undefined ? undefined : { pin, mode };
}

/** The pin of a rule; undefined: it has none, or this is no rule. */
function pinOfRule(text: string): number | undefined {
  const rule = parseRule(text, checkTopic);
  return typeof rule !== "string" && rule.action.kind === "pin" ? rule.action.pin : undefined;
}

/** What keeps a pin of this board from another use; undefined: nothing. */
function useOfPin(
  { i2c, pulses, digital, reserved }: BoardWiring,
  pin: number,
): string | undefined {
  if (pin === i2c.data || pin === i2c.clock) return "the I2C bus is there";
  if (pin === pulses?.pin) return "the DHT sensor is there";
  if (pin === digital?.reset || pin === digital?.wake) return "the CCS811 is there";
  return reserved?.includes(pin) ? "the board itself needs it, or cannot drive it" : undefined;
}

/** Opens a pin of the board. Throws an Error that says why it cannot be had. */
export function openPin(board: BoardWiring, pin: number, mode: PinMode): Digital {
  const use = useOfPin(board, pin);
  if (use !== undefined) throw new Error(use);
  const io = board.digital?.io;
  if (!io) throw new Error("this board has no pins to be used");
  return new io({ pin, mode: io[mode] });
}
