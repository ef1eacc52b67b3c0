// SPDX-License-Identifier: MIT

import type { Credentials } from "./credentials.ts";

/** What the command line asks for. */
export interface SimOptions {
  /** 1–50, on Node 1–1000. */
  readonly boards: number;
  /** First part of the ids of the boards. */
  readonly id: string;
  /** Broker to use; undefined: start one. */
  readonly broker: URL | undefined;
  /** For a broker with TLS. */
  readonly credentials?: Credentials | undefined;
  readonly engine: "xs" | "node";
  /** How much faster than real time, 0.1–1000. */
  readonly speed: number;
  /** ms of the PC's time; undefined: until stopped. */
  readonly duration: number | undefined;
  readonly seed: number;
  /** Names of the sensors that each board has; undefined: the usual ones. */
  readonly sensors?: readonly string[] | undefined;
  /** Settings by name, as text, of every board; checked. */
  readonly settings?: Readonly<Record<string, string>>;
  /** File of a program that runs beside the firmware; undefined: none does. */
  readonly example?: string | undefined;
  readonly json: boolean;
  /** The page is served. */
  readonly page?: boolean;
  /** What has become of the readings is said at the end. */
  readonly report?: boolean;
}

/** So many boards may be shown one by one, and each may have a process of its own. */
export const mostShown = 50;
/** So many may share this process. */
export const mostBoards = 1_000;

/** Whether there are too many boards to be shown, paired, and measured by every second. */
export function isLarge({ boards }: Pick<SimOptions, "boards">): boolean {
  return boards > mostShown;
}
