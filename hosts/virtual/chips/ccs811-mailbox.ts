// SPDX-License-Identifier: MIT

import type { CCS811Profile } from "./ccs811-profile.ts";

/** One mailbox of the CCS811 as the datasheet's register tables list it. */
export interface CCS811Mailbox {
  readonly id: number;
  readonly name: string;
  /** Bytes it holds for reading; 0: cannot be read. */
  readonly reads: number;
  /** Data bytes a write needs; 0: a command without data; undefined: cannot be written. */
  readonly writes: number | undefined;
  readonly mode: "boot" | "app" | "both";
}

type Row = readonly [id: number, name: string, reads: number, writes?: number];

const bothModes: readonly Row[] = Object.freeze([
  [0x00, "STATUS", 1],
  [0x20, "HW_ID", 1],
  [0x21, "HW_VERSION", 1],
  [0x23, "FW_BOOT_VERSION", 2],
  [0x24, "FW_APP_VERSION", 2],
  [0xe0, "ERROR_ID", 1],
  [0xff, "SW_RESET", 0, 4],
]);
const bootMode: readonly Row[] = Object.freeze([
  [0xf1, "APP_ERASE", 0, 4],
  [0xf2, "APP_DATA", 0, 8],
  [0xf3, "APP_VERIFY", 0, 0],
  [0xf4, "APP_START", 0, 0],
]);
const appMode: readonly Row[] = Object.freeze([
  [0x01, "MEAS_MODE", 1, 1],
  [0x02, "ALG_RESULT_DATA", 8],
  [0x03, "RAW_DATA", 2],
  [0x05, "ENV_DATA", 0, 4],
  [0x11, "BASELINE", 2, 2],
]);

const named = (mode: CCS811Mailbox["mode"]) => {
  return ([id, name, reads, writes]: Row): CCS811Mailbox => ({ id, name, reads, writes, mode });
};

/** The mailboxes of a part with this firmware, by id. */
export function ccs811Mailboxes(profile: CCS811Profile): ReadonlyMap<number, CCS811Mailbox> {
  const app = [...appMode];
  if (profile.hasNTC) app.push([0x06, "NTC", 4]);
  if (profile.hasInternalState) app.push([0xa0, "Internal_State", 1]);
  app.push([0x10, "THRESHOLDS", 0, profile.thresholdBytes]);
  const all = [
    ...bothModes.map(named("both")),
    ...bootMode.map(named("boot")),
    ...app.map(named("app")),
  ];
  return new Map(all.map((mailbox) => [mailbox.id, mailbox]));
}
