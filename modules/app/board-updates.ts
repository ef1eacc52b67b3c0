// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import type { FirmwareSlots } from "../base/firmware-slots.ts";
import type { Host } from "../base/host.ts";
import type { Log } from "../base/log.ts";
import type { LongCommand, Reply } from "../console/running-command.ts";
import type { KeyValueDomain } from "../ecma-419/key-value.ts";
import { type UpdateError, updateError } from "../update/update-error.ts";
import { readUpdate, writeUpdate } from "../update/update-record.ts";
import { updateKeyOf } from "../update/update-settings.ts";
import { type TrialWitness, UpdateTrial } from "../update/update-trial.ts";
import { type UpdateOwner, Updater } from "../update/updater.ts";
import type { BoardSettings } from "./setting-list.ts";

export interface BoardUpdatesOptions {
  readonly host: Pick<Host, "system" | "network" | "timers" | "random" | "crypto" | "storage">;
  readonly slots: FirmwareSlots;
  readonly settings: BoardSettings;
  readonly log: Log;
  /** Says goodbye to the broker; calls back once. */
  readonly close: (onClosed: () => void) => void;
}

/** So long the answer has to get out before the start from the new image, ms. */
const restartDelay = 1_000;

/** The updates of a board: the one that has just been made, and those that are asked for. */
export class BoardUpdates implements UpdateOwner {
  readonly #options: BoardUpdatesOptions;
  #updater: Updater | undefined;
  /** Version of the firmware that is about to start. */
  #next: string | undefined;
  /** Whoever waits for it. */
  #reply: Reply | undefined;

  /** A start of the board: firmware that was given up is told of. */
  constructor(options: BoardUpdatesOptions) {
    this.#options = options;
    const { slots, log } = options;
    this.remember((store) => {
      const update = readUpdate(store);
      if (update && update.slot !== slots.running) {
        const text = `firmware ${update.version} was given up, ${slots.version} runs again`;
        log({ level: "error", part: "update", event: "given-up", text });
      }
      if (update && !(update.slot === slots.running && slots.isOnTrial)) {
        writeUpdate(store, undefined);
      }
    });
  }

  /** The firmware is on trial: `witness` knows when it is well. */
  watch(witness: TrialWitness): void {
    const { slots, log, host } = this.#options;
    const confirmed = {
      version: slots.version,
      confirm: () => this.confirm(),
      rollBack: () => slots.rollBack(),
    };
    new UpdateTrial({ slots: confirmed, timers: host.timers, log, witness });
  }

  /** What runs, and how far an update is; one line. */
  get text(): string {
    const { slots } = this.#options;
    const trial = slots.isOnTrial ? ", on trial" : "";
    const update = this.#updater ? `; ${this.#updater.text}` : "";
    const next = this.#next === undefined ? "" : `; ${this.#next} starts in a moment`;
    return `firmware ${slots.version} in slot ${slots.running}${trial}${update}${next}`;
  }

  /** An update is going on, or the firmware that runs is on trial. */
  get isNews(): boolean {
    const isAtWork = this.#updater !== undefined || this.#next !== undefined;
    return isAtWork || this.#options.slots.isOnTrial;
  }

  /** Fetches an image and starts from it. Throws UpdateError. */
  command(url: string, isForced: boolean): LongCommand {
    if (this.#next !== undefined) throw updateError("update/ready");
    if (this.#updater) throw updateError("update/busy");
    const key = updateKeyOf(this.#options.settings.get("update.key"));
    const { crypto } = this.#options.host;
    if (!key || !crypto) throw updateError("update/no-key");
    const { slots, log, host } = this.#options;
    const { network, timers, random } = host;
    const options = { slots, crypto, network, timers, random, log };
    this.#updater = new Updater(url, { key, isForced }, options, this);
    return {
      text: "fetching the image; update shows how far it is",
      limit: undefined,
      start: (reply) => {
        this.#reply = reply;
      },
      stop: () => this.cancel(),
    };
  }

  /** Ends the update that goes on; false: there is none. Throws UpdateError when it is made. */
  cancel(): boolean {
    if (this.#next !== undefined) throw updateError("update/ready");
    const updater = this.#updater;
    this.#updater = undefined;
    const reply = this.#reply;
    this.#reply = undefined;
    updater?.close();
    reply?.fail("the update was ended");
    return updater !== undefined;
  }

  // --- for the updater

  updateChecked(): void {
    const { slots, settings } = this.#options;
    if (!slots.hasSettings) return;
    try {
      settings.keepGiven();
    } catch (error) {
      throw updateError("update/settings", messageOf(error));
    }
  }

  updateReady(version: string): void {
    const { slots, host, log, close } = this.#options;
    this.#updater = undefined;
    this.#next = version;
    this.remember((store) => writeUpdate(store, { slot: 1 - slots.running, version }));
    log({
      level: "info",
      part: "update",
      event: "ready",
      text: `firmware ${version} starts on trial`,
    });
    this.#reply?.add(`firmware ${version} is written; starting from it`);
    this.#reply?.end();
    this.#reply = undefined;
    host.timers.set(() => close(() => host.system.restart("update")), restartDelay);
  }

  updateFailed(error: UpdateError): void {
    const { log } = this.#options;
    this.#updater = undefined;
    log({ level: "warn", part: "update", event: "failed", text: error.message });
    this.#reply?.fail(error);
    this.#reply = undefined;
  }

  private confirm(): void {
    this.#options.slots.confirm();
    this.remember((store) => writeUpdate(store, undefined));
  }

  /** Looks at the record of the update; what fails there is told, and holds up nothing. */
  private remember(action: (store: KeyValueDomain) => void): void {
    const { host, log } = this.#options;
    try {
      const store = host.storage.open({ path: "update", format: "buffer" });
      try {
        action(store);
      } finally {
        store.close();
      }
    } catch (error) {
      const text = `the update cannot be remembered: ${messageOf(error)}`;
      log({ level: "warn", part: "update", event: "store", text });
    }
  }
}
