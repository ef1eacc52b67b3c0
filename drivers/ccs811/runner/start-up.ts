// SPDX-License-Identifier: MIT

import {
  invalidResponse,
  noApplication,
  startFailed,
  unexpectedReset,
  wrongId,
} from "../ccs811-errors.ts";
import { type DriveMode, isDriveMode } from "../encoding/drive-mode.ts";
import {
  abortedId,
  chipTime,
  hardwareGeneration,
  hardwareId,
  isPossibleStatus,
  mailbox,
  measModeMask,
  statusBit,
} from "../encoding/registers.ts";
import { encodeThresholds } from "../encoding/thresholds.ts";
import type { ChipContext } from "./chip-context.ts";
import { ModeChange } from "./mode-change.ts";

type Step =
  | "status"
  | "hardware-id"
  | "hardware-version"
  | "boot-version"
  | "application-version"
  | "start"
  | "check"
  | "meas-mode"
  | "thresholds"
  | "environment"
  | "mode-change";

/** APP_START is repeated so often when the chip stays in its boot loader. */
const maxStarts = 3;

/**
 * From "somebody answers" to a chip that measures in the mode that is wanted. A sensor that is
 * measuring already is taken over without a reset. Each step is one bus transaction; a step that
 * has thrown can be made again.
 */
export class StartUp {
  readonly #context: ChipContext;
  readonly #modeChange: ModeChange;
  #step: Step = "status";
  #status = 0;
  #starts = 0;

  constructor(context: ChipContext) {
    this.#context = context;
    this.#modeChange = new ModeChange(context);
  }

  /** Begins by looking what is there. */
  begin(): void {
    this.#step = "status";
    this.#starts = 0;
  }

  /** Only brings the chip to the mode that is wanted now. */
  beginModeChange(): void {
    this.#step = "mode-change";
    this.#modeChange.begin();
  }

  /** Does the next transaction. Returns ms until the next step, or DONE. */
  step(): number {
    switch (this.#step) {
      case "status":
        return this.readStatus();
      case "hardware-id":
        return this.readHardwareId();
      case "hardware-version":
        return this.readHardwareVersion();
      case "boot-version":
        this.#context.facts.bootVersion = this.#context.registers.readWord(mailbox.bootVersion);
        return this.proceedTo("application-version");
      case "application-version":
        return this.readApplicationVersion();
      case "start":
        return this.start();
      case "check":
        return this.check();
      case "meas-mode":
        return this.readMeasMode();
      case "thresholds":
        return this.writeThresholds();
      case "environment":
        return this.writeEnvironment();
      case "mode-change":
        return this.#modeChange.step();
      default:
        return this.#step satisfies never;
    }
  }

  private proceedTo(step: Step, wait = 0): number {
    this.#step = step;
    return wait;
  }

  private readStatus(): number {
    const { registers, listener, settings, facts, rule, clock, counters } = this.#context;
    const status = registers.readByte(mailbox.status);
    if (!isPossibleStatus(status)) throw invalidResponse("STATUS", status);
    this.#status = status;
    const wasMeasuring = facts.mayMeasure;
    // A sensor that only had trouble on the bus goes on as it was.
    if (!this.isInApplication || facts.measuringSince === undefined) {
      listener.event({ kind: "answered" });
    }
    if (this.isInApplication) {
      settings.noteUnknown();
    } else {
      facts.before = undefined;
      facts.noteRest();
      settings.noteReset();
      rule.confirm(0, clock.ticks());
      if (wasMeasuring) {
        counters.dropouts++;
        listener.fault(unexpectedReset());
      }
    }
    return this.proceedTo("hardware-id");
  }

  private get isInApplication(): boolean {
    return (this.#status & statusBit.application) !== 0;
  }

  private get isValid(): boolean {
    return (this.#status & statusBit.valid) !== 0;
  }

  private readHardwareId(): number {
    const id = this.#context.registers.readByte(mailbox.hardwareId);
    if (id === hardwareId) return this.proceedTo("hardware-version");
    // A part without application does not know its own identity.
    if (id === abortedId && !this.isValid) throw noApplication(this.#status);
    throw wrongId("HW_ID", id);
  }

  private readHardwareVersion(): number {
    const { registers, facts } = this.#context;
    const version = registers.readByte(mailbox.hardwareVersion);
    if ((version & 0xf0) !== hardwareGeneration) throw wrongId("HW_VERSION", version);
    facts.hardwareVersion = version;
    facts.isProven = true;
    return this.proceedTo("boot-version");
  }

  private readApplicationVersion(): number {
    const { registers, facts } = this.#context;
    facts.applicationVersion = registers.readWord(mailbox.applicationVersion);
    if (this.isInApplication) return this.proceedTo("meas-mode");
    if (!this.isValid) throw noApplication(this.#status);
    return this.proceedTo("start");
  }

  private start(): number {
    const { registers, counters } = this.#context;
    // Should this write be told as failed, it may have arrived: look before writing it again.
    this.#step = "check";
    registers.command(mailbox.appStart);
    this.#starts++;
    counters.starts++;
    return chipTime.appStart;
  }

  private check(): number {
    const status = this.#context.registers.readByte(mailbox.status);
    if (!isPossibleStatus(status)) throw invalidResponse("STATUS", status);
    this.#status = status;
    if (this.isInApplication) return this.proceedTo("meas-mode");
    if (this.#starts < maxStarts) return this.proceedTo("start", chipTime.appStart);
    this.#starts = 0;
    throw startFailed(status);
  }

  private readMeasMode(): number {
    const { registers, facts, rule, clock, listener } = this.#context;
    const value = registers.readByte(mailbox.measMode);
    const mode = (value & measModeMask) >> 4;
    if (value !== (value & measModeMask) || !isDriveMode(mode))
      throw invalidResponse("MEAS_MODE", value);
    const now = clock.ticks();
    const { before } = facts;
    facts.before = undefined;
    if (before) {
      const { fastest, restedFor } = before;
      rule.resume(fastest as DriveMode, restedFor > 0 ? now - restedFor : undefined);
    }
    if (mode === 0) rule.confirmFoundIdle(now);
    else rule.confirm(mode, now);
    if (mode === 0 || facts.measuringSince === undefined) listener.event({ kind: "started" });
    if (mode === 0) {
      facts.noteRest();
    } else {
      // One that this driver may have set to its mode is not found in it.
      const isFound = facts.measuringSince === undefined && facts.modeSince === undefined;
      facts.mayMeasure = true;
      facts.measuringSince ??= now - (before?.measuredFor ?? 0);
      if (isFound) {
        facts.takenOver = before?.measuredFor ?? 0;
        facts.isAttached = before?.hasBaseline ?? true;
      }
    }
    facts.measMode = value;
    return this.proceedTo("thresholds");
  }

  private writeThresholds(): number {
    const { registers, settings, facts } = this.#context;
    this.#step = "environment";
    const { air } = settings;
    if (!air?.isNew) return this.step();
    this.#step = "thresholds";
    const { applicationVersion = 0 } = facts;
    registers.write(mailbox.thresholds, encodeThresholds(air.thresholds, applicationVersion));
    air.isNew = false;
    return this.proceedTo("environment");
  }

  private writeEnvironment(): number {
    const { registers, settings } = this.#context;
    if (settings.isEnvDataNew) {
      registers.writeUint32(mailbox.envData, settings.envData);
      settings.noteEnvDataSent();
      this.beginModeChange();
      return 0;
    }
    this.beginModeChange();
    return this.step();
  }
}
