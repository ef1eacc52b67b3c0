// SPDX-License-Identifier: MIT

import { frozen } from "../../modules/base/frozen.ts";
import type { ClimateSample } from "../../modules/ecma-419/sensor.ts";
import { type BoschKind, BoschMeasurement, type BoschOptions } from "../bosch-measurement.ts";
import { type Calibration, decodeCalibration } from "./calibration.ts";
import { fineTemperatureOf, humidityOf, pressureOf, temperatureOf } from "./compensation.ts";
import {
  calibrationLength,
  forcedMode,
  humidityCalibrationLength,
  type Model,
  modelOf,
  register,
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

/** Measurements in a row that may lack a value before that is taken for the truth. */
const maxRepeats = 4;
const kind: BoschKind<Model> = frozen({
  chips: "BME280 or BMP280",
  address: 0x76,
  // Until the calibration is worth asking for (datasheet: 2).
  startTime: 3,
  modelOf,
});

/** The transfers of a BME280 or BMP280: reset, calibration, then forced measurements. */
export class BME280Measurement extends BoschMeasurement<BME280Settings, Model, "converting"> {
  #repeats = 0;
  #calibration: Calibration | undefined;
  #fields: MeasurementFields;
  /** The fields of the measurement that runs. */
  #running: MeasurementFields = defaultFields;
  /** Status, both controls' settings, then the raw values. */
  #result = new Uint8Array(resultLength.BME280);

  constructor(options: BoschOptions & BME280Settings) {
    const fields = withSettings(defaultFields, options);
    super(options, kind);
    this.#fields = fields;
  }

  configure(settings: BME280Settings): void {
    this.#fields = withSettings(this.#fields, settings);
  }

  override restart(): number {
    const wait = super.restart();
    this.#result = new Uint8Array(resultLength[this.model ?? "BME280"]);
    this.#repeats = 0;
    return wait;
  }

  protected override isUpdating(): boolean {
    return (this.registers.readByte(register.status) & status.updating) !== 0;
  }

  /** The block of both models, and that of the humidity behind it. */
  protected override readCalibration(): Uint8Array {
    const hasHumidity = this.model === "BME280";
    const length = calibrationLength + (hasHumidity ? humidityCalibrationLength : 0);
    const block = new Uint8Array(length);
    this.registers.read(register.calibration, block.subarray(0, calibrationLength));
    if (hasHumidity) {
      this.registers.read(register.humidityCalibration, block.subarray(calibrationLength));
    }
    return block;
  }

  protected override takeCalibration(block: Uint8Array): boolean {
    const humidity = this.model === "BME280" ? block.subarray(calibrationLength) : undefined;
    this.#calibration = decodeCalibration(block, humidity);
    return this.#calibration !== undefined;
  }

  protected override measure(phase: "idle" | "converting"): number | ClimateSample {
    return phase === "idle" ? this.begin() : this.collect();
  }

  /** Every setting is written each time, so a chip that has lost its supply needs no more. */
  private begin(): number {
    const wanted = this.model === "BME280" ? this.#fields : { ...this.#fields, osrsH: 0 };
    const fields = this.#repeats === 0 ? wanted : finest(wanted);
    const config = fields.filter << 2;
    // Pairs of register and value; what osrs_h says counts from the write to ctrl_meas on.
    const control = [config, register.controlMeasurement, controlOf(fields) | forcedMode];
    if (this.model === "BME280") {
      const all = [fields.osrsH, register.config, ...control];
      this.registers.write(register.controlHumidity, Uint8Array.from(all));
    } else {
      this.registers.write(register.config, Uint8Array.from(control));
    }
    this.#running = fields;
    return this.begun("converting", Math.ceil(conversionTime(fields)));
  }

  private collect(): number | ClimateSample {
    const bytes = this.#result;
    this.registers.read(register.status, bytes);
    const control = bytes[1] ?? 0;
    if (
      (control & 0xfc) !== controlOf(this.#running) ||
      ((bytes[2] ?? 0) & 0x1c) !== this.#running.filter << 2
    ) {
      throw this.settingsLost();
    }
    if ((bytes[0] ?? 0) & status.measuring || control & 0x03) return this.poll();
    this.phase = "idle";
    return this.sample(bytes);
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
      throw this.fault("no-value", "the chip gives no temperature");
    }
    return this.compensate(rawTemperature, rawPressure, rawHumidity);
  }

  private compensate(
    rawTemperature: number,
    rawPressure: number,
    rawHumidity: number,
  ): ClimateSample {
    const calibration = this.#calibration;
    if (!calibration) throw this.fault("no-calibration", "the chip gives no calibration");
    const fine = fineTemperatureOf(rawTemperature, calibration);
    const temperature = this.within("temperature", temperatureOf(fine));
    const sample: ClimateSample = { thermometer: { temperature }, ticks: this.clock.ticks() };
    if (rawPressure !== skipped.wide) {
      const pressure = pressureOf(rawPressure, fine, calibration) ?? Number.NaN;
      sample.barometer = { pressure: this.within("pressure", pressure) };
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
