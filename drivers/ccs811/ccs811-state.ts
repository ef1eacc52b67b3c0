// SPDX-License-Identifier: MIT

import type { SensorError } from "../sensor-error.ts";
import type { DriveMode } from "./encoding/drive-mode.ts";

/** Values come, but the chip still shows its start values. */
export interface WarmingState {
  readonly kind: "warming";
  /** Monotonic ms at which run-in ends. */
  readonly readyAt: number;
}

/** Values are live, but not yet settled: the first 20 minutes of measuring. */
export interface RunInState {
  readonly kind: "run-in";
  /** Monotonic ms at which run-in ends. */
  readonly readyAt: number;
}

/** Values are as good as this sensor gives them. */
export interface ReadyState {
  readonly kind: "ready";
  /** Monotonic ms at which run-in ended. */
  readonly readyAt: number;
}

/** Drive mode 0; when a slower mode was asked for, the chip has to rest before it. */
export interface IdleState {
  readonly kind: "idle";
  /** The mode that follows; undefined when the chip is to stay idle. */
  readonly nextMode: DriveMode | undefined;
  /** Monotonic ms at which it follows. */
  readonly until: number | undefined;
}

/** What the state was before a fault that did not reset the chip. */
export type RunningState =
  | WarmingState
  | RunInState
  | IdleState
  | ReadyState
  | { readonly kind: "starting" };

/** The driver is getting the sensor back, or the sensor reports that it is broken. */
export interface FaultState {
  readonly kind: "fault";
  readonly error: SensorError;
  readonly before: RunningState | undefined;
}

/**
 * absent: nothing answers at the address. booting: it answers, its identity is read. starting: the
 * application runs and gets its settings.
 */
export type CCS811State =
  | { readonly kind: "absent" }
  | { readonly kind: "booting" }
  | RunningState
  | FaultState;

/** What can happen to the sensor. `ticks` and `readyAt` are monotonic ms. */
export type CCS811Event =
  | { readonly kind: "lost" }
  | { readonly kind: "answered" }
  | { readonly kind: "started" }
  | { readonly kind: "idled"; readonly nextMode?: DriveMode; readonly until?: number }
  | {
      readonly kind: "measuring";
      readonly readyAt: number;
      /** It has been measuring for so long that its values are live. */
      readonly isWarm?: boolean;
      readonly ticks?: number;
    }
  | { readonly kind: "valued"; readonly ticks: number }
  | { readonly kind: "failed"; readonly error: SensorError }
  | { readonly kind: "recovered" };

export const absent: CCS811State = Object.freeze({ kind: "absent" });
const booting: CCS811State = Object.freeze({ kind: "booting" });
const starting: RunningState = Object.freeze({ kind: "starting" });

/** The running state, also behind a fault. */
export function running(state: CCS811State): RunningState | undefined {
  if (state.kind === "fault") return state.before;
  return state.kind === "absent" || state.kind === "booting" ? undefined : state;
}

function idled(state: CCS811State, event: CCS811Event & { kind: "idled" }): CCS811State {
  const { nextMode, until } = event;
  if (state.kind === "idle" && state.nextMode === nextMode && state.until === until) return state;
  return { kind: "idle", nextMode, until };
}

function measuring(state: CCS811State, event: CCS811Event & { kind: "measuring" }): CCS811State {
  const { readyAt, isWarm = false, ticks = 0 } = event;
  // A change to a faster mode, or a sensor found unharmed after a fault, goes on where it was.
  const before = running(state);
  const isSameRun = before && "readyAt" in before && before.readyAt === readyAt;
  if (isSameRun) return before;
  const kind = ticks >= readyAt ? "ready" : "run-in";
  return { kind: isWarm ? kind : "warming", readyAt };
}

function valued(state: CCS811State, ticks: number): CCS811State {
  if (state.kind !== "warming" && state.kind !== "run-in") return state;
  if (ticks >= state.readyAt) return { kind: "ready", readyAt: state.readyAt };
  return state.kind === "run-in" ? state : { kind: "run-in", readyAt: state.readyAt };
}

function failed(state: CCS811State, error: SensorError): CCS811State {
  if (state.kind === "fault" && state.error.code === error.code) return state;
  return { kind: "fault", error, before: running(state) };
}

/**
 * The state after `event`; the same object when nothing has changed. A fault stays until the sensor
 * measures or idles again, so that the steps of a recovery do not show as changes.
 */
export function nextState(state: CCS811State, event: CCS811Event): CCS811State {
  switch (event.kind) {
    case "lost":
      return absent;
    case "answered":
      return state.kind === "fault" ? state : booting;
    case "started":
      return state.kind === "fault" ? state : starting;
    case "idled":
      return idled(state, event);
    case "measuring":
      return measuring(state, event);
    case "valued":
      return valued(state, event.ticks);
    case "failed":
      return failed(state, event.error);
    case "recovered":
      return state.kind === "fault" && state.before ? state.before : state;
    default:
      return event satisfies never;
  }
}

/** Whole minutes, rounded up, until run-in or a rest is over; undefined in other states. */
export function minutesLeft(state: CCS811State, ticks: number): number | undefined {
  if (state.kind === "fault") return state.before && minutesLeft(state.before, ticks);
  const end = state.kind === "warming" || state.kind === "run-in" ? state.readyAt : undefined;
  const until = state.kind === "idle" ? state.until : end;
  return until === undefined ? undefined : Math.max(0, Math.ceil((until - ticks) / 60_000));
}
