// SPDX-License-Identifier: MIT

import type { Clock } from "../../modules/base/clock.ts";
import type { I2C } from "../../modules/ecma-419/i2c.ts";
import type { ClimateSample } from "../../modules/ecma-419/sensor.ts";
import type { ClimateMeasurement } from "../climate-measurement.ts";
import { type I2CSensorOptions, openI2C } from "../i2c-sensor.ts";
import { checkWord, humidityOf, temperatureOf, wordAt, wordLength } from "../sensirion-words.ts";
import { SensorError } from "../sensor-error.ts";
import { command, measurement, type Repeatability } from "./commands.ts";

/** How a measurement is made. */
export interface SHT3xSettings {
  /** Default "high": the least noise, 16 ms. */
  readonly repeatability?: Repeatability;
}

type Phase = "idle" | "converting";

/** ms from a reset until the chip can be talked to (datasheet: 1.5). */
const startTime = 3;

/** The transfers of an SHT3x: a measurement on command, then two words with their checksums. */
export class SHT3xMeasurement implements ClimateMeasurement<SHT3xSettings> {
  readonly #bus: I2C;
  readonly #clock: Clock;
  readonly #command = new Uint8Array(2);
  readonly #status = new Uint8Array(wordLength);
  readonly #result = new Uint8Array(2 * wordLength);
  #model: "SHT3x" | undefined;
  #phase: Phase = "idle";
  #repeatability: Repeatability;

  constructor(
    options: { readonly sensor: I2CSensorOptions; readonly clock: Clock } & SHT3xSettings,
  ) {
    this.#repeatability = checked(options.repeatability) ?? "high";
    this.#clock = options.clock;
    this.#bus = openI2C(options.sensor, 0x44);
  }

  get model(): string | undefined {
    return this.#model;
  }

  configure(settings: SHT3xSettings): void {
    this.#repeatability = checked(settings.repeatability) ?? this.#repeatability;
  }

  /** The chip has no id; a status with its checksum is what tells it from others. */
  restart(): number {
    this.#bus.writeRead(this.bytesOf(command.readStatus), this.#status);
    checkWord(this.#status, 0, "SHT3x");
    this.#model = "SHT3x";
    this.#bus.write(this.bytesOf(command.softReset));
    this.#phase = "idle";
    return startTime;
  }

  step(): number | ClimateSample {
    if (this.#phase === "idle") return this.begin();
    // The chip refuses to be read when it has nothing: it has lost the command, or was read before.
    this.#phase = "idle";
    this.#bus.read(this.#result);
    checkWord(this.#result, 0, "SHT3x");
    checkWord(this.#result, wordLength, "SHT3x");
    return {
      thermometer: { temperature: temperatureOf(wordAt(this.#result, 0)) },
      hygrometer: { humidity: humidityOf(wordAt(this.#result, wordLength)) },
      ticks: this.#clock.ticks(),
    };
  }

  close(): void {
    this.#bus.close();
  }

  private begin(): number {
    const { command: code, time } = measurement[this.#repeatability];
    this.#bus.write(this.bytesOf(code));
    this.#phase = "converting";
    return Math.ceil(time) + 1;
  }

  private bytesOf(code: number): Uint8Array {
    this.#command[0] = code >> 8;
    this.#command[1] = code & 0xff;
    return this.#command;
  }
}

function checked(repeatability: Repeatability | undefined): Repeatability | undefined {
  if (repeatability === undefined || Object.hasOwn(measurement, repeatability)) {
    return repeatability;
  }
  throw new SensorError({
    code: "sht3x/bad-option",
    what: "the repeatability is none of the values allowed",
    why: `${repeatability} is not one of ${Object.keys(measurement).join(", ")}`,
  });
}
