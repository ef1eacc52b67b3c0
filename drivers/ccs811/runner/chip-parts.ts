// SPDX-License-Identifier: MIT

import type { Clock } from "../../../modules/base/clock.ts";
import type { I2CRegisters } from "../../i2c-registers.ts";
import type { SensorError } from "../../sensor-error.ts";
import type { CCS811Event } from "../ccs811-state.ts";
import type { ModeRule } from "../encoding/drive-mode.ts";
import type { ChipFacts } from "./chip-facts.ts";
import type { Counters } from "./counters.ts";
import type { LiveSettings } from "./live-settings.ts";

/** Who is told what the chip does; nothing is called back to the user from in here. */
export interface ChipListener {
  event(event: CCS811Event): void;
  /** Bytes of ALG_RESULT_DATA, valid during the call, and ERROR_ID at that measurement. */
  result(bytes: Uint8Array, errors: number): void;
  /** ERROR_ID has been read, between two results. */
  errors(errorId: number): void;
  /** Trouble that is worth telling. */
  trouble(error: SensorError): void;
  /** The chip does again what it should. */
  calm(): void;
}

/** What the parts that talk to one chip share. */
export interface ChipParts {
  readonly clock: Clock;
  readonly registers: I2CRegisters;
  readonly settings: LiveSettings;
  readonly facts: ChipFacts;
  readonly rule: ModeRule;
  readonly counters: Counters;
  readonly listener: ChipListener;
  /** ms for which a sensor found running has been measuring already. */
  readonly measuredFor: number;
}

/** What a step returns, instead of ms until the next one, when its part has nothing left to do. */
export const DONE = -1;
