// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import type { Clock, Timer, Timers } from "../base/clock.ts";
import { hexOf } from "../base/hex.ts";
import type { KeyValueDomain } from "../ecma-419/key-value.ts";
import { baselineAge } from "./baseline-age.ts";
import { firstSave, saveInterval } from "./baseline-cadence.ts";
import { type BaselineRecord, isBaseline } from "./baseline-record.ts";
import { type BaselineKey, BaselineStore } from "./baseline-store.ts";

/** A gas sensor with a clean-air baseline, as the manager sees it. */
export interface BaselineSensor {
  /** Drive mode that is wanted, 0–4. */
  readonly mode: number;
  /** Application version word; undefined until it was read. */
  readonly applicationVersion: number | undefined;
  /** Run-in is over and the mode is reached: the baseline may be read and written. */
  readonly isSettled: boolean;
  /** Only what a sensor that is `ready` has learned is worth keeping. */
  readonly state: { readonly kind: string };
  /** It was found measuring: the baseline it has is its own. */
  readonly isAttached: boolean;
  /** Monotonic ms at which the present run of measuring began. */
  readonly measuringSince: number | undefined;
  /** Two opaque bytes; undefined when the sensor can not be asked now. */
  readBaseline(): Uint8Array | undefined;
  /** False when the sensor can not be told now. */
  writeBaseline(bytes: Uint8Array): boolean;
}

/** What the manager did, for the console. `baseline` is in hex, for people to compare. */
export type BaselineEvent =
  | { readonly kind: "saved" | "restored"; readonly baseline: string; readonly writes: number }
  /** The stored baseline is not used. */
  | { readonly kind: "ignored"; readonly why: string }
  | { readonly kind: "failed"; readonly why: string };

export interface BaselineManagerOptions {
  readonly sensor: BaselineSensor;
  /** A domain of the key-value storage; the manager does not close it. */
  readonly store: KeyValueDomain;
  readonly clock: Clock;
  readonly timers: Timers;
  /** A stored baseline older than this is ignored, 1–3,650; default 28. */
  readonly maximumAgeDays?: number;
  readonly onEvent?: (event: BaselineEvent) => void;
}

const minute = 60_000;
const day = 86_400_000;
/** After a write that the store refused, ms. */
const afterFailure = 60 * minute;
/** Raw data only: the sensor computes nothing that a baseline would be for. */
const rawMode = 4;

/**
 * Carries the sensor's clean-air baseline over power cycles: puts it back once run-in is over (the
 * sensor ignores it before), and saves it on the datasheet's cadence. One timer, once a minute; a
 * turn makes at most one bus transaction.
 */
export class BaselineManager {
  readonly #sensor: BaselineSensor;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #onEvent: BaselineManagerOptions["onEvent"];
  readonly #store: BaselineStore;
  readonly #maximumAge: number;
  #timer: Timer | undefined;
  #secondLook: Timer | undefined;
  /** The run of measuring that the rest belongs to. */
  #run: number | undefined;
  #key: BaselineKey | undefined;
  #record: BaselineRecord | undefined;
  #isRestored = false;
  /** The stored baseline was not good enough: it is as if there were none. */
  #isIgnored = false;
  /** Monotonic ms up to which measuring has been noted in the record. */
  #noted = 0;
  #notBefore = 0;
  #writes = 0;
  #failures = 0;

  /** Throws RangeError when the age is out of range. */
  constructor(options: BaselineManagerOptions) {
    const { sensor, store, clock, timers, maximumAgeDays = 28, onEvent } = options;
    if (!(maximumAgeDays >= 1 && maximumAgeDays <= 3_650)) {
      throw new RangeError(`maximumAgeDays ${maximumAgeDays} is not 1 to 3650`);
    }
    this.#sensor = sensor;
    this.#clock = clock;
    this.#timers = timers;
    this.#onEvent = onEvent;
    this.#store = new BaselineStore(store);
    this.#maximumAge = maximumAgeDays * day;
    this.#timer = timers.repeat(() => this.look(), minute);
  }

  /** Writes to the store since the start; the record itself counts over power cycles. */
  get writes(): number {
    return this.#writes;
  }

  /** Writes that the store refused. */
  get failures(): number {
    return this.#failures;
  }

  /** The sensor has in its present run the baseline that it is to have: put back, or its own. */
  get isRestored(): boolean {
    const { isAttached, measuringSince } = this.#sensor;
    return isAttached || (this.#isRestored && this.#run === measuringSince);
  }

  /** The stored record of the present mode and firmware, once it has been looked up. */
  get record(): BaselineRecord | undefined {
    return this.#record;
  }

  /** Saves now, before power is switched off. False when it is not ready or it did not work. */
  save(): boolean {
    if (!this.enter() || !this.#isRestored) return false;
    const first = this.readNow();
    return first !== undefined && this.saveIfSame(first);
  }

  /**
   * Puts the stored baseline back now, also over what the sensor has learned meanwhile. Undefined
   * when that was done, or else why it was not.
   */
  restore(): string | undefined {
    if (!this.enter()) return "run-in is not over, or the sensor does not measure";
    if (!this.#record?.baseline) return "none is stored for this mode and firmware";
    const refusal = this.refusal;
    if (refusal === "wait") return "the time is not known yet, and so its age is not";
    if (refusal !== undefined) return refusal;
    return this.write() ? undefined : "the sensor does not answer";
  }

  /**
   * Forgets what is stored, for another sensor or after a time in bad air; the next save comes a day
   * later. Throws what the store throws.
   */
  forget(): void {
    this.#writes += this.#store.forget();
    this.#record = undefined;
    this.#isRestored = true;
    this.#notBefore = this.#clock.ticks() + day;
  }

  close(): void {
    this.#timers.clear(this.#timer);
    this.#timers.clear(this.#secondLook);
    this.#timer = undefined;
    this.#secondLook = undefined;
  }

  /** Does what is due, which it does by itself once a minute. */
  look(): void {
    if (!this.enter()) return;
    if (!this.#isRestored) this.restoreInTime();
    else if (this.isDue) this.lookTwice();
  }

  /** The second look is in a turn of its own. */
  private lookTwice(): void {
    const first = this.readNow();
    if (!first) return;
    this.#timers.clear(this.#secondLook);
    this.#secondLook = this.#timers.set(() => {
      this.#secondLook = undefined;
      this.saveIfSame(first);
    }, 0);
  }

  /** Whether there is something to keep; begins anew with every run of measuring. */
  private enter(): boolean {
    const sensor = this.#sensor;
    const { measuringSince: run, applicationVersion: version, mode } = sensor;
    if (!sensor.isSettled || run === undefined || version === undefined) return false;
    if (mode === rawMode) return false;
    const key = this.#key;
    if (run === this.#run && mode === key?.mode && version === key.version) return true;
    this.#key = { mode, version };
    this.#record = this.read(this.#key);
    // What a sensor measured before it was found was noted then, or nobody knows of it; what it
    // measured in another mode was noted there.
    const isNew = run !== this.#run && !sensor.isAttached;
    this.#noted = isNew ? run : this.#clock.ticks();
    this.#run = run;
    this.#isIgnored = false;
    this.#isRestored = sensor.isAttached || this.#record?.baseline === undefined;
    return true;
  }

  private read(key: BaselineKey): BaselineRecord | undefined {
    try {
      return this.#store.read(key);
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }

  private restoreInTime(): void {
    const why = this.refusal;
    if (why === "wait") return;
    if (why === undefined) {
      this.write();
      return;
    }
    this.#isRestored = true;
    this.#isIgnored = true;
    this.tell({ kind: "ignored", why });
  }

  /** Why the stored baseline is not to be used; "wait" while that is not known. */
  private get refusal(): string | undefined {
    const age = baselineAge(this.#record?.time, this.#run ?? 0, this.#clock);
    if (typeof age === "string") return age;
    return age > this.#maximumAge ? `it is ${Math.floor(age / day)} days old` : undefined;
  }

  private write(): boolean {
    const { baseline, writes = 0 } = this.#record ?? {};
    if (!baseline || !this.#sensor.writeBaseline(baseline)) return false;
    this.#isRestored = true;
    this.#isIgnored = false;
    this.tell({ kind: "restored", baseline: hexOf(baseline), writes });
    return true;
  }

  private get isDue(): boolean {
    const sensor = this.#sensor;
    const clock = this.#clock;
    const ticks = clock.ticks();
    if (ticks < this.#notBefore) return false;
    const { baseline, minutes = 0, time } = this.#record ?? {};
    const hasRecord = baseline !== undefined && !this.#isIgnored;
    const interval = saveInterval(hasRecord, minutes);
    const measured = ticks - this.#noted;
    if (measured >= interval) return true;
    // There are no long runs to count where the sensor measures on through restarts of the board,
    // or where both are switched off every evening.
    if (!sensor.isAttached && measured < firstSave) return false;
    if (!hasRecord) return true;
    const now = clock.now();
    return time !== undefined && now !== undefined && now - time >= interval;
  }

  /** What the sensor has learned, if it is one that can be trusted. */
  private readNow(): Uint8Array | undefined {
    const sensor = this.#sensor;
    const baseline = sensor.state.kind === "ready" ? sensor.readBaseline() : undefined;
    return baseline && isBaseline(baseline) ? baseline : undefined;
  }

  /** Two looks that show the same are not broken on the bus. */
  private saveIfSame(first: Uint8Array): boolean {
    const baseline = this.readNow();
    if (!baseline || !this.#key || baseline[0] !== first[0] || baseline[1] !== first[1])
      return false;
    const clock = this.#clock;
    const ticks = clock.ticks();
    const measured = Math.round((ticks - this.#noted) / minute);
    const minutes = (this.#record?.minutes ?? 0) + measured;
    try {
      this.#record = this.#store.write(this.#key, { baseline, minutes, time: clock.now() });
    } catch (error) {
      this.fail(error);
      return false;
    }
    this.#writes++;
    this.#noted = ticks;
    this.#isIgnored = false;
    this.tell({ kind: "saved", baseline: hexOf(baseline), writes: this.#record.writes });
    return true;
  }

  private fail(error: unknown): void {
    this.#failures++;
    this.#notBefore = this.#clock.ticks() + afterFailure;
    this.tell({ kind: "failed", why: messageOf(error) });
  }

  private tell(event: BaselineEvent): void {
    this.#onEvent?.(event);
  }
}
