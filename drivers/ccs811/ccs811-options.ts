// SPDX-License-Identifier: MIT

import type { Clock, Timers } from "../../modules/base/clock.ts";
import type { DigitalConstructor } from "../../modules/ecma-419/digital.ts";
import type { I2CConstructor } from "../../modules/ecma-419/i2c.ts";
import { SensorError } from "../sensor-error.ts";
import type { CCS811State } from "./ccs811-state.ts";
import type { CCS811Sample } from "./encoding/algorithm-result.ts";
import { type DriveMode, isDriveMode } from "./encoding/drive-mode.ts";
import { type AirRange, type Thresholds, thresholdsFault } from "./encoding/thresholds.ts";

/** A pin beside the bus. */
export interface CCS811Pin {
  readonly io: DigitalConstructor;
  readonly pin: number;
}

/** The bus the sensor is on. */
export interface CCS811Bus {
  readonly io: I2CConstructor;
  readonly data: number;
  readonly clock: number;
  /** 0x5A (default, ADDR low) or 0x5B. */
  readonly address?: number;
  /** Bus speed, 10,000–400,000; default 100,000. */
  readonly hz?: number;
}

/** What `configure` changes; each may also be given to the constructor. */
export interface CCS811Settings {
  /** Default 1: a sample every second. */
  readonly mode?: DriveMode;
  /** Relative humidity at the sensor in percent, 0–100 (clamped); default 50. */
  readonly humidityPercent?: number;
  /** Temperature at the sensor in °C, -25–102 (clamped); default 25. */
  readonly temperature?: number;
  /** Borders of the air ranges; without them there are no alerts. */
  readonly thresholds?: Thresholds;
  /** Leave the sensor measuring at `close`, for a deep sleep or a restart; default false. */
  readonly keepRunning?: boolean;
}

/** What a driver leaves to the one after it, on a sensor that keeps its supply in between. */
export interface CCS811Memory {
  /** ms for which it has measured since its last start or rest; 0: it rests. */
  readonly measuredFor: number;
  /** The drive mode, 0–4, that measures most often of those since its last whole rest. */
  readonly fastest: number;
  /** ms for which it has rested before a slower mode; 0: it does not. */
  readonly restedFor: number;
  /** Its clean-air baseline has been put back, or is its own; the user knows. Default true. */
  readonly hasBaseline?: boolean;
}

export interface CCS811Options extends CCS811Settings {
  readonly sensor: CCS811Bus;
  readonly timers: Timers;
  readonly clock: Clock;
  /** nWAKE, when it is not tied to ground: held low while the driver is open. */
  readonly wake?: CCS811Pin;
  /** nRESET: used only when nothing gentler has brought the sensor back. */
  readonly reset?: CCS811Pin;
  /** nINT: read at once when a sample is there, instead of polling for it. */
  readonly interrupt?: CCS811Pin;
  /**
   * What the driver before has left as its `memory`, from before a restart or a deep sleep. Used only
   * when the sensor is found as it was left, without a reset: it has its run-in behind it then, and
   * a rest goes on.
   */
  readonly before?: CCS811Memory | undefined;
  /**
   * Clears the bus by nine clocks (`clearI2CBus`). Called as the last resort, with the driver's own
   * I2C instance closed; the host knows who else has to let go of the pins.
   */
  readonly clearBus?: () => void;
  /** Becomes the driver's property `target`, for the callbacks: they have the driver as `this`. */
  readonly target?: unknown;
  /** Every measurement. */
  readonly onReading?: (sample: CCS811Sample) => void;
  /** Every change of the state, once. */
  readonly onState?: (state: CCS811State) => void;
  /**
   * Trouble that has begun or changed, told once; undefined when all of it is over. The driver
   * keeps trying, whatever it is.
   */
  readonly onFault?: (fault: SensorError | undefined) => void;
  /** eCO2 has gone to another range; needs thresholds. */
  readonly onAlert?: (range: AirRange) => void;
  /**
   * The host does not give the bus back after it was cleared: the driver has let go of everything
   * and only `close` may be called. All other trouble goes to `onFault`.
   */
  readonly onError?: (error: SensorError) => void;
}

const nothingBefore: CCS811Memory = Object.freeze({ measuredFor: 0, restedFor: 0, fastest: 0 });

function refuse(why: string): never {
  throw new SensorError({ code: "ccs811/bad-option", what: "a CCS811 option is not allowed", why });
}

function checkNumber(name: string, value: number | undefined): void {
  if (value !== undefined && !Number.isFinite(value)) refuse(`${name} ${value} is not a number`);
}

/** Throws SensorError when a setting is not allowed. */
export function checkSettings(settings: CCS811Settings): void {
  const { mode, humidityPercent, temperature, thresholds } = settings;
  if (mode !== undefined && !isDriveMode(mode)) refuse(`mode ${mode} is not 0 to 4`);
  checkNumber("humidityPercent", humidityPercent);
  checkNumber("temperature", temperature);
  const fault = thresholds && thresholdsFault(thresholds);
  if (fault !== undefined) refuse(fault);
}

/** Throws SensorError when an option is not allowed. */
export function checkOptions(options: CCS811Options): void {
  checkSettings(options);
  const { measuredFor, restedFor, fastest } = options.before ?? nothingBefore;
  const { address = 0x5a, hz = 100_000 } = options.sensor;
  if (address !== 0x5a && address !== 0x5b) refuse(`address ${address} is not 0x5A or 0x5B`);
  if (!(hz >= 10_000 && hz <= 400_000)) refuse(`hz ${hz} is not 10000 to 400000`);
  if (!(measuredFor >= 0)) refuse(`measuredFor ${measuredFor} is not 0 or more`);
  if (!(restedFor >= 0)) refuse(`restedFor ${restedFor} is not 0 or more`);
  if (!isDriveMode(fastest)) refuse(`fastest ${fastest} is not 0 to 4`);
}
