// SPDX-License-Identifier: MIT

import type { FirmwareSlots, SlotWriter } from "../../../modules/base/firmware-slots.ts";
import { version } from "../../../modules/base/version.ts";
import { restartChip } from "../rtc-memory.js";
import { slotsNative } from "./firmware-slots-native.js";

/** The slots of a board whose partition table has two. */
export class ESP32Slots implements FirmwareSlots {
  readonly version = version;
  /** They are in the manifest of a build. */
  readonly hasSettings = true;
  readonly board: string;

  /** `board`: what its images are made for. */
  constructor(board: string) {
    this.board = board;
  }

  get running(): number {
    return slotsNative.running();
  }

  get chip(): number {
    return slotsNative.chip();
  }

  get size(): number {
    return slotsNative.size();
  }

  get isOnTrial(): boolean {
    return slotsNative.isOnTrial();
  }

  open(): SlotWriter {
    slotsNative.begin();
    return writer;
  }

  confirm(): void {
    slotsNative.confirm();
  }

  /** The boot loader gives up firmware that starts for a second time without having been confirmed. */
  rollBack(): void {
    restartChip();
  }
}

const writer: SlotWriter = Object.freeze({
  write: (bytes: Uint8Array) => slotsNative.write(bytes),
  complete: () => slotsNative.complete(),
  close: () => slotsNative.abort(),
});
