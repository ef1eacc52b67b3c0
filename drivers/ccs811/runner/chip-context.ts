// SPDX-License-Identifier: MIT

import type { Clock } from "../../../modules/base/clock.ts";
import type { I2CRegisters } from "../../i2c-registers.ts";
import type { SensorError } from "../../sensor-error.ts";
import type { CCS811Memory } from "../ccs811-options.ts";
import type { CCS811Event } from "../ccs811-state.ts";
import type { DriveMode, ModeRule } from "../encoding/drive-mode.ts";
import type { LiveSettings } from "./live-settings.ts";

/** ms of measuring until values are settled and BASELINE may be written (datasheet, run-in). */
export const runInTime = 20 * 60_000;

/** A chip that still shows its start values after so many samples is in very clean air. */
export const warmingSamples = 10;

/** What the driver knows about the chip from reading it. */
export class ChipFacts {
  /** HW_ID and HW_VERSION have been right: it may be written to. */
  isProven = false;
  /** Undefined until they have been read. */
  hardwareVersion: number | undefined;
  bootVersion: number | undefined;
  applicationVersion: number | undefined;
  /** MEAS_MODE as last read; undefined when it has to be read or written again. */
  measMode: number | undefined;
  /** It may be measuring, for all that is known. */
  mayMeasure = false;
  /** Monotonic ms at which the present run of measuring began. */
  measuringSince: number | undefined;
  /** Monotonic ms at which the present drive mode was written; undefined when it was not. */
  modeSince: number | undefined;
  /** It was found measuring, with a baseline of its own, and has not been reset or idle since. */
  isAttached = false;
  /** ms for which it had measured when it was found doing so; 0: nobody knows. */
  takenOver: number | undefined;
  /** What the driver before has left, until it is used or void. */
  before: CCS811Memory | undefined;

  constructor(before?: CCS811Memory) {
    this.before = before;
  }

  get mode(): DriveMode {
    return ((this.measMode ?? 0) >> 4) as DriveMode;
  }

  /** It does not measure, or not any more. */
  noteRest(): void {
    this.mayMeasure = false;
    this.measuringSince = undefined;
    this.modeSince = undefined;
    this.isAttached = false;
    this.takenOver = undefined;
    this.measMode = 0;
  }
}

/** What a CCS811 driver has been through since it was opened. */
export interface CCS811Counters {
  /** Samples, marked ones included. */
  readonly readings: number;
  /** Samples with at least one mark. */
  readonly marked: number;
  /** Bus transactions that failed, and answers that can not have come from the chip. */
  readonly busFaults: number;
  /** Times the application was started. */
  readonly starts: number;
  /** Times a running sensor was found back in its boot loader: its supply dipped. */
  readonly dropouts: number;
  /** Times no sample came for three periods. */
  readonly stalls: number;
  readonly softwareResets: number;
  readonly pinResets: number;
  readonly busClears: number;
  /** Times each bit of ERROR_ID, 0–5, has newly appeared. */
  readonly deviceErrors: readonly number[];
}

/** The counters, for the driver itself to count with. */
export class Counters implements CCS811Counters {
  readings = 0;
  marked = 0;
  busFaults = 0;
  starts = 0;
  dropouts = 0;
  stalls = 0;
  softwareResets = 0;
  pinResets = 0;
  busClears = 0;
  readonly deviceErrors = [0, 0, 0, 0, 0, 0];
}

/** The owner of the parts: hears what the chip does; the user is not called back from in here. */
export interface ChipListener {
  event(event: CCS811Event): void;
  /** Bytes of ALG_RESULT_DATA, valid during the call, and ERROR_ID at that measurement. */
  result(bytes: Uint8Array, errors: number): void;
  /** ERROR_ID has been read, between two results. */
  errors(errorId: number): void;
  /** A fault that is worth reporting. */
  fault(error: SensorError): void;
  /** nINT tells of samples again, or not any more, which harms none of them. */
  called(error: SensorError | undefined): void;
  /** The chip does again what it should. */
  recovered(): void;
}

/** What the parts that talk to one chip share. */
export interface ChipContext {
  readonly clock: Clock;
  readonly registers: I2CRegisters;
  readonly settings: LiveSettings;
  readonly facts: ChipFacts;
  readonly rule: ModeRule;
  readonly counters: Counters;
  readonly listener: ChipListener;
}

/** What a step returns, instead of ms until the next one, when its part has nothing left to do. */
export const DONE = -1;
