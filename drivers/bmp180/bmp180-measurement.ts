// SPDX-License-Identifier: MIT

import { frozen } from "../../modules/base/frozen.ts";
import type { ClimateSample } from "../../modules/ecma-419/sensor.ts";
import { type BoschKind, BoschMeasurement, type BoschOptions } from "../bosch-measurement.ts";
import { SensorError } from "../sensor-error.ts";
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
} from "./registers.ts";

/** How a measurement is made. */
export interface BMP180Settings {
  /** Samples for one pressure: 1, 2, 4 or 8. More give less noise and take longer. Default 1. */
  readonly pressureOversampling?: number;
}

type Phase = "temperature" | "pressure";

const oversamplings = Object.freeze([1, 2, 4, 8]);
const kind: BoschKind<"BMP180"> = frozen({
  chips: "BMP180",
  address,
  startTime: 11,
  modelOf: (id: number) => (id === chipId ? "BMP180" : undefined),
});

/** The transfers of a BMP180: reset, calibration, then a temperature before each pressure. */
export class BMP180Measurement extends BoschMeasurement<BMP180Settings, "BMP180", Phase> {
  #calibration: Calibration | undefined;
  #oversampling: Oversampling;
  /** What the control register was given for the conversion that runs. */
  #command = 0;
  #fine = 0;
  /** Control, an unused register, then the raw value. */
  readonly #result = new Uint8Array(5);

  constructor(options: BoschOptions & BMP180Settings) {
    const oversampling = oversamplingOf(options) ?? 0;
    super(options, kind);
    this.#oversampling = oversampling;
  }

  configure(settings: BMP180Settings): void {
    this.#oversampling = oversamplingOf(settings) ?? this.#oversampling;
  }

  protected override isUpdating(): boolean {
    return false;
  }

  protected override readCalibration(): Uint8Array {
    const block = new Uint8Array(calibrationLength);
    this.registers.read(register.calibration, block);
    return block;
  }

  protected override takeCalibration(block: Uint8Array): boolean {
    this.#calibration = decodeCalibration(block);
    return this.#calibration !== undefined;
  }

  protected override measure(phase: "idle" | Phase): number | ClimateSample {
    if (phase === "idle") {
      return this.convert("temperature", measureTemperature, conversionTime.temperature);
    }
    if (!this.isDone()) return this.poll();
    this.phase = "idle";
    return phase === "temperature" ? this.takeTemperature() : this.takePressure();
  }

  private convert(phase: Phase, command: number, time: number): number {
    this.registers.writeByte(register.control, command);
    this.#command = command;
    return this.begun(phase, time);
  }

  private takeTemperature(): number {
    const [, , high = 0, low = 0] = this.#result;
    const raw = (high << 8) | low;
    const fine = this.#calibration && fineTemperatureOf(raw, this.#calibration);
    if (fine === undefined) {
      throw this.fault("out-of-range", "the temperature can not be", `raw ${raw}`);
    }
    this.within("temperature", temperatureOf(fine));
    this.#fine = fine;
    const oversampling = this.#oversampling;
    const time = conversionTime.pressure[oversampling];
    return this.convert("pressure", measurePressure(oversampling), time);
  }

  private takePressure(): ClimateSample {
    const calibration = this.#calibration;
    if (!calibration) throw this.fault("no-calibration", "the chip gives no calibration");
    const [, , high = 0, middle = 0, low = 0] = this.#result;
    const oversampling = (this.#command >> 6) as Oversampling;
    const raw = ((high << 16) | (middle << 8) | low) >> (8 - oversampling);
    const pressure = pressureOf(raw, oversampling, { fine: this.#fine, calibration });
    return {
      thermometer: { temperature: temperatureOf(this.#fine) },
      barometer: { pressure: this.within("pressure", pressure ?? Number.NaN) },
      ticks: this.clock.ticks(),
    };
  }

  /** Reads the result; false while the chip is at work. */
  private isDone(): boolean {
    const bytes = this.#result;
    this.registers.read(register.control, bytes);
    const control = bytes[0] ?? 0;
    if ((control | converting) !== this.#command) throw this.settingsLost();
    return (control & converting) === 0;
  }
}

function oversamplingOf({ pressureOversampling }: BMP180Settings): Oversampling | undefined {
  if (pressureOversampling === undefined) return undefined;
  const code = oversamplings.indexOf(pressureOversampling);
  if (code >= 0) return code as Oversampling;
  throw new SensorError({
    code: "bmp180/bad-option",
    what: "pressureOversampling is none of the values allowed",
    why: `${pressureOversampling} is not one of ${oversamplings.join(", ")}`,
  });
}
