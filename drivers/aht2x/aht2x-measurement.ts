// SPDX-License-Identifier: MIT

import type { Clock } from "../../modules/base/clock.ts";
import type { I2C } from "../../modules/ecma-419/i2c.ts";
import type { ClimateSample } from "../../modules/ecma-419/sensor.ts";
import type { ClimateMeasurement } from "../climate-measurement.ts";
import { type I2CSensorOptions, openI2C } from "../i2c-sensor.ts";
import { SensorError } from "../sensor-error.ts";
import { frameLength, humidityOf, isWhole, status, temperatureOf } from "./frame.ts";

type Phase = "reset" | "check" | "idle" | "converting";

/** Commands (AHT20 datasheet V1.0, section 5.3), and ms that they take, with some more. */
const initialise = Uint8Array.of(0xbe, 0x08, 0x00);
const trigger = Uint8Array.of(0xac, 0x33, 0x00);
const softReset = Uint8Array.of(0xba);
const time = Object.freeze({ initialise: 12, measure: 82, reset: 22 });
/** ms between two looks at a chip that is busy. */
const pollTime = 10;
const maxPolls = 25;

/** The transfers of an AHT20 or AHT21: a measurement on command, then one frame with a checksum. */
export class AHT2xMeasurement implements ClimateMeasurement<unknown> {
  readonly #bus: I2C;
  readonly #clock: Clock;
  readonly #frame = new Uint8Array(frameLength);
  #model: "AHT2x" | undefined;
  #phase: Phase = "check";
  #polls = 0;

  constructor({ sensor, clock }: { readonly sensor: I2CSensorOptions; readonly clock: Clock }) {
    this.#clock = clock;
    this.#bus = openI2C(sensor, 0x38);
  }

  get model(): string | undefined {
    return this.#model;
  }

  configure(): void {}

  /** The chip has no id; a frame with its checksum is what tells it from others. */
  restart(): number {
    this.#bus.write(softReset);
    this.#phase = "check";
    return time.reset;
  }

  step(): number | ClimateSample {
    switch (this.#phase) {
      case "reset":
        return this.restart();
      case "check":
        return this.calibrate();
      case "idle":
        return this.begin();
      case "converting":
        return this.collect();
    }
  }

  close(): void {
    this.#bus.close();
  }

  // Some come without their calibration loaded.
  private calibrate(): number {
    this.#bus.read(this.#frame.subarray(0, 1));
    if (((this.#frame[0] ?? 0) & status.calibrated) === 0) {
      this.#bus.write(initialise);
      this.#phase = "idle";
      return time.initialise;
    }
    this.#phase = "idle";
    return 0;
  }

  private begin(): number {
    this.#bus.write(trigger);
    this.#phase = "converting";
    this.#polls = 0;
    return time.measure;
  }

  // A plain read: asked for its status by command, a chip has stayed busy (anglerud/aht20-driver#10).
  private collect(): number | ClimateSample {
    const frame = this.#frame;
    this.#bus.read(frame);
    const [state = 0] = frame;
    if (isWhole(frame) && state & status.busy && this.#polls++ < maxPolls) return pollTime;
    this.#phase = "idle";
    if (!isWhole(frame)) throw fault("checksum", "a measurement has come with a wrong checksum");
    if (state & status.busy) {
      this.#phase = "reset";
      throw fault("busy", "the chip does not become ready");
    }
    const isCalibrated = (state & status.calibrated) !== 0;
    if (!isCalibrated) this.#phase = "check";
    const [temperature, humidity] = [temperatureOf(frame), humidityOf(frame)];
    if (!isCalibrated || temperature === undefined || humidity === undefined) {
      throw fault("no-value", "the chip has lost its supply for a moment, or measures nothing");
    }
    this.#model = "AHT2x";
    return {
      thermometer: { temperature },
      hygrometer: { humidity },
      ticks: this.#clock.ticks(),
    };
  }
}

function fault(code: string, what: string): SensorError {
  const todo = "check that an AHT20 or AHT21 is on this address, its supply and its wires";
  return new SensorError({ code: `aht2x/${code}`, what, todo });
}
