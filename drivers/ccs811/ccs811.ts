// SPDX-License-Identifier: MIT

import type { Timer, Timers } from "../../modules/base/clock.ts";
import { I2CRegisters } from "../i2c-registers.ts";
import type { SensorError } from "../sensor-error.ts";
import { closed } from "./ccs811-errors.ts";
import {
  type CCS811Memory,
  type CCS811Options,
  type CCS811Settings,
  checkOptions,
  checkSettings,
} from "./ccs811-options.ts";
import { type CCS811State, minutesLeft } from "./ccs811-state.ts";
import type { CCS811Sample } from "./encoding/algorithm-result.ts";
import { type DriveMode, idleBeforeSlower, ModeRule } from "./encoding/drive-mode.ts";
import { chipTime } from "./encoding/registers.ts";
import type { AirRange, Thresholds } from "./encoding/thresholds.ts";
import {
  type CCS811Counters,
  type ChipContext,
  ChipFacts,
  Counters,
} from "./runner/chip-context.ts";
import { isSettled, readBaseline, writeBaseline } from "./runner/chip-mailboxes.ts";
import { ChipPins } from "./runner/chip-pins.ts";
import { ChipRunner } from "./runner/chip-runner.ts";
import { LiveSettings } from "./runner/live-settings.ts";
import { SensorBus } from "./runner/sensor-bus.ts";
import { SensorReport } from "./runner/sensor-report.ts";

/** ms until the next step after a defect of ours, so that it does not become a storm. */
const afterDefect = 1_000;

/**
 * ams CCS811 gas sensor: equivalent CO2 and total VOC (ECMA-419 Sensor Class Pattern). It measures
 * on its own from the first turn of the loop on, and gets the sensor back from any trouble by
 * itself. No call waits; no turn makes more than one bus transaction. Callbacks come from a timer
 * or from nINT, never from inside a call, with the driver as `this`.
 */
export class CCS811 {
  readonly target: unknown;
  readonly #timers: Timers;
  readonly #onError: CCS811Options["onError"];
  readonly #context: ChipContext;
  readonly #report: SensorReport;
  readonly #runner: ChipRunner;
  readonly #turn = () => this.proceed();
  #timer: Timer | undefined;
  #isInTurn = false;
  #wasCalled = false;
  #closed = false;

  /** Throws SensorError on a bad option and whatever the IO classes throw; never on a missing chip. */
  constructor(options: CCS811Options) {
    checkOptions(options);
    const { clock, timers, interrupt, before, clearBus, onError } = options;
    const bus = new SensorBus(options.sensor);
    let pins: ChipPins;
    try {
      pins = new ChipPins(options, interrupt && (() => this.interrupted()));
    } catch (error) {
      bus.close();
      throw error;
    }
    const settings = new LiveSettings(options, interrupt !== undefined);
    const facts = new ChipFacts(before);
    const counters = new Counters();
    this.target = options.target;
    this.#timers = timers;
    this.#onError = onError;
    this.#report = new SensorReport({ clock, settings, facts, counters, callbacks: options });
    this.#context = {
      clock,
      registers: new I2CRegisters(bus),
      settings,
      facts,
      rule: new ModeRule(),
      counters,
      listener: this.#report,
    };
    this.#runner = new ChipRunner({ bus, pins, context: this.#context, clearBus });
    // Nobody knows whether power has just come on.
    this.schedule(chipTime.powerOn);
  }

  /**
   * Changes what is named; throws SensorError, changing nothing, when something is not allowed. A
   * slower drive mode is reached by way of ten minutes of idling (state "idle").
   */
  configure(settings: CCS811Settings): void {
    this.checkOpen();
    checkSettings(settings);
    const { settings: live, facts } = this.#context;
    live.apply(settings);
    if (facts.measMode === live.measMode || !this.#runner.isWaiting) return;
    this.reschedule();
  }

  /** The newest measurement, once; undefined until there is a newer one. */
  sample(): CCS811Sample | undefined {
    this.checkOpen();
    const sample = this.#report.sample;
    this.#report.sample = undefined;
    return sample;
  }

  get state(): CCS811State {
    return this.#report.state;
  }

  /** Minutes until run-in or the rest before a slower mode is over; undefined in other states. */
  get minutesLeft(): number | undefined {
    return minutesLeft(this.#report.state, this.#context.clock.ticks());
  }

  /** Where eCO2 is, and what borders it has; undefined without thresholds. */
  get air(): { readonly range: AirRange; readonly thresholds: Thresholds } | undefined {
    return this.#context.settings.air;
  }

  /** Whether nINT tells of samples, or of crossed thresholds; undefined: it is not wired. */
  get isCalled(): boolean | undefined {
    return this.#context.settings.calls?.isTrusted;
  }

  get counters(): CCS811Counters {
    return this.#context.counters;
  }

  /** The drive mode that is wanted. */
  get mode(): DriveMode {
    return this.#context.settings.mode;
  }

  /** Looks for the chip at another address from now on: one that is absent, or another chip. */
  moveTo(address: number): void {
    this.checkOpen();
    this.#runner.moveTo(address);
    this.reschedule();
  }

  /** ms of rest that would come first if `mode` were set now (datasheet: before a slower one). */
  restBefore(mode: DriveMode): number {
    return this.#context.rule.wait(mode, this.#context.clock.ticks()) ?? idleBeforeSlower;
  }

  /** HW_VERSION, 0x1X; undefined until it was read. */
  get hardwareVersion(): number | undefined {
    return this.#context.facts.hardwareVersion;
  }

  /** FW_BOOT_VERSION; undefined until it was read. `versionText` makes it readable. */
  get bootVersion(): number | undefined {
    return this.#context.facts.bootVersion;
  }

  /** FW_APP_VERSION, 0x1100 or 0x2000 for example; undefined until it was read. */
  get applicationVersion(): number | undefined {
    return this.#context.facts.applicationVersion;
  }

  /** What to give to the driver after a restart; undefined while too little is known of the sensor. */
  get memory(): CCS811Memory | undefined {
    const { facts, rule, clock } = this.#context;
    const { measuringSince, measMode } = facts;
    if (measuringSince === undefined && measMode === undefined) return undefined;
    const now = clock.ticks();
    const measuredFor = measuringSince === undefined ? 0 : now - measuringSince;
    return { measuredFor, fastest: rule.fastest, restedFor: rule.restedFor(now) };
  }

  /**
   * ms for which the sensor had measured when it was found doing so, 0 when nobody knows; undefined
   * when it was not, or has been reset or idle since.
   */
  get takenOver(): number | undefined {
    return this.#context.facts.takenOver;
  }

  /** The sensor was found measuring and has not been reset or idle since: its baseline is its own. */
  get isAttached(): boolean {
    return this.#context.facts.isAttached;
  }

  /** Monotonic ms at which the present run of measuring began; undefined while there is none. */
  get measuringSince(): number | undefined {
    return this.#context.facts.measuringSince;
  }

  /** The clean-air baseline of the present drive mode may be read and written: run-in is over. */
  get isSettled(): boolean {
    return this.#runner.isMeasuring && isSettled(this.#context);
  }

  /**
   * BASELINE: two opaque bytes, never to be computed with. One transaction; undefined while the
   * sensor does not measure or when the bus has failed.
   */
  readBaseline(): Uint8Array | undefined {
    this.checkOpen();
    return this.#runner.isMeasuring ? readBaseline(this.#context) : undefined;
  }

  /**
   * Writes back what `readBaseline` gave, in the same drive mode. One transaction; false when run-in
   * is not over (the sensor would ignore it) or the bus has failed. Throws when it is not two bytes.
   */
  writeBaseline(bytes: Uint8Array): boolean {
    this.checkOpen();
    return writeBaseline(this.#context, bytes, this.#runner.isMeasuring);
  }

  /** Puts the sensor to rest, unless `keepRunning`, and gives everything back. */
  close(): void {
    if (this.#closed) return;
    if (!this.#context.settings.keepRunning) this.#runner.rest();
    this.release();
  }

  private release(): void {
    this.#closed = true;
    this.#timers.clear(this.#timer);
    this.#timer = undefined;
    this.#report.close();
    this.#runner.close();
  }

  private checkOpen(): void {
    if (this.#closed) throw closed();
  }

  private schedule(delay: number): void {
    this.#timer = this.#timers.set(this.#turn, delay);
  }

  private reschedule(delay = 0): void {
    this.#timers.clear(this.#timer);
    this.schedule(delay);
  }

  private interrupted(): void {
    if (this.#closed) return;
    const { settings, clock } = this.#context;
    const delay = settings.calls?.take(clock.ticks());
    if (!this.#runner.isWaiting) return;
    // The edge may come in the middle of a transaction of ours.
    if (this.#isInTurn) this.#wasCalled = true;
    else if (delay !== undefined) this.reschedule(delay);
  }

  private proceed(): void {
    let delay = afterDefect;
    this.#isInTurn = true;
    try {
      delay = this.#runner.step();
    } finally {
      this.#isInTurn = false;
      const isDue = this.#wasCalled && this.#runner.isWaiting;
      this.#wasCalled = false;
      this.schedule(isDue ? 0 : delay);
    }
    if (this.#report.takeSuccess()) this.#runner.noteSuccess();
    this.#report.notify(this);
    const { fatalError } = this.#runner;
    if (fatalError) this.giveUp(fatalError);
  }

  private giveUp(error: SensorError): void {
    if (this.#closed) return;
    this.release();
    this.#onError?.call(this, error);
  }
}
