// SPDX-License-Identifier: MIT

import type { Timer } from "../../modules/base/clock.ts";
import { I2CRegisters } from "../i2c-registers.ts";
import type { SensorError } from "../sensor-error.ts";
import { closed } from "./ccs811-errors.ts";
import {
  type CCS811Options,
  type CCS811Settings,
  checkOptions,
  checkSettings,
} from "./ccs811-options.ts";
import { type CCS811State, minutesLeft } from "./ccs811-state.ts";
import type { CCS811Sample } from "./encoding/algorithm-result.ts";
import { type DriveMode, idleBeforeSlower, ModeRule } from "./encoding/drive-mode.ts";
import { chipTime } from "./encoding/registers.ts";
import { type CCS811Counters, ChipFacts, Counters } from "./runner/chip-context.ts";
import { ChipMailboxes } from "./runner/chip-mailboxes.ts";
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
  readonly #options: CCS811Options;
  readonly #settings: LiveSettings;
  readonly #facts = new ChipFacts();
  readonly #counters = new Counters();
  readonly #rule = new ModeRule();
  readonly #report: SensorReport;
  readonly #mailboxes: ChipMailboxes;
  readonly #bus: SensorBus;
  readonly #pins: ChipPins;
  readonly #runner: ChipRunner;
  readonly #turn = () => this.proceed();
  #timer: Timer | undefined;
  #isInTurn = false;
  #wasCalled = false;
  #closed = false;

  /** Throws SensorError on a bad option and whatever the IO classes throw; never on a missing chip. */
  constructor(options: CCS811Options) {
    checkOptions(options);
    this.#options = { ...options };
    const { clock, measuredFor = 0, clearBus } = options;
    const settings = new LiveSettings(options, options.interrupt !== undefined);
    const facts = this.#facts;
    const counters = this.#counters;
    this.#settings = settings;
    this.#report = new SensorReport({ clock, settings, facts, counters });
    this.#bus = new SensorBus(options.sensor);
    const registers = new I2CRegisters(this.#bus);
    try {
      this.#pins = new ChipPins(options, () => this.interrupted());
    } catch (error) {
      this.#bus.close();
      throw error;
    }
    const rule = this.#rule;
    const listener = this.#report;
    const context = { clock, registers, settings, facts, rule, counters, listener, measuredFor };
    this.#mailboxes = new ChipMailboxes(context);
    this.#runner = new ChipRunner({ bus: this.#bus, pins: this.#pins, context, clearBus });
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
    this.#settings.apply(settings);
    if (this.#facts.measMode === this.#settings.measMode || !this.#runner.isWaiting) return;
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
    return minutesLeft(this.#report.state, this.#options.clock.ticks());
  }

  get counters(): CCS811Counters {
    return this.#counters;
  }

  /** The drive mode that is wanted. */
  get mode(): DriveMode {
    return this.#settings.mode;
  }

  /** ms of rest that would come first if `mode` were set now (datasheet: before a slower one). */
  restBefore(mode: DriveMode): number {
    return this.#rule.wait(mode, this.#options.clock.ticks()) ?? idleBeforeSlower;
  }

  /** HW_VERSION, 0x1X; undefined until it was read. */
  get hardwareVersion(): number | undefined {
    return this.#facts.hardwareVersion;
  }

  /** FW_BOOT_VERSION; undefined until it was read. `versionText` makes it readable. */
  get bootVersion(): number | undefined {
    return this.#facts.bootVersion;
  }

  /** FW_APP_VERSION, 0x1100 or 0x2000 for example; undefined until it was read. */
  get applicationVersion(): number | undefined {
    return this.#facts.applicationVersion;
  }

  /** The sensor was found measuring and has not been reset or idle since: its baseline is its own. */
  get isAttached(): boolean {
    return this.#facts.isAttached;
  }

  /** Monotonic ms at which the present run of measuring began; undefined while there is none. */
  get measuringSince(): number | undefined {
    return this.#facts.measuringSince;
  }

  /** The clean-air baseline of the present drive mode may be read and written: run-in is over. */
  get isSettled(): boolean {
    return this.#runner.isMeasuring && this.#mailboxes.isSettled;
  }

  /**
   * BASELINE: two opaque bytes, never to be computed with. One transaction; undefined while the
   * sensor does not measure or when the bus has failed.
   */
  readBaseline(): Uint8Array | undefined {
    this.checkOpen();
    return this.#runner.isMeasuring ? this.#mailboxes.readBaseline() : undefined;
  }

  /**
   * Writes back what `readBaseline` gave, in the same drive mode. One transaction; false when run-in
   * is not over (the sensor would ignore it) or the bus has failed. Throws when it is not two bytes.
   */
  writeBaseline(bytes: Uint8Array): boolean {
    this.checkOpen();
    return this.#mailboxes.writeBaseline(bytes, this.#runner.isMeasuring);
  }

  /**
   * Firmware 1.x: mV over the reference resistor and over the thermistor on AUX, in one transaction.
   * Undefined with firmware 2.x, which has no such mailbox, or when the bus has failed.
   */
  readThermistor(): { readonly reference: number; readonly thermistor: number } | undefined {
    this.checkOpen();
    return this.#runner.isMeasuring ? this.#mailboxes.readThermistor() : undefined;
  }

  /** Puts the sensor to rest, unless `keepRunning`, and gives everything back. */
  close(): void {
    if (this.#closed) return;
    if (!this.#settings.keepRunning) this.#runner.rest();
    this.release();
  }

  private release(): void {
    this.#closed = true;
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
    this.#report.close();
    this.#pins.close();
    this.#bus.close();
  }

  private checkOpen(): void {
    if (this.#closed) throw closed();
  }

  private schedule(delay: number): void {
    this.#timer = this.#options.timers.set(this.#turn, delay);
  }

  private reschedule(): void {
    this.#options.timers.clear(this.#timer);
    this.schedule(0);
  }

  private interrupted(): void {
    if (this.#closed || !this.#runner.isWaiting) return;
    // The edge may come in the middle of a transaction of ours.
    if (this.#isInTurn) this.#wasCalled = true;
    else this.reschedule();
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
    this.#report.tell(this.#options, this);
    if (this.#runner.fatalError) this.giveUp(this.#runner.fatalError);
  }

  private giveUp(error: SensorError): void {
    if (this.#closed) return;
    this.release();
    this.#options.onError?.call(this, error);
  }
}
