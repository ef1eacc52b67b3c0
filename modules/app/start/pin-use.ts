// SPDX-License-Identifier: MIT

import { messageOf } from "../../base/app-error.ts";
import type { BoardWiring } from "../../base/host.ts";
import { ledIn, pinIn } from "../../base/pin-text.ts";
import type { Digital } from "../../ecma-419/digital.ts";
import { checkTopic } from "../../mqtt/mqtt-settings.ts";
import { parseRule } from "../../rules/rule-text.ts";
import { ruleNames } from "../../rules/rules-settings.ts";
import type { BoardSettings, SettingName } from "../setting-list.ts";

/** The settings of buttons and LEDs. */
export const panelSettings = Object.freeze([
  "board.button",
  "board.led",
  "pair.button",
  "pair.led",
] as const);

/** The setting that gives a pin to a part of the board, but for rules; undefined: none. */
export function ownerOfPin(settings: BoardSettings, pin: number): SettingName | undefined {
  const names = ["ccs811.int", ...panelSettings] as const;
  return names.find((name) => wantedPin(name, settings.get(name))?.pin === pin);
}

/** The first rule that writes to a pin; undefined: none does. */
export function ruleOfPin(settings: BoardSettings, pin: number): SettingName | undefined {
  return ruleNames.find((name) => pinOfRule(settings.get(name)) === pin);
}

export type PinMode = "Output" | "InputPullUp" | "RGB";

export interface WantedPin {
  readonly pin: number;
  readonly mode: PinMode;
}

/** Settings with the number of a pin that is read. */
const inputs: readonly string[] = Object.freeze([
  "ccs811.int",
  "board.button",
  "pair.button",
  "i2c.sda",
  "i2c.scl",
]);

/** The pin that a setting of any name wants with that text, and what for; undefined: it wants none. */
export function wantedPin(name: string, text: string): WantedPin | undefined {
  if (name.endsWith(".led")) {
    const led = ledIn(text);
    return led && { pin: led.pin, mode: led.isRGB ? "RGB" : "Output" };
  }
  const isInput = inputs.includes(name);
  const pin = isInput ? pinIn(text) : name.startsWith("rule.") ? pinOfRule(text) : undefined;
  return pin === undefined ? undefined : { pin, mode: isInput ? "InputPullUp" : "Output" };
}

/** The pin of a rule; undefined: it has none, or this is no rule. */
function pinOfRule(text: string): number | undefined {
  const rule = parseRule(text, checkTopic);
  return typeof rule !== "string" && rule.action.kind === "pin" ? rule.action.pin : undefined;
}

/** Whether the I2C bus is at that pin. */
export function isOnBus({ i2c }: BoardWiring, pin: number): boolean {
  return pin === i2c.data || pin === i2c.clock;
}

/** What keeps a pin of this board from another use; undefined: nothing. */
function useOfPin(board: BoardWiring, pin: number): string | undefined {
  const { pulses, digital, reserved } = board;
  if (isOnBus(board, pin)) return "the I2C bus is there";
  if (pin === pulses?.pin) return "the DHT sensor is there";
  if (pin === digital?.reset || pin === digital?.wake) return "the CCS811 is there";
  return reserved?.includes(pin) ? "the board itself needs it, or cannot drive it" : undefined;
}

/** Why a pin cannot be had, in words that follow the name of who wants it. */
export function noPin(pin: number, error: unknown): string {
  return `cannot have pin ${pin}: ${messageOf(error)}`;
}

/** Opens a pin of the board. Throws an Error that says why it cannot be had. */
export function openPin(board: BoardWiring, pin: number, mode: PinMode): Digital {
  const use = useOfPin(board, pin);
  if (use !== undefined) throw new Error(use);
  const { digital, rgb } = board;
  if (mode === "RGB") {
    if (!rgb) throw new Error("colours need a build with rgb");
    return new rgb.io({ pin });
  }
  if (!digital) throw new Error("this board has no pins to be used");
  const { io } = digital;
  return new io({ pin, mode: io[mode] });
}
