// SPDX-License-Identifier: MIT

import { SensorError } from "../../sensor-error.ts";
import { clearFailed, noBus } from "../ccs811-errors.ts";
import { chipTime, mailbox, softwareResetKey } from "../encoding/registers.ts";
import { type ChipContext, DONE } from "./chip-context.ts";
import type { ChipPins } from "./chip-pins.ts";
import { Measuring } from "./measuring.ts";
import { type RecoveryStep, RecoveryStrategy, type RecoveryTools } from "./recovery-strategy.ts";
import type { SensorBus } from "./sensor-bus.ts";
import { StartUp } from "./start-up.ts";

export interface ChipRunnerOptions {
  readonly bus: SensorBus;
  readonly pins: ChipPins;
  readonly context: ChipContext;
  readonly clearBus: (() => void) | undefined;
}

type Phase =
  | "start-up"
  | "measuring"
  | "software-reset"
  | "pin-reset"
  | "pin-release"
  | "bus-clear"
  | "bus-open";

/** Refusals of the host to open the bus again after which there is no point in asking. */
const maxRefusals = 3;

/**
 * Runs one chip for ever: starts it, takes its samples, and gets it back when it fails. Time
 * belongs to the caller, who makes one step after the other.
 */
export class ChipRunner {
  readonly #bus: SensorBus;
  readonly #pins: ChipPins;
  readonly #context: ChipContext;
  readonly #clearBus: (() => void) | undefined;
  readonly #startUp: StartUp;
  readonly #measuring: Measuring;
  readonly #strategy = new RecoveryStrategy();
  #phase: Phase = "start-up";
  #refusals = 0;
  #fatalError: SensorError | undefined;

  constructor(options: ChipRunnerOptions) {
    const { bus, pins, context, clearBus } = options;
    this.#bus = bus;
    this.#pins = pins;
    this.#context = context;
    this.#clearBus = clearBus;
    this.#startUp = new StartUp(context);
    this.#measuring = new Measuring(context);
  }

  /** The next step is to look for data: it may be made at any time. */
  get isWaiting(): boolean {
    return this.#phase === "measuring" && this.#measuring.isWaiting;
  }

  /** The application runs and measures: its mailboxes may be used between the steps. */
  get isMeasuring(): boolean {
    return this.#phase === "measuring" && this.#context.facts.mode !== 0;
  }

  /** Why there is nothing left to do, ever. */
  get fatalError(): SensorError | undefined {
    return this.#fatalError;
  }

  /** Does one thing, at most one bus transaction. Returns ms until the next. */
  step(): number {
    try {
      return this.proceed();
    } catch (error) {
      if (!(error instanceof SensorError)) throw error;
      return this.recover(error);
    }
  }

  /** A sample has come, or an idle chip has answered: what was before is forgiven. */
  noteSuccess(): void {
    this.#strategy.noteSuccess();
  }

  /** Gives bus and pins back. */
  close(): void {
    this.#pins.close();
    this.#bus.close();
  }

  /** Looks for the chip at another address from now on. */
  moveTo(address: number): void {
    this.#bus.moveTo(address);
    this.#startUp.begin();
    this.#phase = "start-up";
  }

  /** Puts a measuring chip to rest, in one transaction; best effort. */
  rest(): void {
    if (!this.#context.facts.mayMeasure || !this.#bus.isOpen) return;
    try {
      this.#context.registers.writeByte(mailbox.measMode, 0);
    } catch {
      this.#context.counters.busFaults++;
    }
  }

  private proceed(): number {
    switch (this.#phase) {
      case "start-up":
        return this.startUpStep();
      case "measuring":
        return this.measuringStep();
      case "software-reset":
        return this.softwareReset();
      case "pin-reset":
        this.#context.facts.mayMeasure = false;
        this.#pins.startReset();
        this.#context.counters.pinResets++;
        this.#phase = "pin-release";
        return chipTime.resetPulse;
      case "pin-release":
        this.#pins.endReset();
        this.#startUp.begin();
        this.#phase = "start-up";
        return chipTime.reset;
      case "bus-clear":
        return this.clear();
      case "bus-open":
        return this.open();
      default:
        return this.#phase satisfies never;
    }
  }

  private startUpStep(): number {
    const delay = this.#startUp.step();
    this.#strategy.noteAnswer();
    if (delay !== DONE) return delay;
    this.#phase = "measuring";
    return this.#measuring.begin();
  }

  private measuringStep(): number {
    const delay = this.#measuring.step();
    this.#strategy.noteAnswer();
    if (delay !== DONE) return delay;
    this.#startUp.beginModeChange();
    this.#phase = "start-up";
    return 0;
  }

  private softwareReset(): number {
    const { registers, facts, counters } = this.#context;
    registers.writeUint32(mailbox.softwareReset, softwareResetKey);
    counters.softwareResets++;
    facts.mayMeasure = false;
    this.#startUp.begin();
    this.#phase = "start-up";
    return chipTime.reset;
  }

  private clear(): number {
    this.#context.counters.busClears++;
    this.#phase = "bus-open";
    this.#bus.close();
    try {
      this.#clearBus?.();
    } catch (error) {
      this.#context.listener.fault(clearFailed(error));
    }
    return 0;
  }

  private open(): number {
    try {
      this.#bus.open();
    } catch (error) {
      this.#refusals++;
      const fault = noBus(error);
      if (this.#refusals >= maxRefusals) this.#fatalError = fault;
      return 1_000;
    }
    this.#refusals = 0;
    this.#startUp.begin();
    this.#phase = "start-up";
    return 0;
  }

  private get tools(): RecoveryTools {
    const { isProven } = this.#context.facts;
    const canClearBus = this.#clearBus !== undefined;
    return { isProven, hasResetPin: this.#pins.hasReset, canClearBus };
  }

  private recover(error: SensorError): number {
    const { counters, listener } = this.#context;
    count(counters, error.code);
    const { step, wait, isOutage, isExhausted } = this.#strategy.next(error.code, this.tools);
    this.take(step);
    if (!isOutage) return wait;
    listener.fault(error);
    const isGone = error.code === "ccs811/no-answer" && isExhausted;
    // A sensor that is plugged in again has not restarted by itself.
    if (isGone) this.#context.facts.mayMeasure = false;
    listener.event(isGone ? { kind: "lost" } : { kind: "failed", error });
    return wait;
  }

  private take(step: RecoveryStep): void {
    if (step === "retry") return;
    this.#phase = step === "look" ? "start-up" : step;
    if (step === "look") this.#startUp.begin();
  }
}

function count(counters: ChipContext["counters"], code: string): void {
  if (code === "ccs811/stalled") counters.stalls++;
  else if (code === "ccs811/no-answer" || code === "ccs811/noise") counters.busFaults++;
}
