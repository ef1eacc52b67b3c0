// SPDX-License-Identifier: MIT

import type { Clock } from "../modules/base/clock.ts";
import { frozen } from "../modules/base/frozen.ts";
import type { ClimateSample } from "../modules/ecma-419/sensor.ts";
import type { ClimateMeasurement } from "./climate-measurement.ts";
import { I2CRegisters } from "./i2c-registers.ts";
import { type I2CSensorOptions, openI2C } from "./i2c-sensor.ts";
import { SensorError } from "./sensor-error.ts";

/** What the pressure sensors of Bosch have in common (BMP180, BMP280 and BME280 datasheets). */
const register = Object.freeze({ id: 0xd0, reset: 0xe0 });
/** What makes the chip start afresh when written to the reset register. */
const resetCommand = 0xb6;
/** Their ids, for a user who has another one than he thinks. */
const names: Readonly<Record<number, string>> = Object.freeze({
  85: "a BMP180",
  88: "a BMP280",
  96: "a BME280",
  97: "a BME680 or BME688",
});

/** ms between two looks at a chip that is busy. */
const pollTime = 2;
const maxPolls = 10;
/** Somewhat more than the chips are made for: °C and Pa. */
const limits = frozen({ temperature: [-45, 90], pressure: [25_000, 115_000] });

export interface BoschOptions {
  readonly sensor: I2CSensorOptions;
  readonly clock: Clock;
}

/** What the kinds differ in. */
export interface BoschKind<Model extends string> {
  /** "BME280 or BMP280"; the first word in lower case begins the error codes. */
  readonly chips: string;
  readonly address: number;
  /** ms from a reset until the chip can be talked to. */
  readonly startTime: number;
  modelOf(id: number): Model | undefined;
}

/**
 * The transfers that Bosch's pressure sensors share: who it is, reset, calibration. What follows,
 * the measurement, is its own phases.
 */
export abstract class BoschMeasurement<Settings, Model extends string, Phase extends string>
  implements ClimateMeasurement<Settings>
{
  protected readonly registers: I2CRegisters;
  protected readonly clock: Clock;
  protected phase: "starting" | "comparing" | "idle" | Phase = "starting";
  readonly #kind: BoschKind<Model>;
  #model: Model | undefined;
  #polls = 0;
  /** Calibration as it was read first. */
  #block: Uint8Array | undefined;

  constructor({ sensor, clock }: BoschOptions, kind: BoschKind<Model>) {
    this.#kind = kind;
    this.clock = clock;
    this.registers = new I2CRegisters(openI2C(sensor, kind.address));
  }

  get model(): Model | undefined {
    return this.#model;
  }

  abstract configure(settings: Settings): void;
  /** The chip still prepares its calibration. */
  protected abstract isUpdating(): boolean;
  protected abstract readCalibration(): Uint8Array;
  /** False when the bytes can not be a calibration. */
  protected abstract takeCalibration(block: Uint8Array): boolean;
  /** The next thing of a measurement, as `step`. */
  protected abstract measure(phase: "idle" | Phase): number | ClimateSample;

  restart(): number {
    const kind = this.#kind;
    const id = this.registers.readByte(register.id);
    const model = kind.modelOf(id);
    if (!model) throw this.wrongId(id);
    this.registers.writeByte(register.reset, resetCommand);
    this.#model = model;
    this.#polls = 0;
    this.phase = "starting";
    return kind.startTime;
  }

  step(): number | ClimateSample {
    const { phase } = this;
    if (phase === "starting") return this.isUpdating() ? this.poll() : this.readFirst();
    return phase === "comparing" ? this.readAgain() : this.measure(phase);
  }

  close(): void {
    this.registers.close();
  }

  /** A conversion has begun, which takes `time` ms. */
  protected begun(phase: Phase, time: number): number {
    this.phase = phase;
    this.#polls = 0;
    return time + 1;
  }

  /** The chip is still at work; gives up when it is so for too long. */
  protected poll(): number {
    if (this.#polls++ < maxPolls) return pollTime;
    this.#polls = 0;
    if (this.phase !== "starting") this.phase = "idle";
    throw this.fault("busy", "the chip does not become ready");
  }

  /** The value, when the chip can have measured it; the transfers have no checksum. */
  protected within(quantity: "temperature" | "pressure", value: number): number {
    const [least, most] = limits[quantity];
    if (value >= least && value <= most) return value;
    throw this.fault("out-of-range", `the ${quantity} can not be`, `${value}`);
  }

  /** A reset of the chip, or a transfer gone wrong: either way not our measurement. */
  protected settingsLost(): SensorError {
    this.phase = "idle";
    return this.fault("settings-lost", "the chip's settings are not what was written");
  }

  /** Something the chip should not do; `why` is the measured value. */
  protected fault(code: string, what: string, why?: string): SensorError {
    const [chip = ""] = this.#kind.chips.toLowerCase().split(" ");
    return new SensorError({ code: `${chip}/${code}`, what, ...(why !== undefined && { why }) });
  }

  private readFirst(): number {
    this.#block = this.readCalibration();
    this.phase = "comparing";
    return 0;
  }

  // The bytes have no checksum, and a wrong one would spoil every value until the next restart.
  private readAgain(): number {
    const first = this.#block;
    const block = this.readCalibration();
    this.#block = undefined;
    this.phase = "starting";
    if (!first?.every((byte, i) => byte === block[i])) {
      throw this.fault("unsteady", "the calibration was read twice and differs");
    }
    if (!this.takeCalibration(block)) {
      throw this.fault("no-calibration", "the chip gives no calibration");
    }
    this.phase = "idle";
    return 0;
  }

  /** Another chip, or none, has answered. */
  private wrongId(id: number): SensorError {
    const name = names[id];
    const { code } = this.fault("wrong-id", "");
    return new SensorError({
      code,
      what: `the chip is no ${this.#kind.chips}`,
      why: `its id is 0x${id.toString(16).padStart(2, "0")}${name ? `, ${name}` : ""}`,
      todo: "check which sensor is on this address",
    });
  }
}
