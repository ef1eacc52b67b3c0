// SPDX-License-Identifier: MIT

import { invalidResponse, noCalls, stalled, unexpectedReset } from "../ccs811-errors.ts";
import { resultLength } from "../encoding/algorithm-result.ts";
import { measurementPeriods } from "../encoding/drive-mode.ts";
import { isPossibleStatus, mailbox, statusBit } from "../encoding/registers.ts";
import { encodeThresholds } from "../encoding/thresholds.ts";
import { type ChipContext, DONE } from "./chip-context.ts";

type Step = "poll" | "errors" | "result" | "thresholds" | "environment";

/** A sample is due after one period; later than this it is not late but missing. */
const missedPeriods = 3;
/** ms on top of that: firmware 2.x is silent for the first 4 s. */
const missedSlack = 5_000;
/** The chip's clock is exact to 2 %; the bus is left alone for this part of a period. */
const quietPart = 0.96;
/** The first look in a new mode, in periods: what is there already is older than the mode. */
const firstLook = 0.85;
const leftoverPart = 0.9;
/** Between two looks at a chip that idles, ms. */
const idlePoll = 5_000;
const minPollInterval = 25;
/** The first look at a chip that was found measuring, ms. */
const foundPoll = 50;
const maxPollInterval = 500;
/** With nINT the chip calls; it is asked only when it should have called already: periods, and ms. */
const calledPart = 1.03;
const calledSlack = 500;
const modeInvalid = 0x04;

/**
 * The steady state: waits for data, takes it, keeps the chip informed. STATUS is read first
 * because firmware 1.x does not copy DATA_READY into the result, and because it tells a chip that
 * has fallen back to its boot loader. Each step is one bus transaction.
 */
export class Measuring {
  readonly #context: ChipContext;
  readonly #result = new Uint8Array(resultLength);
  #step: Step = "poll";
  #isDataReady = false;
  #errors = 0;
  #lastData = 0;

  constructor(context: ChipContext) {
    this.#context = context;
  }

  /** Returns ms until the first step. */
  begin(): number {
    this.#step = "poll";
    this.#errors = 0;
    this.#lastData = this.#context.clock.ticks();
    // Without relying on nINT: of what was there before, it does not call.
    if (this.isLeftover) return firstLook * this.period;
    // One that went on while the board slept has its sample ready.
    const isFound = this.#context.facts.takenOver !== undefined;
    return isFound ? Math.min(foundPoll, this.askingInterval) : this.askingInterval;
  }

  /** The next step is to look for data: it may be made at any time. */
  get isWaiting(): boolean {
    return this.#step === "poll";
  }

  /** Does the next transaction. Returns ms until the next step; DONE: look after the mode. */
  step(): number {
    switch (this.#step) {
      case "poll":
        return this.poll();
      case "errors":
        return this.readErrors();
      case "result":
        return this.readResult();
      case "thresholds":
        return this.writeThresholds();
      case "environment":
        return this.writeEnvironment();
      default:
        return this.#step satisfies never;
    }
  }

  private get period(): number {
    return measurementPeriods[this.#context.facts.mode];
  }

  private get pollInterval(): number {
    const { period } = this;
    return this.isCalled && period > 0 ? period * calledPart + calledSlack : this.askingInterval;
  }

  private get askingInterval(): number {
    if (this.period === 0) return idlePoll;
    return Math.min(maxPollInterval, Math.max(minPollInterval, this.period / 20));
  }

  private get quietInterval(): number {
    return this.isCalled ? this.pollInterval : this.period * quietPart;
  }

  /** nINT tells of each sample. */
  private get isCalled(): boolean {
    return this.#context.settings.dataCalls?.isTrusted === true;
  }

  private proceedTo(step: Step): number {
    this.#step = step;
    return 0;
  }

  private poll(): number {
    const { registers, facts, settings, listener, clock } = this.#context;
    const status = registers.readByte(mailbox.status);
    if (!isPossibleStatus(status)) throw invalidResponse("STATUS", status);
    if ((status & statusBit.application) === 0) {
      // The boot loader of a sensor that has just measured knows of its application.
      throw (status & statusBit.valid) === 0
        ? invalidResponse("STATUS", status)
        : unexpectedReset();
    }
    // What an idle chip still shows is from before.
    this.#isDataReady = facts.mode !== 0 && (status & statusBit.dataReady) !== 0;
    if ((status & statusBit.error) !== 0) return this.proceedTo("errors");
    if (this.#isDataReady) return this.proceedTo("result");
    if (facts.mode === 0) listener.recovered();
    if (facts.mode === 0 || facts.measMode !== settings.measMode) return DONE;
    const waited = clock.ticks() - this.#lastData;
    if (waited > missedPeriods * this.period + missedSlack) throw stalled(waited);
    return this.pollInterval;
  }

  private readErrors(): number {
    const { registers, facts, listener } = this.#context;
    const errors = registers.readByte(mailbox.errorId);
    this.#errors |= errors;
    listener.errors(errors);
    if ((errors & modeInvalid) !== 0) facts.measMode = undefined;
    if (this.#isDataReady) return this.proceedTo("result");
    this.#step = "poll";
    return facts.measMode === undefined ? DONE : this.pollInterval;
  }

  private readResult(): number {
    const { registers, clock, settings, listener } = this.#context;
    registers.read(mailbox.result, this.#result);
    const errors = this.#errors;
    this.#errors = 0;
    if (this.isLeftover) {
      this.#step = "poll";
      return this.pollInterval;
    }
    this.#lastData = clock.ticks();
    listener.result(this.#result, errors);
    const calls = settings.dataCalls;
    if (calls?.noteSample()) listener.called(calls.isTrusted ? undefined : noCalls());
    return this.afterResult();
  }

  /** A result now would be from before the present mode: nobody knows how old it is. */
  private get isLeftover(): boolean {
    const { clock, facts } = this.#context;
    const { modeSince } = facts;
    return modeSince !== undefined && clock.ticks() - modeSince < leftoverPart * this.period;
  }

  private afterResult(): number {
    const { settings, facts } = this.#context;
    if (settings.air?.isNew) return this.proceedTo("thresholds");
    if (settings.isEnvDataNew) return this.proceedTo("environment");
    this.#step = "poll";
    return facts.measMode === settings.measMode ? this.quietInterval : DONE;
  }

  private writeThresholds(): number {
    const { registers, settings, facts } = this.#context;
    const { air } = settings;
    const { applicationVersion = 0 } = facts;
    if (air) {
      registers.write(mailbox.thresholds, encodeThresholds(air.thresholds, applicationVersion));
      air.isNew = false;
    }
    return this.afterResult();
  }

  private writeEnvironment(): number {
    const { registers, settings } = this.#context;
    registers.writeUint32(mailbox.envData, settings.envData);
    settings.noteEnvDataSent();
    return this.afterResult();
  }
}
