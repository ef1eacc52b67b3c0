// SPDX-License-Identifier: MIT

import type { Clock, Random, Timers } from "../base/clock.ts";
import type { HostSystem } from "../base/host.ts";
import type { Log } from "../base/log.ts";
import type { KeyValueDomain } from "../ecma-419/key-value.ts";
import type { WiFiConfigureOptions, WiFiConstructor } from "../ecma-419/wifi.ts";
import type { KnownNetwork } from "./known-networks.ts";

export interface WiFiManagerOptions {
  readonly wifi: { readonly io: WiFiConstructor };
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  /** The networks to join, the preferred one first. */
  readonly networks: readonly KnownNetwork[];
  /** Host name and fixed address; default: the interface's own name and DHCP. */
  readonly configuration?: WiFiConfigureOptions;
  /**
   * Remembers over a restart the network that was joined last, and the restarts that Wi-Fi has
   * caused; without it nothing does.
   */
  readonly store?: KeyValueDomain | undefined;
  /** Where the network was before a sleep, which is newer than what the store has. */
  readonly place?: WiFiPlace | undefined;
  /** Starting the board again as the last step; without it the radio is reset at most. */
  readonly reboot?: WiFiRebootOptions;
  /** Notified of the network; default: nobody. */
  readonly owner?: WiFiOwner | undefined;
}

/** Where a network is. */
export interface WiFiPlace {
  /** 1–13. */
  readonly channel: number;
  /** Of the access point. */
  readonly BSSID: string;
}

/** Who needs the network. */
export interface WiFiOwner {
  /** The board has got an address; called again when it has changed. */
  online(address: string): void;
  /** The network is gone, or Wi-Fi has been switched off. */
  offline(): void;
  /**
   * No network is set, or none has worked for ten minutes; called again at each failure. Not from inside a call,
   * but for `start` and `use`, where nothing more may be asked of Wi-Fi.
   */
  stranded?(): void;
}

export interface WiFiRebootOptions {
  /** ms without a network before the board is started again; 0: never. */
  readonly after: number;
  readonly system: Pick<HostSystem, "restart">;
}
