// SPDX-License-Identifier: MIT

import type { Timer, Timers } from "../../modules/base/clock.ts";
import { I2CRegisters } from "../i2c-registers.ts";
import { SensorError } from "../sensor-error.ts";
import { unexpected, updateFailed, wrongId, wrongLength } from "./ccs811-errors.ts";
import type { CCS811Bus, CCS811Pin } from "./ccs811-options.ts";
import {
  applicationEraseKey,
  chipTime,
  hardwareId,
  mailbox,
  softwareResetKey,
  statusBit,
} from "./encoding/registers.ts";
import { ChipPins } from "./runner/chip-pins.ts";
import { SensorBus } from "./runner/sensor-bus.ts";

export interface FirmwareUpdateOptions {
  /** No other driver may have the sensor open: close the CCS811 before. */
  readonly sensor: CCS811Bus;
  readonly wake?: CCS811Pin;
  readonly timers: Timers;
  /** The manufacturer's application file, 5,120 bytes; it is not copied. */
  readonly image: Uint8Array;
  /** Written so far, 0–1; told with every percent. */
  readonly onProgress?: (part: number) => void;
  /** The sensor has the new application and waits in its boot loader; its version word. */
  readonly onDone?: (version: number) => void;
  /**
   * The update has failed three times. The boot loader is still alive: it can be tried again. Only
   * `close` may be called.
   */
  readonly onError?: (error: SensorError) => void;
}

type Step =
  | "identity"
  | "reset"
  | "boot"
  | "erase"
  | "erased"
  | "program"
  | "verify"
  | "verified"
  | "restart"
  | "check"
  | "version";

/** Bytes of every application file that is known. */
export const imageLength = 5_120;
const pieceLength = 8;
/** HW_ID of a part whose update was cut short; one observation in the field. */
const abortedId = 0xfd;
const maxAttempts = 3;
/** ms before another attempt. */
const pause = 1_000;

/**
 * Writes an application into a CCS811 through its boot loader (datasheet, application firmware
 * download), in about 35 s. Each turn makes one bus transaction. A disturbed write can not be
 * repeated, because the chip counts the pieces itself: the update then begins again by erasing. A
 * part that was left without application by an earlier attempt is accepted.
 */
export class FirmwareUpdate {
  readonly #options: FirmwareUpdateOptions;
  readonly #bus: SensorBus;
  readonly #pins: ChipPins;
  readonly #registers: I2CRegisters;
  readonly #turn = () => this.proceed();
  #step: Step = "identity";
  #offset = 0;
  #attempts = 0;
  #timer: Timer | undefined;
  #closed = false;

  /** Starts at once. Throws SensorError when the image has a wrong length. */
  constructor(options: FirmwareUpdateOptions) {
    const { sensor, image, timers } = options;
    if (image.length !== imageLength) throw wrongLength(image.length, imageLength);
    this.#options = { ...options };
    this.#bus = new SensorBus(sensor);
    this.#registers = new I2CRegisters(this.#bus);
    try {
      this.#pins = new ChipPins(options.wake ? { wake: options.wake } : {});
    } catch (error) {
      this.#bus.close();
      throw error;
    }
    this.#timer = timers.set(this.#turn, chipTime.powerOn);
  }

  /** Stops, also in the middle: the sensor then has no application until the next update. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
    this.#pins.close();
    this.#bus.close();
  }

  private proceed(): void {
    this.#timer = undefined;
    const before = this.#offset;
    try {
      this.schedule(this.do());
    } catch (error) {
      if (!(error instanceof SensorError)) throw error;
      this.fail(error);
      return;
    }
    if (this.#offset === before) return;
    const percent = Math.floor((100 * this.#offset) / imageLength);
    if (percent === Math.floor((100 * before) / imageLength)) return;
    this.#options.onProgress?.call(this, percent / 100);
  }

  private schedule(delay: number | undefined): void {
    if (delay === undefined || this.#closed) return;
    this.#timer = this.#options.timers.set(this.#turn, delay);
  }

  private proceedTo(step: Step, delay = 0): number {
    this.#step = step;
    return delay;
  }

  /** One transaction; ms until the next, undefined when all is done. */
  private do(): number | undefined {
    const registers = this.#registers;
    switch (this.#step) {
      case "identity":
        return this.identify();
      case "reset":
        registers.writeUint32(mailbox.softwareReset, softwareResetKey);
        return this.proceedTo("boot", chipTime.reset);
      case "boot":
        this.expect(0, statusBit.application);
        return this.proceedTo("erase");
      case "erase":
        registers.writeUint32(mailbox.appErase, applicationEraseKey);
        this.#offset = 0;
        return this.proceedTo("erased", chipTime.erase);
      case "erased":
        this.expect(statusBit.erased, statusBit.application | statusBit.valid);
        return this.proceedTo("program");
      case "program":
        return this.program();
      case "verify":
        registers.command(mailbox.appVerify);
        return this.proceedTo("verified", chipTime.verify);
      case "verified":
        this.expect(statusBit.verified | statusBit.valid, statusBit.application);
        return this.proceedTo("restart");
      case "restart":
        registers.writeUint32(mailbox.softwareReset, softwareResetKey);
        return this.proceedTo("check", chipTime.reset);
      case "check":
        this.expect(statusBit.valid, statusBit.application);
        return this.proceedTo("version");
      case "version":
        return this.finish(registers.readWord(mailbox.applicationVersion));
      default:
        return this.#step satisfies never;
    }
  }

  private identify(): number {
    const id = this.#registers.readByte(mailbox.hardwareId);
    if (id !== hardwareId && id !== abortedId) throw wrongId("HW_ID", id);
    return this.proceedTo("reset");
  }

  /**
   * Checks the bits that tell about the step, and no others: a part whose update was cut short shows
   * "verified" all the time.
   */
  private expect(set: number, clear: number): void {
    const status = this.#registers.readByte(mailbox.status);
    if ((status & (set | clear)) !== set) throw unexpected(this.#step, status);
  }

  private program(): number {
    const { image } = this.#options;
    const end = this.#offset + pieceLength;
    this.#registers.write(mailbox.appData, image.subarray(this.#offset, end));
    this.#offset = end;
    return this.proceedTo(end < imageLength ? "program" : "verify", chipTime.program);
  }

  private finish(version: number): undefined {
    this.close();
    this.#options.onDone?.call(this, version);
  }

  private fail(error: SensorError): void {
    this.#attempts++;
    this.#offset = 0;
    if (this.#attempts < maxAttempts) {
      this.schedule(this.proceedTo("identity", pause));
      return;
    }
    this.close();
    this.#options.onError?.call(this, updateFailed(error));
  }
}
