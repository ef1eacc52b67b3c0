// SPDX-License-Identifier: MIT

/**
 * What to do about a fault, from the gentlest on. probe: everything has been tried; look now and
 * then whether the sensor is back.
 */
export type Rung = "retry" | "re-read" | "software-reset" | "pin-reset" | "bus-clear" | "probe";

/** What there is to recover with. */
export interface RecoveryTools {
  /** The chip is known to be a CCS811: it may be written to. */
  readonly isProven: boolean;
  readonly hasResetPin: boolean;
  readonly canClearBus: boolean;
}

/** ms to wait before each rung. */
const waits: Readonly<Record<Rung, number>> = Object.freeze({
  retry: 10,
  "re-read": 50,
  "software-reset": 100,
  "pin-reset": 200,
  "bus-clear": 200,
  probe: 1_000,
});
/** Between two probes, at most, ms. */
const longestWait = 60_000;
/** The first faults in a row are nobody's business. */
const patience = 2;

/** Troubles that the first rungs can not help. */
const firstRungs: Readonly<Record<string, number>> = Object.freeze({
  "ccs811/dropout": 1,
  "ccs811/stalled": 2,
  "ccs811/start-failed": 2,
});
/** Troubles that no reset can help. */
const hopeless: readonly string[] = Object.freeze(["ccs811/wrong-id", "ccs811/no-application"]);

/**
 * Climbs from rung to rung while a sensor keeps failing, and starts below again once it works.
 * Pauses grow, so that no trouble keeps the bus or the processor busy.
 */
export class RecoveryLadder {
  #failures = 0;

  /** Faults since the sensor last worked. */
  get failures(): number {
    return this.#failures;
  }

  /** Whether the trouble has lasted long enough to be told. */
  get isWorthTelling(): boolean {
    return this.#failures > patience;
  }

  /** The sensor works. */
  reset(): void {
    this.#failures = 0;
  }

  /** One more fault: what to do about it. */
  climb(code: string, tools: RecoveryTools): Rung {
    this.#failures = Math.max(this.#failures, firstRungs[code] ?? 0) + 1;
    const strong = hopeless.includes(code) ? [] : strongRungs(tools);
    const index = this.#failures - 1;
    if (index < patience) return index === 0 ? "retry" : "re-read";
    const rung = strong[index - patience];
    if (rung) return rung;
    // All was tried. Whoever plugs the sensor in again is found by a look; a stuck one is not.
    const probes = index - patience - strong.length;
    const cycle = probes % (strong.length + 1);
    return strong[cycle - 1] ?? "probe";
  }

  /** Whether all rungs have been tried in vain. */
  isExhausted(tools: RecoveryTools): boolean {
    return this.#failures > patience + strongRungs(tools).length;
  }

  /** ms to wait before `rung`. */
  wait(rung: Rung, tools: RecoveryTools): number {
    const beyond = this.#failures - patience - strongRungs(tools).length - 1;
    if (beyond < 0) return waits[rung];
    return Math.min(longestWait, waits.probe * 2 ** Math.min(beyond, 16));
  }
}

function strongRungs(tools: RecoveryTools): Rung[] {
  const rungs: Rung[] = [];
  if (tools.isProven) rungs.push("software-reset");
  if (tools.hasResetPin) rungs.push("pin-reset");
  if (tools.canClearBus) rungs.push("bus-clear");
  return rungs;
}
