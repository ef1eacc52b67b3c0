// SPDX-License-Identifier: MIT

import type { SensorError } from "../../drivers/sensor-error.ts";
import type { BusFault } from "../../hosts/virtual/bus-fault.ts";
import { createI2C } from "../../hosts/virtual/i2c.ts";
import { I2CBus, type I2CTransfer } from "../../hosts/virtual/i2c-bus.ts";
import type { ClimateSample } from "../../modules/ecma-419/sensor.ts";
import { FakeTime } from "../support/fake-time.ts";
import { hexOf } from "../support/hex.ts";

/** A simulated bus and time for one climate sensor, and everything it has said. */
export class ClimateBench {
  readonly time = new FakeTime();
  readonly bus = new I2CBus();
  readonly io = createI2C(this.bus);
  /** What the chips measure; may be changed at any time. */
  readonly room = { temperature: 21.5, humidity: 45, pressure: 101_325, CO2: 640 };
  readonly air = { at: () => this.room };
  readonly samples: ClimateSample[] = [];
  /** Codes of the faults told, "well" for their end. */
  readonly told: string[] = [];
  /** "W F4 2E", "W F3 R 12", "R 6": one line for each transaction. */
  readonly transcript: string[] = [];

  /** The fault of the transaction with this number, if it is to have one. */
  breaks: ((index: number) => BusFault | undefined) | undefined;

  constructor() {
    this.bus.onTransfer = (transfer) => {
      this.transcript.push(lineOf(transfer));
      return this.breaks?.(transfer.index);
    };
  }

  /** Options of a driver that tells its samples and faults to this bench. */
  get options() {
    return {
      sensor: { io: this.io, data: 21, clock: 22 },
      timers: this.time,
      clock: this.time,
      onSample: (sample: ClimateSample) => {
        this.samples.push(sample);
      },
      onFault: (fault: SensorError | undefined) => {
        this.told.push(fault?.code ?? "well");
      },
    };
  }

  /** Forgets the transcript and returns it. */
  takeTranscript(): string[] {
    return this.transcript.splice(0);
  }

  last(): ClimateSample | undefined {
    return this.samples.at(-1);
  }
}

function lineOf({ write, readLength }: I2CTransfer): string {
  const parts = write ? [`W ${hexOf(write)}`.trim()] : [];
  if (readLength > 0) parts.push(`R ${readLength}`);
  return parts.length === 0 ? "probe" : parts.join(" ");
}

/** True when `value` is within `tolerance` of `expected`. */
export function isNear(value: number | undefined, expected: number, tolerance: number): boolean {
  return value !== undefined && Math.abs(value - expected) <= tolerance;
}
