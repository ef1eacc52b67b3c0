// SPDX-License-Identifier: MIT

/**
 * 0 idle; 1 every second; 2 every 10 s; 3 every 60 s; 4 every 250 ms, raw data only (datasheet,
 * MEAS_MODE).
 */
export type DriveMode = 0 | 1 | 2 | 3 | 4;

/** ms between two measurements, by drive mode; 0: none. The chip's clock is exact to 2 %. */
export const measurementPeriods = Object.freeze([0, 1_000, 10_000, 60_000, 250] as const);

/** ms in drive mode 0 that the datasheet asks for before a lower sample rate. */
export const idleBeforeSlower = 600_000;

/** ms between two readings in a mode: at most one a second, which is also the pace without samples. */
export function readingPeriod(mode: DriveMode): number {
  return Math.max(1_000, measurementPeriods[mode]);
}

export function isDriveMode(value: unknown): value is DriveMode {
  return value === 0 || value === 1 || value === 2 || value === 3 || value === 4;
}

/** Whether mode `a` measures more often than mode `b`. */
function isFaster(a: DriveMode, b: DriveMode): boolean {
  if (a === 0 || b === 0) return a !== 0;
  return measurementPeriods[a] < measurementPeriods[b];
}

/**
 * Keeps the rule that a lower sample rate needs ten minutes of idling first (datasheet, drive mode
 * changes). It assumes the worst of a write that may or may not have reached the chip.
 */
export class ModeRule {
  /** The fastest mode that the chip may have been in since the last proper idling. */
  #fastest: DriveMode = 0;
  #idleSince: number | undefined;

  /** The fastest mode that the chip may have been in since its last whole rest. */
  get fastest(): DriveMode {
    return this.#fastest;
  }

  /** ms for which it has rested, at `ticks` ms; 0 while it does not, or there is nothing to rest from. */
  restedFor(ticks: number): number {
    return this.#idleSince === undefined || this.#fastest === 0 ? 0 : ticks - this.#idleSince;
  }

  /** What was known about the chip before a restart. `idleSince`: monotonic ms, when it rests. */
  resume(fastest: DriveMode, idleSince: number | undefined): void {
    this.#fastest = fastest;
    this.#idleSince = idleSince;
  }

  /** `mode` is about to be written, at `ticks` ms; `wait` has allowed it. */
  attempt(mode: DriveMode, ticks: number): void {
    if (mode === 0) return;
    const hasRested = this.wait(mode, ticks) === 0;
    if (hasRested || isFaster(mode, this.#fastest)) this.#fastest = mode;
    this.#idleSince = undefined;
  }

  /** The chip has said which mode it is in, at `ticks` ms. */
  confirm(mode: DriveMode, ticks: number): void {
    if (mode === 0) this.#idleSince ??= ticks;
    else this.attempt(mode, ticks);
  }

  /**
   * The application was found idle at `ticks` ms. When that is the first thing known about the chip,
   * somebody has started it and may have let it measure every second until a moment ago.
   */
  confirmFoundIdle(ticks: number): void {
    if (this.#fastest === 0 && this.#idleSince === undefined) this.#fastest = 1;
    this.confirm(0, ticks);
  }

  /**
   * ms to stay idle before `mode` may be written, at `ticks` ms; undefined when the chip has to go
   * idle first.
   */
  wait(mode: DriveMode, ticks: number): number | undefined {
    if (mode === 0 || !isFaster(this.#fastest, mode)) return 0;
    if (this.#idleSince === undefined) return undefined;
    return Math.max(0, this.#idleSince + idleBeforeSlower - ticks);
  }
}
