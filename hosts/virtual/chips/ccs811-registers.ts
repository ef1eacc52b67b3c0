// SPDX-License-Identifier: MIT

import { CCS811BootLoader } from "./ccs811-boot-loader.ts";
import { CCS811Environment } from "./ccs811-environment.ts";
import { type CCS811Mailbox, ccs811Mailboxes } from "./ccs811-mailbox.ts";
import type { CCS811Measurement } from "./ccs811-measurement.ts";
import { CCS811ModeRule } from "./ccs811-mode-rule.ts";
import { type CCS811Firmware, type CCS811Profile, ccs811Profiles } from "./ccs811-profile.ts";
import type { CCS811Violations } from "./ccs811-violations.ts";

export interface CCS811RegistersOptions {
  readonly firmware: CCS811Firmware | "none";
  readonly measurement: CCS811Measurement;
  readonly violations: CCS811Violations;
  /** The chip answers nobody for `ms`; `work` says why. */
  readonly keepBusy: (ms: number, work: string) => void;
  /** SW_RESET was written. */
  readonly onSoftwareReset: () => void;
}

const eraseCookie: readonly number[] = Object.freeze([0xe7, 0xa7, 0xe6, 0x09]);
const resetCookie: readonly number[] = Object.freeze([0x11, 0xe5, 0x72, 0x8a]);
const writeInvalid = 0x01;
const readInvalid = 0x02;
const modeInvalid = 0x04;

/** The mailboxes of the CCS811: what may be written and read when, and what it does. */
export class CCS811Registers {
  readonly bootLoader: CCS811BootLoader;
  readonly environment = new CCS811Environment();
  /** Firmware that an image becomes when it has been verified. */
  imageFirmware: CCS811Firmware = "2.0.0";
  /** This many of the next APP_START get lost. */
  lostStarts = 0;
  readonly #options: CCS811RegistersOptions;
  readonly #measurement: CCS811Measurement;
  readonly #modeRule = new CCS811ModeRule();
  #profile: CCS811Profile;
  #mailboxes: ReadonlyMap<number, CCS811Mailbox>;
  #isApp = false;
  #errors = 0;

  constructor(options: CCS811RegistersOptions) {
    this.#options = options;
    this.#measurement = options.measurement;
    this.bootLoader = new CCS811BootLoader(options.firmware !== "none");
    this.#profile = options.measurement.profile;
    this.#mailboxes = ccs811Mailboxes(this.#profile);
  }

  get isApp(): boolean {
    return this.#isApp;
  }

  /** STATUS. */
  get status(): number {
    const error = this.#errors === 0 ? 0 : 1;
    if (!this.#isApp) return this.bootLoader.status | error;
    return 0x90 | (this.#measurement.isReady ? 8 : 0) | error;
  }

  /** Sets bits of ERROR_ID. */
  raise(bits: number): void {
    this.#errors |= bits;
  }

  /** Back in the boot loader. `hadPower`: what was measured before still counts for the mode rule. */
  reset(now: number, hadPower: boolean): void {
    this.#isApp = false;
    this.#errors = 0;
    this.environment.reset();
    this.#measurement.reset(now);
    this.bootLoader.reset();
    if (hadPower) this.#modeRule.change(0, now);
    else this.#modeRule.forget();
  }

  /** A write of mailbox number and data at `now`. */
  write(id: number, data: Uint8Array, now: number): void {
    const { violations } = this.#options;
    const mailbox = this.find(id);
    if (data.length === 0 && id !== 0xf3 && id !== 0xf4) return;
    if (!mailbox) {
      this.raise(writeInvalid);
      violations.ofState(`write to ${this.nameOf(id)}`);
    } else if (mailbox.writes === undefined) {
      this.raise(writeInvalid);
      violations.always(`write to ${mailbox.name}, which is read only`);
    } else if (data.length !== mailbox.writes) {
      violations.ofState(`${data.length} bytes to ${mailbox.name}, not ${mailbox.writes}`);
    } else if (mailbox.mode === "boot") this.writeBoot(id, data);
    else if (mailbox.mode === "app") this.writeApp(id, data, now);
    else if (isCookie(data, resetCookie)) this.#options.onSoftwareReset();
    else violations.always("SW_RESET with a wrong cookie");
  }

  /** `length` bytes of a mailbox at `now`. */
  read(id: number | undefined, length: number, now: number): Uint8Array {
    const { violations } = this.#options;
    const bytes = new Uint8Array(length).fill(0xff);
    const mailbox = id === undefined ? undefined : this.find(id);
    if (id === undefined) violations.ofState("read before a mailbox was selected");
    else if (!mailbox) {
      this.raise(readInvalid);
      violations.ofState(`read of ${this.nameOf(id)}`);
    } else if (mailbox.reads === 0) {
      this.raise(readInvalid);
      violations.always(`read of ${mailbox.name}, which is write only`);
    } else {
      if (length > mailbox.reads) {
        violations.always(`${length} bytes read of ${mailbox.name}, which has ${mailbox.reads}`);
      } else if (id === 0x02 && (length === 7 || length < 4) && length !== 2) {
        violations.always(`${length} bytes read of ${mailbox.name}: a part of a word`);
      }
      bytes.set(this.contentOf(id, now).slice(0, length));
    }
    return bytes;
  }

  private find(id: number): CCS811Mailbox | undefined {
    const mailbox = this.#mailboxes.get(id);
    const mode = this.#isApp ? "app" : "boot";
    return mailbox?.mode === "both" || mailbox?.mode === mode ? mailbox : undefined;
  }

  private nameOf(id: number): string {
    const number = `0x${id.toString(16).toUpperCase().padStart(2, "0")}`;
    const name = this.#mailboxes.get(id)?.name;
    if (name === undefined) return `mailbox ${number}, which does not exist`;
    return `${name}, which does not exist in ${this.#isApp ? "application" : "boot"} mode`;
  }

  private contentOf(id: number, now: number): readonly number[] {
    switch (id) {
      case 0x00:
        return [this.status];
      case 0x01:
        return [this.#measurement.measMode];
      case 0x02:
        return this.takeResult();
      case 0x03:
        return this.#measurement.raw;
      case 0x06:
        return this.#measurement.ntc;
      case 0x11:
        return bytesOf(this.#measurement.baselineAt(now));
      case 0xe0:
        return this.takeErrors();
      case 0xa0:
        return [0];
      default:
        return this.bootLoader.identityOf(id, this.#profile.version);
    }
  }

  private takeResult(): readonly number[] {
    const hidden = this.#profile.copiesDataReady ? 0 : 0x08;
    const status = this.status & ~hidden;
    const raw = this.#measurement.raw;
    return [...this.#measurement.takeResult(), status, this.#errors, ...raw];
  }

  private takeErrors(): readonly number[] {
    const errors = this.#errors;
    this.#errors = 0;
    return [errors];
  }

  private writeBoot(id: number, data: Uint8Array): void {
    const wrong = this.doBoot(id, data);
    if (wrong !== undefined) this.#options.violations.ofState(wrong);
  }

  /** Returns what was wrong. */
  private doBoot(id: number, data: Uint8Array): string | undefined {
    const { keepBusy } = this.#options;
    if (id === 0xf4) return this.start();
    if (id === 0xf2) {
      keepBusy(50, "APP_DATA");
      return this.bootLoader.program(data);
    }
    if (id === 0xf1) {
      if (!isCookie(data, eraseCookie)) return "APP_ERASE with a wrong cookie";
      keepBusy(500, "APP_ERASE");
      this.bootLoader.erase();
      return undefined;
    }
    keepBusy(70, "APP_VERIFY");
    const wrong = this.bootLoader.verify();
    if (this.bootLoader.hasNewImage) this.adopt(ccs811Profiles[this.imageFirmware]);
    return wrong;
  }

  private start(): string | undefined {
    if (this.lostStarts > 0) {
      this.lostStarts--;
      return undefined;
    }
    if (!this.bootLoader.start()) return "APP_START without a valid application";
    this.#isApp = true;
    this.#options.violations.noteStart();
    this.#options.keepBusy(1, "APP_START");
    return undefined;
  }

  private adopt(profile: CCS811Profile): void {
    this.#profile = profile;
    this.#measurement.profile = profile;
    this.#mailboxes = ccs811Mailboxes(profile);
  }

  private writeApp(id: number, data: Uint8Array, now: number): void {
    const { violations } = this.#options;
    if (id === 0x01) this.writeMode(data[0] ?? 0, now);
    else if (id === 0x05) {
      const wrong = this.environment.write(data);
      if (wrong !== undefined) violations.always(wrong);
    } else if (id === 0x10) this.#measurement.thresholds.write(data);
    else if (!this.#measurement.restoreBaseline(wordOf(data), now)) {
      violations.ofState("BASELINE written before 20 minutes of measurement");
    }
  }

  private writeMode(value: number, now: number): void {
    const { violations } = this.#options;
    const mode = (value >> 4) & 7;
    if ((value & 0x83) !== 0) violations.always("MEAS_MODE with reserved bits set");
    if (mode > 4) {
      this.raise(modeInvalid);
      violations.always(`MEAS_MODE with drive mode ${mode}`);
      return;
    }
    const broken = this.#modeRule.change(mode, now);
    if (broken !== undefined) violations.always(broken);
    this.#measurement.configure(value, now);
  }
}

function isCookie(bytes: Uint8Array, cookie: readonly number[]): boolean {
  return cookie.every((byte, i) => byte === bytes[i]);
}

function wordOf(bytes: Uint8Array): number {
  return ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
}

function bytesOf(word: number): readonly number[] {
  return [word >> 8, word & 0xff];
}
