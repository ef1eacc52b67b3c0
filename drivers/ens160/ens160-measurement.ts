// SPDX-License-Identifier: MIT

import type { Clock } from "../../modules/base/clock.ts";
import type { ClimateSample } from "../../modules/ecma-419/sensor.ts";
import type { ClimateMeasurement } from "../climate-measurement.ts";
import { I2CRegisters } from "../i2c-registers.ts";
import { type I2CSensorOptions, openI2C } from "../i2c-sensor.ts";
import { SensorError } from "../sensor-error.ts";
import {
  airBytes,
  mode,
  register,
  resultLength,
  resultOf,
  status,
  type Validity,
  validityOf,
} from "./registers.ts";

/** The air that the chip compensates for; its own assumption is 25 °C and 50 %. */
export interface ENS160Settings {
  /** °C, −40 to 85 (clamped). */
  readonly temperature?: number;
  /** Percent, 0 to 100 (clamped). */
  readonly humidityPercent?: number;
}

type Phase = "reset" | "idle" | "start" | "measure" | "compare";

/** ms after a reset or a change of the mode (vendor's driver: 10). */
const modeTime = 12;
/** ms from the start until the first result, and between two. */
const period = 1_000;
/** ms between two reads that are compared. */
const compareTime = 5;
const maxComparisons = 3;
/** Results in a row without news before that counts as a fault. */
const maxStale = 5;
/** A change of the air that the chip is told: °C and percent. */
const airStep = Object.freeze({ temperature: 0.5, humidityPercent: 1 });

/** What the chip says against its own values. While it warms up they are worth nothing. */
const marks: Readonly<Record<Validity, readonly string[]>> = Object.freeze({
  0: Object.freeze([]),
  1: Object.freeze(["warming up"]),
  2: Object.freeze(["initial start-up"]),
  3: Object.freeze(["invalid"]),
});

/** So many stops in a warm-up are told instead of it. */
const manyStops = 3;
const stopping = Object.freeze(["keeps stopping"]);

/**
 * The transfers of an ENS160. Its registers have no checksum that all sources agree on, so each result
 * is read twice and compared.
 */
export class ENS160Measurement implements ClimateMeasurement<ENS160Settings> {
  readonly #registers: I2CRegisters;
  readonly #clock: Clock;
  #model: "ENS160" | "ENS161" | undefined;
  #phase: Phase = "reset";
  #result = new Uint8Array(resultLength);
  #again = new Uint8Array(resultLength);
  #comparisons = 0;
  #stale = 0;
  /** How often it has fallen out of its mode since it has last given values. */
  #stops = 0;
  #temperature: number | undefined;
  #humidityPercent: number | undefined;
  /** What the chip has been told since its reset; undefined: nothing. */
  #toldTemperature: number | undefined;
  #toldHumidity = 0;

  constructor(
    options: { readonly sensor: I2CSensorOptions; readonly clock: Clock } & ENS160Settings,
  ) {
    this.configure(options);
    this.#clock = options.clock;
    this.#registers = new I2CRegisters(openI2C(options.sensor, 0x53));
  }

  get model(): string | undefined {
    return this.#model;
  }

  configure({ temperature, humidityPercent }: ENS160Settings): void {
    checkNumber("temperature", temperature);
    checkNumber("humidityPercent", humidityPercent);
    this.#temperature = temperature ?? this.#temperature;
    this.#humidityPercent = humidityPercent ?? this.#humidityPercent;
  }

  /**
   * Nothing is written before the id is right: there are memory chips at this address. A chip that
   * measures already goes on: a reset would cost its warm-up.
   */
  restart(): number {
    const id = this.#registers.readWord(register.id);
    this.#model = modelOf(id);
    this.#toldTemperature = undefined;
    this.#stale = 0;
    this.#comparisons = 0;
    const isMeasuring =
      this.#registers.readByte(register.mode) === mode.standard &&
      (this.#registers.readByte(register.status) & (status.isRunning | status.hasError)) ===
        status.isRunning;
    this.#phase = isMeasuring ? "measure" : "reset";
    return 0;
  }

  step(): number | ClimateSample {
    switch (this.#phase) {
      case "reset":
        this.#toldTemperature = undefined;
        return this.setMode(mode.reset, "idle");
      case "idle":
        return this.setMode(mode.idle, "start");
      case "start":
        this.setMode(mode.standard, "measure");
        return period + modeTime;
      case "measure":
        return this.measure();
      case "compare":
        return this.compare();
    }
  }

  /** Leaves it measuring: a board that starts again finds it warm. */
  close(): void {
    this.#registers.close();
  }

  private setMode(value: number, next: Phase): number {
    this.#registers.writeByte(register.mode, value);
    this.#phase = next;
    return modeTime;
  }

  private measure(): number {
    this.tellAir();
    this.#registers.read(register.status, this.#result);
    // The mark is gone with this read.
    this.#stale = (this.#result[0] ?? 0) & status.isNew ? 0 : this.#stale + 1;
    this.#phase = "compare";
    this.#comparisons = 0;
    return compareTime;
  }

  private compare(): number | ClimateSample {
    const again = this.#again;
    const before = this.#result;
    this.#registers.read(register.status, again);
    this.#again = before;
    this.#result = again;
    // What the status says of news does not count.
    again[0] = (again[0] ?? 0) & status.steady;
    before[0] = (before[0] ?? 0) & status.steady;
    const isSame = again.every((byte, i) => byte === before[i]);
    if (!isSame && this.#comparisons++ < maxComparisons) return compareTime;
    this.#phase = "measure";
    if (!isSame) throw fault("unsteady", "a result was read several times and differs");
    return this.sampleOf(again);
  }

  private sampleOf(bytes: Uint8Array): ClimateSample {
    const [state = 0] = bytes;
    if ((state & (status.isRunning | status.hasError)) !== status.isRunning) {
      this.#phase = "reset";
      this.#stops++;
      throw fault("stopped", "the chip has fallen out of its mode, and is started again");
    }
    if (this.#stale > maxStale) {
      this.#phase = "reset";
      this.#stale = 0;
      throw fault("stalled", "the chip has nothing new, and is started again");
    }
    const validity = validityOf(state);
    const ticks = this.#clock.ticks();
    if (validity === 1 && this.#stops >= manyStops) return { marks: stopping, ticks };
    const sample: ClimateSample = { marks: marks[validity], ticks };
    if (validity === 1 || validity === 3) return sample;
    const result = resultOf(bytes);
    if (!result) throw fault("out-of-range", "the chip gives values that can not be");
    this.#stops = 0;
    const { CO2, tvoc, AQI } = result;
    sample.carbonDioxideDetector = { CO2 };
    sample.vocDetector = { tvoc };
    sample.airQuality = { AQI };
    return sample;
  }

  /** Tells the chip the air, when it has changed. */
  private tellAir(): void {
    const [temperature, humidity] = [this.#temperature, this.#humidityPercent];
    if (temperature === undefined || humidity === undefined) return;
    const isNear =
      Math.abs(temperature - (this.#toldTemperature ?? -300)) < airStep.temperature &&
      Math.abs(humidity - this.#toldHumidity) < airStep.humidityPercent;
    if (isNear) return;
    this.#registers.write(register.air, airBytes(temperature, humidity));
    this.#toldTemperature = temperature;
    this.#toldHumidity = humidity;
  }
}

/** Which chip it is by its id, low byte first. Throws SensorError when it is another one. */
function modelOf(id: number): "ENS160" | "ENS161" {
  if (id === 0x6001) return "ENS160";
  if (id === 0x6101) return "ENS161";
  throw new SensorError({
    code: "ens160/wrong-id",
    what: "the chip is no ENS160",
    why: `its id is 0x${id.toString(16).padStart(4, "0")}, not 0x6001`,
    todo: "check which sensor is on this address",
  });
}

function fault(code: string, what: string): SensorError {
  const todo = "check its supply: the 1.8 V of its board must hold 80 mA for a moment";
  return new SensorError({ code: `ens160/${code}`, what, todo });
}

function checkNumber(name: string, value: number | undefined): void {
  if (value === undefined || Number.isFinite(value)) return;
  throw new SensorError({
    code: "ens160/bad-option",
    what: `the ${name} is not a number`,
    why: `it is ${value}`,
  });
}
