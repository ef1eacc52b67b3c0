// SPDX-License-Identifier: MIT

/** What to do about a fault. retry: the same once more; look: begin with who is there. */
export type RecoveryStep = "retry" | "look" | "software-reset" | "pin-reset" | "bus-clear";

/** What there is to recover with. */
export interface RecoveryTools {
  /** The chip is known to be a CCS811: it may be written to. */
  readonly isProven: boolean;
  readonly hasResetPin: boolean;
  readonly canClearBus: boolean;
}

/** What is done about one fault. */
export interface RecoveryPlan {
  readonly step: RecoveryStep;
  /** ms to wait before it. */
  readonly wait: number;
  /** It is more than noise: people have to know. */
  readonly isOutage: boolean;
  /** All there is has been tried in vain. */
  readonly isExhausted: boolean;
}

/**
 * So many broken transactions in a row are an outage, fewer are noise. One of ten that breaks by
 * itself makes such a row once in a year.
 */
const patience = 8;
/** Looks that each stronger step gets before the next. */
const looks = 2;
/** Answers that may be broken themselves are asked for so often before they are believed. */
const doubts = 3;
/** ms before the first repetition of what failed; twice as much before each further one. */
const firstPause = 20;
/** ms before a reset, so that the chip or the bus may come to rest. */
const beforeReset = 200;
/** ms before the first look when there is nothing left to try; twice as much before each further. */
const firstProbe = 1_000;
/** Between two looks, at most, ms. */
const maxPause = 60_000;

/**
 * Chooses how to get a sensor back, by the kind of trouble. The bus (no answer) and broken answers:
 * repeat what failed, as noise passes, and go on to the bus and the reset pin only after a long row;
 * a software reset only of a chip that answers. The chip (stalled, not started, mode refused): reset
 * it. Another chip, or no firmware: look now and then. Pauses grow, so that no trouble keeps the bus
 * or the processor busy.
 */
export class RecoveryStrategy {
  /** Broken transactions in a row. */
  #broken = 0;
  /** Troubles of the chip since it last worked. */
  #troubles = 0;

  /** The chip has answered, with something that it can have meant: what the bus did is over. */
  noteAnswer(): void {
    this.#broken = 0;
  }

  /** A sample has come, or an idle chip is well. */
  noteSuccess(): void {
    this.#broken = 0;
    this.#troubles = 0;
  }

  /** One more fault, by its code: what to do about it. */
  next(code: string, tools: RecoveryTools): RecoveryPlan {
    switch (code) {
      case "ccs811/no-answer":
        return this.afterBroken(busSteps(tools));
      case "ccs811/noise":
        return this.afterBroken(answerSteps(tools));
      case "ccs811/wrong-id":
      case "ccs811/no-application":
        return this.afterTrouble(doubts, []);
      case "ccs811/mode-refused":
        return this.afterTrouble(doubts, chipSteps(tools));
      case "ccs811/dropout":
        return this.afterDropout();
      case "ccs811/no-pin":
        return { step: "look", wait: firstProbe, isOutage: true, isExhausted: false };
      default:
        return this.afterTrouble(0, chipSteps(tools));
    }
  }

  /** One bit of STATUS tells it, which noise turns; a chip in its boot loader needs no reset. */
  private afterDropout(): RecoveryPlan {
    const count = ++this.#troubles;
    return { ...quiet, step: count < doubts ? "retry" : "look", wait: pause(count) };
  }

  private afterBroken(steps: readonly RecoveryStep[]): RecoveryPlan {
    const count = ++this.#broken;
    if (count < patience) return { ...quiet, step: "retry", wait: pause(count) };
    const index = count - patience;
    const step = index % looks === 0 ? steps[(index / looks) % steps.length] : undefined;
    return planned(step, index - looks * steps.length);
  }

  private afterTrouble(free: number, steps: readonly RecoveryStep[]): RecoveryPlan {
    const count = ++this.#troubles;
    if (count <= free) return { ...quiet, step: "retry", wait: pause(count) };
    const index = count - free - 1;
    // All was tried. Whoever plugs the sensor in again is found by a look; a stuck one is not.
    const step = steps[index % (steps.length + 1)];
    return planned(step, index - steps.length);
  }
}

const quiet = Object.freeze({ isOutage: false, isExhausted: false });

/** `beyond`: how many steps ago everything had been tried; negative while it has not. */
function planned(step: RecoveryStep = "look", beyond: number): RecoveryPlan {
  const first = step === "look" ? firstProbe : beforeReset;
  const wait = beyond < 0 ? first : Math.min(maxPause, firstProbe * 2 ** Math.min(beyond, 16));
  return { step, wait, isOutage: true, isExhausted: beyond > 0 };
}

/** ms before what has failed `count` times is done again. */
function pause(count: number): number {
  return Math.min(maxPause, firstPause * 2 ** Math.min(count - 1, 16));
}

/** Who does not answer can not be told to reset. */
function busSteps({ hasResetPin, canClearBus }: RecoveryTools): RecoveryStep[] {
  const steps: RecoveryStep[] = [];
  if (canClearBus) steps.push("bus-clear");
  if (hasResetPin) steps.push("pin-reset");
  return steps;
}

function chipSteps({ isProven, hasResetPin }: RecoveryTools): RecoveryStep[] {
  const steps: RecoveryStep[] = [];
  if (isProven) steps.push("software-reset");
  if (hasResetPin) steps.push("pin-reset");
  return steps;
}

/** Broken answers may come from the bus as well. */
function answerSteps(tools: RecoveryTools): RecoveryStep[] {
  return tools.canClearBus ? [...chipSteps(tools), "bus-clear"] : chipSteps(tools);
}
