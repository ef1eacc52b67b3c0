// SPDX-License-Identifier: MIT

import type { Credentials } from "./credentials.ts";

/** What the command line asks for. */
export interface SimOptions {
  /** 1–50. */
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
}
