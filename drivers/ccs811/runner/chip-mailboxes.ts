// SPDX-License-Identifier: MIT

import { SensorError } from "../../sensor-error.ts";
import { mailbox } from "../encoding/registers.ts";
import { type ChipContext, runInTime } from "./chip-context.ts";

// The mailboxes that users read and write between the driver's own steps: functions of what the
// parts of a chip share, so that they take no heap.

/** Run-in is over, in the mode that is wanted: there is a baseline for each. */
export function isSettled(context: ChipContext): boolean {
  const { facts, settings, clock } = context;
  const { measuringSince } = facts;
  if (facts.mode !== settings.mode) return false;
  return measuringSince !== undefined && clock.ticks() >= measuringSince + runInTime;
}

/** BASELINE; undefined when the bus has failed. */
export function readBaseline(context: ChipContext): Uint8Array | undefined {
  const bytes = new Uint8Array(2);
  return read(context, mailbox.baseline, bytes) ? bytes : undefined;
}

/** False when run-in is not over or the bus has failed. Throws when it is not two bytes. */
export function writeBaseline(
  context: ChipContext,
  bytes: Uint8Array,
  isMeasuring: boolean,
): boolean {
  if (bytes.length !== 2) {
    throw new SensorError({
      code: "ccs811/bad-option",
      what: "a CCS811 baseline is two bytes",
      why: `it has ${bytes.length}`,
    });
  }
  if (!isMeasuring || !isSettled(context)) return false;
  try {
    context.registers.write(mailbox.baseline, bytes);
  } catch {
    context.counters.busFaults++;
    return false;
  }
  return true;
}

function read(context: ChipContext, register: number, bytes: Uint8Array): boolean {
  try {
    context.registers.read(register, bytes);
  } catch {
    context.counters.busFaults++;
    return false;
  }
  return true;
}
