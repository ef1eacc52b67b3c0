// SPDX-License-Identifier: MIT

import type { AirQualityStation } from "../../air-quality/air-quality-station.ts";
import type { Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import type { MqttSession } from "../../mqtt/session.ts";
import type { Pairing } from "../../pairing/pairing.ts";
import type { I2CAccess } from "../i2c/i2c-access.ts";
import type { BoardSettings } from "../setting-list.ts";

/** The parts of a board that a program beside the firmware may use. */
export interface ProgramParts {
  /** Board id. */
  readonly id: string;
  readonly host: Pick<Host, "board" | "timers" | "network">;
  readonly settings: BoardSettings;
  readonly log: Log;
  readonly station: Pick<AirQualityStation, "subscribe">;
  readonly i2c: Pick<I2CAccess, "read" | "write">;
  /** Undefined: no usable broker is set. */
  readonly session: Pick<MqttSession, "publish" | "subscribe"> | undefined;
  /** Undefined: the board cannot be paired. */
  readonly pairing: { open(): Pick<Pairing, "ask"> } | undefined;
}

/** A program that is built into the firmware and started with it, but not in safe mode. */
export type BoardProgram = (parts: ProgramParts) => { close(): void };
