// SPDX-License-Identifier: MIT

import type { Clock } from "../../modules/base/clock.ts";
import { frozen } from "../../modules/base/frozen.ts";
import type { ClimateSample } from "../../modules/ecma-419/sensor.ts";
import type { ClimateMeasurement } from "../climate-measurement.ts";
import { I2CRegisters } from "../i2c-registers.ts";
import { type I2CSensorOptions, openI2C } from "../i2c-sensor.ts";
import { chipFault, wrongId } from "./bme280-errors.ts";
import { type Calibration, decodeCalibration } from "./calibration.ts";
import { fineTemperatureOf, humidityOf, pressureOf, temperatureOf } from "./compensation.ts";
import {
  calibrationLength,
  forcedMode,
  humidityCalibrationLength,
  type Model,
  modelOf,
  register,
  resetCommand,
  resultLength,
  skipped,
  status,
} from "./registers.ts";
import {
  type BME280Settings,
  conversionTime,
  defaultFields,
  finest,
  type MeasurementFields,
  withSettings,
} from "./settings.ts";

type Phase = "updating" | "calibrating" | "comparing" | "idle" | "converting";

/** ms from a reset until the calibration is worth asking for (datasheet: 2). */
const startTime = 3;
/** ms between two looks at a chip that is busy. */
const pollTime = 2;
const maxPolls = 10;
/** Measurements in a row that may lack a value before that is taken for the truth. */
const maxRepeats = 4;
/** Somewhat more than the chip is made for: °C and Pa. */
const limits = frozen({ temperature: [-45, 90], pressure: [25_000, 115_000] });

/** The transfers of a BME280 or BMP280: reset, calibration, then forced measurements. */
export class BME280Measurement implements ClimateMeasurement<BME280Settings> {
  readonly #registers: I2CRegisters;
  readonly #clock: Clock;
  #model: Model | undefined;
  #phase: Phase = "updating";
  #polls = 0;
  #repeats = 0;
  /** Calibration block as it was read first, humidity block behind it. */
  #block: Uint8Array | undefined;
  #calibration: Calibration | undefined;
  #fields: MeasurementFields;
  /** The fields of the measurement that runs. */
  #running: MeasurementFields = defaultFields;
  /** Status, both controls' settings, then the raw values. */
  #result = new Uint8Array(resultLength.BME280);

  constructor(
    options: { readonly sensor: I2CSensorOptions; readonly clock: Clock } & BME280Settings,
  ) {
    this.#fields = withSettings(defaultFields, options);
    this.#clock = options.clock;
    this.#registers = new I2CRegisters(openI2C(options.sensor, 0x76));
  }

  get model(): Model | undefined {
    return this.#model;
  }

  configure(settings: BME280Settings): void {
    this.#fields = withSettings(this.#fields, settings);
  }

  restart(): number {
    const id = this.#registers.readByte(register.id);
    const model = modelOf(id);
    if (!model) throw wrongId(id);
    this.#registers.writeByte(register.reset, resetCommand);
    this.#model = model;
    this.#result = new Uint8Array(resultLength[model]);
    this.#phase = "updating";
    this.#polls = 0;
    this.#repeats = 0;
    return startTime;
  }

  step(): number | ClimateSample {
    switch (this.#phase) {
      case "updating":
        return this.awaitCalibration();
      case "calibrating":
        return this.readFirst();
      case "comparing":
        return this.readAgain();
      case "idle":
        return this.begin();
      case "converting":
        return this.collect();
    }
  }

  close(): void {
    this.#registers.close();
  }

  private awaitCalibration(): number {
    if (this.#registers.readByte(register.status) & status.updating) return this.poll();
    this.#phase = "calibrating";
    return 0;
  }

  private readFirst(): number {
    this.#block = this.readCalibration();
    this.#phase = "comparing";
    return 0;
  }

  // The bytes have no checksum, and a wrong one would spoil every value until the next restart.
  private readAgain(): number {
    const block = this.readCalibration();
    const same = this.#block?.every((byte, i) => byte === block[i]) === true;
    this.#block = undefined;
    this.#phase = "calibrating";
    if (!same) throw chipFault("unsteady", "the calibration was read twice and differs");
    const humidity = this.#model === "BME280" ? block.subarray(calibrationLength) : undefined;
    this.#calibration = decodeCalibration(block, humidity);
    if (!this.#calibration) throw chipFault("no-calibration", "the chip gives no calibration");
    this.#phase = "idle";
    return 0;
  }

  private readCalibration(): Uint8Array {
    const hasHumidity = this.#model === "BME280";
    const length = calibrationLength + (hasHumidity ? humidityCalibrationLength : 0);
    const block = new Uint8Array(length);
    this.#registers.read(register.calibration, block.subarray(0, calibrationLength));
    if (hasHumidity) {
      this.#registers.read(register.humidityCalibration, block.subarray(calibrationLength));
    }
    return block;
  }

  /** Every setting is written each time, so a chip that has lost its supply needs no more. */
  private begin(): number {
    const wanted = this.#model === "BME280" ? this.#fields : { ...this.#fields, osrsH: 0 };
    const fields = this.#repeats === 0 ? wanted : finest(wanted);
    const config = fields.filter << 2;
    // Pairs of register and value; what osrs_h says counts from the write to ctrl_meas on.
    const control = [config, register.controlMeasurement, controlOf(fields) | forcedMode];
    if (this.#model === "BME280") {
      const all = [fields.osrsH, register.config, ...control];
      this.#registers.write(register.controlHumidity, Uint8Array.from(all));
    } else {
      this.#registers.write(register.config, Uint8Array.from(control));
    }
    this.#running = fields;
    this.#phase = "converting";
    this.#polls = 0;
    return Math.ceil(conversionTime(fields)) + 1;
  }

  private collect(): number | ClimateSample {
    const bytes = this.#result;
    this.#registers.read(register.status, bytes);
    const control = bytes[1] ?? 0;
    if (
      (control & 0xfc) !== controlOf(this.#running) ||
      ((bytes[2] ?? 0) & 0x1c) !== this.#running.filter << 2
    ) {
      // A reset of the chip, or a transfer gone wrong: either way not our measurement.
      this.#phase = "idle";
      throw chipFault("settings-lost", "the chip's settings are not what was written");
    }
    if ((bytes[0] ?? 0) & status.measuring || control & 0x03) return this.poll();
    this.#phase = "idle";
    return this.sample(bytes);
  }

  private poll(): number {
    if (this.#polls++ < maxPolls) return pollTime;
    this.#phase = this.#phase === "converting" ? "idle" : this.#phase;
    this.#polls = 0;
    throw chipFault("busy", "the chip does not become ready");
  }

  /**
   * A value that happens to be the code for "not measured" is worth another measurement: with all
   * bits the code stands for a sixteenth of what it stands for with one sample.
   */
  private sample(bytes: Uint8Array): ClimateSample | number {
    const { osrsP, osrsH } = this.#running;
    const rawPressure = wide(bytes, 4);
    const rawTemperature = wide(bytes, 7);
    const rawHumidity = ((bytes[10] ?? 0x80) << 8) | (bytes[11] ?? 0);
    const lacks =
      rawTemperature === skipped.wide ||
      (osrsP > 0 && rawPressure === skipped.wide) ||
      (osrsH > 0 && rawHumidity === skipped.humidity);
    if (lacks && this.#repeats++ < maxRepeats) return this.begin();
    this.#repeats = 0;
    if (rawTemperature === skipped.wide) {
      throw chipFault("no-value", "the chip gives no temperature");
    }
    return this.compensate(rawTemperature, rawPressure, rawHumidity);
  }

  private compensate(
    rawTemperature: number,
    rawPressure: number,
    rawHumidity: number,
  ): ClimateSample {
    const calibration = this.#calibration;
    if (!calibration) throw chipFault("no-calibration", "the chip gives no calibration");
    const fine = fineTemperatureOf(rawTemperature, calibration);
    const temperature = within("temperature", temperatureOf(fine));
    const sample: ClimateSample = { thermometer: { temperature }, ticks: this.#clock.ticks() };
    if (rawPressure !== skipped.wide) {
      const pressure = pressureOf(rawPressure, fine, calibration) ?? Number.NaN;
      sample.barometer = { pressure: within("pressure", pressure) };
    }
    if (calibration.humidity && rawHumidity !== skipped.humidity) {
      sample.hygrometer = { humidity: humidityOf(rawHumidity, fine, calibration.humidity) };
    }
    return sample;
  }
}

function controlOf({ osrsT, osrsP }: MeasurementFields): number {
  return (osrsT << 5) | (osrsP << 2);
}

/** A raw value of 20 bits. */
function wide(bytes: Uint8Array, offset: number): number {
  const [high = 0, middle = 0, low = 0] = bytes.subarray(offset, offset + 3);
  return (high << 12) | (middle << 4) | (low >> 4);
}

/** The value, when the chip can have measured it; the transfers have no checksum. */
function within(quantity: "temperature" | "pressure", value: number): number {
  const [least, most] = limits[quantity];
  if (value >= least && value <= most) return value;
  throw chipFault("out-of-range", `the ${quantity} can not be`, `${value}`);
}
