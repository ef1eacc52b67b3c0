// SPDX-License-Identifier: MIT

import type { Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import type { Console } from "../../console/console.ts";
import type { MqttSession } from "../../mqtt/session.ts";
import type { TrialWitness } from "../../update/update-trial.ts";
import type { WiFiManager } from "../../wifi/wifi-manager.ts";
import { BoardUpdates } from "../board-updates.ts";
import type { BoardSettings } from "../setting-list.ts";

export interface StartUpdatesOptions {
  readonly settings: BoardSettings;
  readonly log: Log;
  readonly session: MqttSession | undefined;
  readonly wifi: WiFiManager;
  readonly console: Console;
  readonly close: (onClosed: () => void) => void;
}

/** The updates of a board; undefined where there is no second place for the firmware. */
export function startUpdates(host: Host, options: StartUpdatesOptions): BoardUpdates | undefined {
  const { slots } = host.system;
  if (!slots) return undefined;
  const { settings, log, close } = options;
  const updates = new BoardUpdates({ host, slots, settings, log, close });
  if (slots.isOnTrial) updates.watch(new Witness(options));
  return updates;
}

/** Knows whether the firmware has reached what it is set to reach. */
class Witness implements TrialWitness {
  readonly #session: MqttSession | undefined;
  readonly #wifi: WiFiManager;
  readonly #console: Console;

  constructor({ session, wifi, console }: StartUpdatesOptions) {
    this.#session = session;
    this.#wifi = wifi;
    this.#console = console;
  }

  get isWell(): boolean {
    const { kind } = this.#session?.state ?? this.#wifi.state;
    return kind === "online";
  }

  get isUsed(): boolean {
    return this.#console.isUsed;
  }
}
