// SPDX-License-Identifier: MIT

/**
 * What to do about a fault, from the gentlest on. probe: everything has been tried; look now and
 * then whether the sensor is back.
 */
export type RecoveryStep =
  | "retry"
  | "re-read"
  | "software-reset"
  | "pin-reset"
  | "bus-clear"
  | "probe";

/** What there is to recover with. */
export interface RecoveryTools {
  /** The chip is known to be a CCS811: it may be written to. */
  readonly isProven: boolean;
  readonly hasResetPin: boolean;
  readonly canClearBus: boolean;
}

/** ms to wait before each step. */
const waits: Readonly<Record<RecoveryStep, number>> = Object.freeze({
  retry: 10,
  "re-read": 50,
  "software-reset": 100,
  "pin-reset": 200,
  "bus-clear": 200,
  probe: 1_000,
});
/** Between two probes, at most, ms. */
const maxWait = 60_000;
/** More faults than this in a row are reported, and need stronger steps. */
const faultThreshold = 2;

/** Faults that the first steps can not help: how many are left out. */
const firstSteps: Readonly<Record<string, number>> = Object.freeze({
  "ccs811/dropout": 1,
  "ccs811/stalled": 2,
  "ccs811/start-failed": 2,
});
/** Faults that no reset can help. */
const hopeless: readonly string[] = Object.freeze(["ccs811/wrong-id", "ccs811/no-application"]);

/**
 * Goes from step to step while a sensor keeps failing, and begins with the gentlest again once it
 * works.
 * Pauses grow, so that no trouble keeps the bus or the processor busy.
 */
export class RecoveryStrategy {
  #failures = 0;

  /** Faults since the sensor last worked. */
  get failures(): number {
    return this.#failures;
  }

  /** Whether the fault has lasted long enough to be reported. */
  get isWorthReporting(): boolean {
    return this.#failures > faultThreshold;
  }

  /** The sensor works. */
  reset(): void {
    this.#failures = 0;
  }

  /** One more fault: what to do about it. */
  next(code: string, tools: RecoveryTools): RecoveryStep {
    this.#failures = Math.max(this.#failures, firstSteps[code] ?? 0) + 1;
    const strong = hopeless.includes(code) ? [] : strongSteps(tools);
    const index = this.#failures - 1;
    if (index < faultThreshold) return index === 0 ? "retry" : "re-read";
    const step = strong[index - faultThreshold];
    if (step) return step;
    // All was tried. Whoever plugs the sensor in again is found by a look; a stuck one is not.
    const probes = index - faultThreshold - strong.length;
    const cycle = probes % (strong.length + 1);
    return strong[cycle - 1] ?? "probe";
  }

  /** Whether all steps have been tried in vain. */
  isExhausted(tools: RecoveryTools): boolean {
    return this.#failures > faultThreshold + strongSteps(tools).length;
  }

  /** ms to wait before `step`. */
  wait(step: RecoveryStep, tools: RecoveryTools): number {
    const beyond = this.#failures - faultThreshold - strongSteps(tools).length - 1;
    if (beyond < 0) return waits[step];
    return Math.min(maxWait, waits.probe * 2 ** Math.min(beyond, 16));
  }
}

function strongSteps(tools: RecoveryTools): RecoveryStep[] {
  const steps: RecoveryStep[] = [];
  if (tools.isProven) steps.push("software-reset");
  if (tools.hasResetPin) steps.push("pin-reset");
  if (tools.canClearBus) steps.push("bus-clear");
  return steps;
}
