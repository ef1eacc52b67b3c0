// SPDX-License-Identifier: MIT

import type { Host } from "../../base/host.ts";
import { version } from "../../base/version.ts";
import { Improv, type ImprovSettings } from "../../provisioning/improv.ts";
import type { KnownNetwork } from "../../wifi/known-networks.ts";
import type { Sniffer } from "../../wifi/sniffer/sniffer.ts";
import type { WiFiManager } from "../../wifi/wifi-manager.ts";
import { addNetwork, checkNetwork, checkRoom, networksOf } from "../network-settings.ts";
import type { BoardSettings } from "../setting-list.ts";
import type { StartedConsole } from "./start-console.ts";

export interface StartImprovOptions extends StartedConsole {
  readonly settings: BoardSettings;
  readonly wifi: WiFiManager;
  readonly sniffer: Sniffer | undefined;
  readonly id: string;
}

/** As the manifest of the image for browsers names it, so that they know it again. */
const productName = "airpair";

/** Lets a browser set up Wi-Fi over the console's port. */
export function startImprov(host: Host, options: StartImprovOptions): void {
  const { timers, system } = host;
  const { console, log, settings, wifi, sniffer, id } = options;
  const information = [productName, version, system.name, id] as const;
  const stored = new StoredNetworks(settings);
  const improv = { port: console, wifi, sniffer, settings: stored, timers, log, information };
  console.useTap(new Improv(improv));
}

/** The networks of the settings. */
class StoredNetworks implements ImprovSettings {
  readonly #settings: BoardSettings;

  constructor(settings: BoardSettings) {
    this.#settings = settings;
  }

  get networks(): readonly KnownNetwork[] {
    return networksOf(this.#settings);
  }

  get url(): string {
    return this.#settings.get("improv.url");
  }

  check(network: KnownNetwork): void {
    checkNetwork(network);
    if (!this.isPreferred(network)) checkRoom(this.#settings, network);
  }

  prefer(network: KnownNetwork): void {
    if (!this.isPreferred(network)) addNetwork(this.#settings, network, 1);
  }

  /** It is as it is to be; it may be one that the build gives. */
  private isPreferred({ SSID, password }: KnownNetwork): boolean {
    const [first] = this.networks;
    return first?.SSID === SSID && first.password === password;
  }
}
