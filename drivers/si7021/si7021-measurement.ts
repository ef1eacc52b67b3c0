// SPDX-License-Identifier: MIT

import type { Clock } from "../../modules/base/clock.ts";
import type { I2C } from "../../modules/ecma-419/i2c.ts";
import type { ClimateSample } from "../../modules/ecma-419/sensor.ts";
import type { ClimateMeasurement } from "../climate-measurement.ts";
import { crc8 } from "../crc8.ts";
import { type I2CSensorOptions, openI2C } from "../i2c-sensor.ts";
import { SensorError } from "../sensor-error.ts";
import { humidityOf, temperatureOf } from "./conversion.ts";
import { modelOfId } from "./models.ts";

/** Commands (Si7021-A20 rev. 1.1, table 11); measurements without holding the clock. */
const command = Object.freeze({
  reset: 0xfe,
  readUser: 0xe7,
  measureTemperature: 0xf3,
  measureHumidity: 0xf5,
});
/** Reads the second half of the electronic id. */
const readId = Uint8Array.of(0xfc, 0xc9);
const idLength = 6;
/** Bytes of a word and its checksum. */
const wordLength = 3;
/** ms after a reset (datasheets: 15). */
const resetTime = 20;
/** Bits of the user register that are known after a reset: 12 and 14 bits of resolution. */
const userBits = Object.freeze({ mask: 0x83, value: 0x02 });
/** After so many questions for its id it may be an HTU21D that does not know the command. */
const maxRefusals = 3;

type Phase = "identify" | "begin" | "temperature" | "humidity";

/** The transfers of a Si7021, HTU21D or SHT21: two measurements on command, each with a checksum. */
export class Si7021Measurement implements ClimateMeasurement<unknown> {
  readonly #bus: I2C;
  readonly #clock: Clock;
  readonly #select = new Uint8Array(1);
  readonly #bytes = new Uint8Array(wordLength);
  #model = modelOfId(undefined);
  #hasAnswered = false;
  #phase: Phase = "identify";
  #temperature = 0;
  #hasId = false;
  /** How often the question for the id has failed. */
  #refusals = 0;

  constructor({ sensor, clock }: { readonly sensor: I2CSensorOptions; readonly clock: Clock }) {
    this.#clock = clock;
    this.#bus = openI2C(sensor, 0x40);
  }

  get model(): string | undefined {
    return this.#hasAnswered ? this.#model.name : undefined;
  }

  configure(): void {}

  /** One byte, which is a harmless pointer for others at this address (HDC1080, PCA9685, INA219). */
  restart(): number {
    this.send(command.reset);
    this.#hasId = false;
    this.#phase = "identify";
    return resetTime;
  }

  step(): number | ClimateSample {
    const phase = this.#phase;
    // Whatever fails is begun again.
    this.#phase = phase === "identify" ? phase : "begin";
    switch (phase) {
      case "identify":
        return this.identify();
      case "begin":
        return this.begin();
      case "temperature":
        this.#temperature = temperatureOf(this.readWord(0));
        return this.measure(command.measureHumidity, "humidity");
      case "humidity":
        return this.finish();
    }
  }

  close(): void {
    this.#bus.close();
  }

  /**
   * The command for the id would drive all outputs of a PCA9685, so the user register has to be right
   * before. An HTU21D need not know it.
   */
  private identify(): number {
    const user = this.#bytes.subarray(0, 1);
    try {
      this.send(command.readUser);
      this.#bus.read(user);
    } catch {
      // Something has taken the reset, and does not know this.
      user[0] = 0;
    }
    const [bits = 0] = user;
    if ((bits & userBits.mask) !== userBits.value) throw wrongId(bits);
    this.#phase = "begin";
    return 0;
  }

  /** Until it has told its id it is asked before each measurement: it may have been noise. */
  private begin(): number {
    if (!this.#hasId) {
      try {
        this.#model = modelOfId(this.readId());
        this.#hasId = true;
        this.#hasAnswered = true;
        this.#refusals = 0;
      } catch (error) {
        if (++this.#refusals < maxRefusals) throw error;
      }
    }
    return this.measure(command.measureTemperature, "temperature");
  }

  private readId(): number | undefined {
    const bytes = new Uint8Array(idLength);
    this.#bus.writeRead(readId, bytes);
    checkSum(bytes, bytes[2]);
    return bytes[0];
  }

  private measure(code: number, next: "temperature" | "humidity"): number {
    const { temperatureTime, humidityTime } = this.#model;
    this.send(code);
    this.#phase = next;
    return (next === "temperature" ? temperatureTime : humidityTime) + 1;
  }

  private finish(): ClimateSample {
    const word = this.readWord(0x02);
    const temperature = this.#temperature;
    const humidity = humidityOf(word, temperature, this.#model.correction);
    this.#hasAnswered = true;
    return {
      thermometer: { temperature },
      hygrometer: { humidity },
      ticks: this.#clock.ticks(),
    };
  }

  /** A measured word; bit 1 says which quantity it is. Its checksum is right for zeros, too. */
  private readWord(kind: 0x00 | 0x02): number {
    const bytes = this.#bytes;
    this.#bus.read(bytes);
    checkSum(bytes, bytes[2]);
    const word = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
    if (word === 0 || (word & 0x02) !== kind) {
      throw fault("no-value", "the chip has not given what was asked for");
    }
    return word;
  }

  private send(code: number): void {
    this.#select[0] = code;
    this.#bus.write(this.#select);
  }
}

/** Of the first two bytes. */
function checkSum(bytes: Uint8Array, got: number | undefined): void {
  if (crc8(bytes, 0, 2, 0x00) === got) return;
  throw fault("checksum", "a word has come with a wrong checksum");
}

function fault(code: string, what: string): SensorError {
  return new SensorError({ code: `si7021/${code}`, what, todo: "check its supply and its wires" });
}

function wrongId(user: number): SensorError {
  return new SensorError({
    code: "si7021/wrong-id",
    what: "the chip is no Si7021, HTU21 or SHT21",
    why: `after a reset its user register is 0x${user.toString(16).padStart(2, "0")}`,
    todo: "check which sensor is on this address",
  });
}
