// SPDX-License-Identifier: MIT

import type { Clock } from "../../modules/base/clock.ts";
import type { I2C } from "../../modules/ecma-419/i2c.ts";
import type { ClimateSample } from "../../modules/ecma-419/sensor.ts";
import type { ClimateMeasurement } from "../climate-measurement.ts";
import { type I2CSensorOptions, openI2C } from "../i2c-sensor.ts";
import { SensorError } from "../sensor-error.ts";
import { humidityOf, temperatureOf } from "./conversion.ts";

/** Registers of 16 bits, high byte first (SNAS672A, section 8.6). */
const register = Object.freeze({
  temperature: 0x00,
  configuration: 0x02,
  manufacturer: 0xfe,
  device: 0xff,
});
const manufacturerId = 0x5449;
const deviceId = 0x1050;
/** Temperature, then humidity, 14 bits each, heater off. */
const configuration = 0x1000;
/** The bit that tells a low supply is not ours. */
const ownBits = 0xf7ff;
/** ms: both take 12.85, typically; half as long has been too short for some. */
const measureTime = 20;
/** At this address a Si7021 may be instead, which resets itself at the question for the id. */
const idTime = 20;
/** Questions for the id without an answer, in a row, that make another chip. */
const patience = 3;
/** Two measurements may differ by so much, °C and percent: they have no checksum. */
const tolerance = Object.freeze({ temperature: 0.5, humidity: 2 });

type Phase = "identify" | "configure" | "first" | "second" | "compare" | "check";

/** The transfers of an HDC1080: two measurements on command, compared, then its configuration. */
export class HDC1080Measurement implements ClimateMeasurement<unknown> {
  readonly #bus: I2C;
  readonly #clock: Clock;
  readonly #select = new Uint8Array(1);
  readonly #words = new Uint8Array(4);
  #model: "HDC1080" | undefined;
  /** Questions for the id in a row that were not answered. */
  #unanswered = 0;
  #phase: Phase = "identify";
  #temperature = 0;
  #humidity = 0;

  constructor({ sensor, clock }: { readonly sensor: I2CSensorOptions; readonly clock: Clock }) {
    this.#clock = clock;
    this.#bus = openI2C(sensor, 0x40);
  }

  get model(): string | undefined {
    return this.#model;
  }

  configure(): void {}

  restart(): number {
    this.select(register.manufacturer);
    this.#phase = "identify";
    return idTime;
  }

  step(): number | ClimateSample {
    const phase = this.#phase;
    // What fails is begun again; values are given once, so that is the measurement.
    this.#phase = phase === "first" || phase === "second" || phase === "compare" ? "first" : phase;
    switch (phase) {
      case "identify":
        return this.identify();
      case "configure":
        this.#bus.write(
          Uint8Array.of(register.configuration, configuration >> 8, configuration & 0xff),
        );
        return this.goTo("first", 0);
      case "first":
        this.select(register.temperature);
        return this.goTo("second", measureTime);
      case "second":
        this.readValues();
        this.select(register.temperature);
        return this.goTo("compare", measureTime);
      case "compare":
        this.compare();
        return this.goTo("check", 0);
      case "check":
        return this.finish();
    }
  }

  close(): void {
    this.#bus.close();
  }

  private goTo(phase: Phase, delay: number): number {
    this.#phase = phase;
    return delay;
  }

  private identify(): number {
    let [manufacturer, device] = [0, 0];
    try {
      this.#bus.read(this.#words.subarray(0, 2));
      manufacturer = this.word(0);
      if (manufacturer === manufacturerId) device = this.readRegister(register.device);
      this.#unanswered = 0;
    } catch (error) {
      // Once is noise; something that takes the question again and again is another chip.
      if (++this.#unanswered < patience) {
        this.select(register.manufacturer);
        throw error;
      }
    }
    if (device !== deviceId) {
      // The next attempt begins with the question for the id.
      this.select(register.manufacturer);
      throw wrongId(manufacturer, device);
    }
    this.#model = "HDC1080";
    return this.goTo("configure", 0);
  }

  private readValues(): void {
    this.#bus.read(this.#words);
    const [t, h] = [this.word(0), this.word(2)];
    const isOpen = (t === 0 && h === 0) || t === 0xffff || h === 0xffff;
    // With 14 bits the lowest two are always 0.
    if (isOpen || (t | h) & 0x03) throw fault("no-value", "the chip gives no values");
    this.#temperature = temperatureOf(t);
    this.#humidity = humidityOf(h);
  }

  private compare(): void {
    const [temperature, humidity] = [this.#temperature, this.#humidity];
    this.readValues();
    if (
      Math.abs(temperature - this.#temperature) > tolerance.temperature ||
      Math.abs(humidity - this.#humidity) > tolerance.humidity
    ) {
      throw fault("unsteady", "two measurements in a row differ");
    }
  }

  /** A chip that has lost its supply has its first configuration again. */
  private finish(): ClimateSample {
    if ((this.readRegister(register.configuration) & ownBits) !== configuration) {
      this.#phase = "configure";
      throw fault("settings-lost", "the chip's configuration is not what was written");
    }
    this.#phase = "first";
    return {
      thermometer: { temperature: this.#temperature },
      hygrometer: { humidity: this.#humidity },
      ticks: this.#clock.ticks(),
    };
  }

  private select(pointer: number): void {
    this.#select[0] = pointer;
    this.#bus.write(this.#select);
  }

  private readRegister(pointer: number): number {
    this.#select[0] = pointer;
    this.#bus.writeRead(this.#select, this.#words.subarray(0, 2));
    return this.word(0);
  }

  private word(offset: number): number {
    return ((this.#words[offset] ?? 0) << 8) | (this.#words[offset + 1] ?? 0);
  }
}

function fault(code: string, what: string): SensorError {
  return new SensorError({ code: `hdc1080/${code}`, what, todo: "check its supply and its wires" });
}

function wrongId(manufacturer: number, device: number): SensorError {
  const hex = (word: number) => `0x${word.toString(16).padStart(4, "0")}`;
  return new SensorError({
    code: "hdc1080/wrong-id",
    what: "the chip is no HDC1080",
    why: `its ids are ${hex(manufacturer)} and ${hex(device)}`,
    todo: "check which sensor is on this address",
  });
}
