// SPDX-License-Identifier: MIT

import { CCS811 } from "../../../drivers/ccs811/ccs811.ts";
import type { CCS811Options } from "../../../drivers/ccs811/ccs811-options.ts";
import type { CCS811Sample } from "../../../drivers/ccs811/encoding/algorithm-result.ts";
import { clearI2CBus } from "../../../drivers/i2c-bus-clear.ts";
import { CCS811Chip, type CCS811ChipOptions } from "../../../hosts/virtual/chips/ccs811.ts";
import { createI2C } from "../../../hosts/virtual/i2c.ts";
import { I2CBus } from "../../../hosts/virtual/i2c-bus.ts";
import type { Timers } from "../../../modules/base/clock.ts";
import { FakeTime } from "../../support/fake-time.ts";
import { VirtualPins } from "../../support/virtual-pins.ts";

export const pins = Object.freeze({ data: 21, clock: 22, wake: 5, reset: 6, interrupt: 7 });

/** What the simulated room is like. */
export const room = Object.freeze({
  CO2: 620,
  tvoc: 33,
  temperature: 22,
  humidity: 40,
  pressure: 101_300,
});

export interface BenchOptions {
  readonly chip?: Partial<CCS811ChipOptions>;
  /** nWAKE, nRESET and nINT are wired. */
  readonly wired?: boolean;
  /** There is no sensor on the bus. */
  readonly absent?: boolean;
  /** The host can clear the bus by nine clocks. */
  readonly clearable?: boolean;
}

/** A simulated CCS811 on a simulated bus, and what a driver on it tells. */
export class Bench {
  readonly time = new FakeTime();
  readonly bus = new I2CBus();
  readonly pins = new VirtualPins();
  readonly chip: CCS811Chip;
  readonly io = createI2C(this.bus);
  readonly states: string[] = [];
  /** Codes; "" where all trouble is over. */
  readonly faults: string[] = [];
  readonly samples: CCS811Sample[] = [];
  readonly alerts: string[] = [];
  readonly errors: string[] = [];
  /** The most bus transactions that one turn of the loop has made. */
  mostTransfers = 0;
  readonly #wired: boolean;
  readonly #clearable: boolean;

  constructor(options: BenchOptions = {}) {
    this.#wired = options.wired === true;
    this.#clearable = options.clearable === true;
    this.chip = new CCS811Chip({
      time: this.time,
      air: { at: () => room },
      onReset: () => this.bus.releaseSDA(),
      ...(this.#wired && {
        interrupt: { timers: this.time, onInterrupt: () => this.pins.fall(pins.interrupt) },
      }),
      ...options.chip,
    });
    if (!options.absent) this.bus.attach(this.chip);
    this.pins.onWrite(pins.reset, (level) => {
      this.chip.power.nRESET = level;
    });
    this.pins.onWrite(pins.wake, (level) => {
      this.chip.power.nWAKE = level;
    });
    this.pins.onRise(pins.clock, () => this.bus.clockPulses(1));
    this.pins.levelOf(pins.data, () => this.bus.SDA);
  }

  /** Everything the driver needs, and callbacks that take notes. */
  options(options: Partial<CCS811Options> = {}): CCS811Options {
    const { io, time } = this;
    const { data, clock } = pins;
    const digital = this.pins.io;
    return {
      sensor: { io, data, clock },
      timers: this.#timers,
      clock: time,
      ...(this.#clearable && { clearBus: () => void clearI2CBus({ io: digital, data, clock }) }),
      ...(this.#wired && {
        wake: { io: digital, pin: pins.wake },
        reset: { io: digital, pin: pins.reset },
        interrupt: { io: digital, pin: pins.interrupt },
      }),
      onState: (state) => this.states.push(state.kind),
      onFault: (fault) => this.faults.push(fault?.code ?? ""),
      onReading: (sample) => this.samples.push(sample),
      onAlert: (range) => this.alerts.push(range),
      onError: (error) => this.errors.push(error.code),
      ...options,
    };
  }

  open(options: Partial<CCS811Options> = {}): CCS811 {
    return new CCS811(this.options(options));
  }

  /** The timers of the bench, which watch that a turn does not do more than it should. */
  get #timers(): Timers {
    const { time } = this;
    const watched = (callback: () => void) => () => {
      const before = this.bus.transfers;
      callback();
      this.mostTransfers = Math.max(this.mostTransfers, this.bus.transfers - before);
    };
    return {
      set: (callback, delay) => time.set(watched(callback), delay),
      repeat: (callback, interval) => time.repeat(watched(callback), interval),
      clear: (timer) => time.clear(timer),
    };
  }

  /** Takes the sensor's supply away, or gives it back. */
  power(isOn: boolean): void {
    this.chip.power.isOn = isOn;
    if (!isOn) this.bus.releaseSDA();
  }

  /** Everything that was told since the last call is forgotten. */
  forget(): void {
    for (const list of [this.states, this.faults, this.samples, this.alerts]) list.length = 0;
  }
}
