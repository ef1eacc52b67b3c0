// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import { checkLED, checkPin } from "../base/pin-text.ts";
import type { SettingList } from "../base/setting.ts";
import { checkTopicLevel } from "../mqtt/mqtt-settings.ts";
import { whyNoCode } from "./pairing-code.ts";

/** Why a text is no list of commands; undefined: it is one, or empty. */
function checkCommands(text: string): string | undefined {
  const isList =
    text === "" || text.split(",").every((each) => /^([a-z0-9]+|pin\.\d+)$/.test(each));
  return isList
    ? undefined
    : "takes names of commands with commas between, pin, pin.2 and print, such as readings,status,pin.2";
}

/** Why a text is no code; undefined: it is one, or empty. */
function checkCode(text: string): string | undefined {
  return text === "" || whyNoCode(text) === undefined
    ? undefined
    : "takes a code of pairing, 12 letters that fit together, such as K7QF-2M9X-PD41";
}

/** The settings of pairing, by name. */
export const pairingSettings = frozen({
  "pair.code": {
    kind: "text",
    longest: 16,
    check: checkCode,
    secret: true,
    default: "",
    help: "code that two boards are given to be paired at their first start; good for one pair",
  },
  "pair.allow": {
    kind: "text",
    longest: 64,
    check: checkCommands,
    default: "readings,status",
    help: "what a paired board may do, with commas between: ask for these commands, and have its rules use pin (pin.2: that one) and print; empty: nothing",
  },
  "pair.button": {
    kind: "text",
    longest: 6,
    check: checkPin,
    default: "",
    help: "pin of a button to ground; held for 2 s it shows a code for a pair",
  },
  "pair.led": {
    kind: "text",
    longest: 6,
    check: checkLED,
    default: "",
    help: "pin of an LED: quick while a pair is made, on with all peers, slow without one of them; written as board.led",
  },
  "pair.peer": {
    kind: "text",
    longest: 32,
    check: checkTopicLevel,
    default: "",
    help: "id of a board whose plain readings are followed, without pairing; empty: none",
  },
} as const) satisfies SettingList;
