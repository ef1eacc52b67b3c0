// SPDX-License-Identifier: MIT

import type { Clock } from "../../modules/base/clock.ts";
import { frozen } from "../../modules/base/frozen.ts";
import type { ClimateSample } from "../../modules/ecma-419/sensor.ts";
import type { ClimateMeasurement } from "../climate-measurement.ts";
import { I2CRegisters } from "../i2c-registers.ts";
import { type I2CSensorOptions, openI2C } from "../i2c-sensor.ts";
import { chipFault, wrongId } from "./bmp180-errors.ts";
import { type Calibration, decodeCalibration } from "./calibration.ts";
import { fineTemperatureOf, pressureOf, temperatureOf } from "./compensation.ts";
import {
  address,
  calibrationLength,
  chipId,
  conversionTime,
  converting,
  measurePressure,
  measureTemperature,
  type Oversampling,
  register,
  resetCommand,
} from "./registers.ts";

/** How a measurement is made. */
export interface BMP180Settings {
  /** Samples for one pressure: 1, 2, 4 or 8. More give less noise and take longer. Default 1. */
  readonly pressureOversampling?: number;
}

type Phase = "calibrating" | "comparing" | "idle" | "temperature" | "pressure";

/** ms from a reset until the chip can be talked to. */
const startTime = 11;
/** ms between two looks at a chip that is busy. */
const pollTime = 2;
const maxPolls = 10;
const oversamplings = Object.freeze([1, 2, 4, 8]);
/** Somewhat more than the chip is made for: °C and Pa. */
const limits = frozen({ temperature: [-45, 90], pressure: [25_000, 115_000] });

/** The transfers of a BMP180: reset, calibration, then a temperature before each pressure. */
export class BMP180Measurement implements ClimateMeasurement<BMP180Settings> {
  readonly #registers: I2CRegisters;
  readonly #clock: Clock;
  #model: "BMP180" | undefined;
  #phase: Phase = "calibrating";
  #polls = 0;
  /** Calibration block as it was read first. */
  #block: Uint8Array | undefined;
  #calibration: Calibration | undefined;
  #oversampling: Oversampling;
  /** What the control register was given for the conversion that runs. */
  #command = 0;
  #fine = 0;
  /** Control, an unused register, then the raw value. */
  readonly #result = new Uint8Array(5);

  constructor(
    options: { readonly sensor: I2CSensorOptions; readonly clock: Clock } & BMP180Settings,
  ) {
    this.#oversampling = oversamplingOf(options) ?? 0;
    this.#clock = options.clock;
    this.#registers = new I2CRegisters(openI2C(options.sensor, address));
  }

  get model(): string | undefined {
    return this.#model;
  }

  configure(settings: BMP180Settings): void {
    this.#oversampling = oversamplingOf(settings) ?? this.#oversampling;
  }

  restart(): number {
    const id = this.#registers.readByte(register.id);
    if (id !== chipId) throw wrongId(id);
    this.#model = "BMP180";
    this.#registers.writeByte(register.reset, resetCommand);
    this.#phase = "calibrating";
    return startTime;
  }

  step(): number | ClimateSample {
    switch (this.#phase) {
      case "calibrating":
        this.#block = this.readCalibration();
        this.#phase = "comparing";
        return 0;
      case "comparing":
        return this.readAgain();
      case "idle":
        return this.convert("temperature", measureTemperature, conversionTime.temperature);
      case "temperature":
        return this.collectTemperature();
      case "pressure":
        return this.collectPressure();
    }
  }

  close(): void {
    this.#registers.close();
  }

  private readCalibration(): Uint8Array {
    const block = new Uint8Array(calibrationLength);
    this.#registers.read(register.calibration, block);
    return block;
  }

  // The bytes have no checksum, and a wrong one would spoil every value until the next restart.
  private readAgain(): number {
    const block = this.readCalibration();
    const same = this.#block?.every((byte, i) => byte === block[i]) === true;
    this.#block = undefined;
    this.#phase = "calibrating";
    if (!same) throw chipFault("unsteady", "the calibration was read twice and differs");
    this.#calibration = decodeCalibration(block);
    if (!this.#calibration) throw chipFault("no-calibration", "the chip gives no calibration");
    this.#phase = "idle";
    return 0;
  }

  private convert(phase: "temperature" | "pressure", command: number, time: number): number {
    this.#registers.writeByte(register.control, command);
    this.#command = command;
    this.#phase = phase;
    this.#polls = 0;
    return time + 1;
  }

  private collectTemperature(): number {
    const bytes = this.#result;
    if (!this.isDone()) return this.poll();
    this.#phase = "idle";
    const raw = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
    const fine = this.#calibration && fineTemperatureOf(raw, this.#calibration);
    if (fine === undefined)
      throw chipFault("out-of-range", "the temperature can not be", `raw ${raw}`);
    within("temperature", temperatureOf(fine));
    this.#fine = fine;
    const oversampling = this.#oversampling;
    return this.convert(
      "pressure",
      measurePressure(oversampling),
      conversionTime.pressure[oversampling],
    );
  }

  private collectPressure(): number | ClimateSample {
    const bytes = this.#result;
    if (!this.isDone()) return this.poll();
    this.#phase = "idle";
    const calibration = this.#calibration;
    if (!calibration) throw chipFault("no-calibration", "the chip gives no calibration");
    const oversampling = (this.#command >> 6) as Oversampling;
    const whole = ((bytes[2] ?? 0) << 16) | ((bytes[3] ?? 0) << 8) | (bytes[4] ?? 0);
    const raw = whole >> (8 - oversampling);
    const pressure = pressureOf(raw, oversampling, { fine: this.#fine, calibration });
    return {
      thermometer: { temperature: temperatureOf(this.#fine) },
      barometer: { pressure: within("pressure", pressure ?? Number.NaN) },
      ticks: this.#clock.ticks(),
    };
  }

  /** Reads the result; false while the chip is at work. */
  private isDone(): boolean {
    const bytes = this.#result;
    this.#registers.read(register.control, bytes);
    const control = bytes[0] ?? 0;
    if ((control | converting) !== this.#command) {
      // A reset of the chip, or a transfer gone wrong: either way not our measurement.
      this.#phase = "idle";
      throw chipFault("settings-lost", "the chip's settings are not what was written");
    }
    return (control & converting) === 0;
  }

  private poll(): number {
    if (this.#polls++ < maxPolls) return pollTime;
    this.#phase = "idle";
    throw chipFault("busy", "the chip does not become ready");
  }
}

function oversamplingOf({ pressureOversampling }: BMP180Settings): Oversampling | undefined {
  if (pressureOversampling === undefined) return undefined;
  const code = oversamplings.indexOf(pressureOversampling);
  if (code >= 0) return code as Oversampling;
  throw chipFault(
    "bad-option",
    "pressureOversampling is none of the values allowed",
    `${pressureOversampling} is not one of ${oversamplings.join(", ")}`,
  );
}

/** The value, when the chip can have measured it; the transfers have no checksum. */
function within(quantity: "temperature" | "pressure", value: number): number {
  const [least, most] = limits[quantity];
  if (value >= least && value <= most) return value;
  throw chipFault("out-of-range", `the ${quantity} can not be`, `${value}`);
}
