// SPDX-License-Identifier: MIT

import type { Timer, Timers } from "../base/clock.ts";
import type { KnownNetwork } from "../wifi/known-networks.ts";
import type { Sniffer } from "../wifi/sniffer/sniffer.ts";
import type { WiFiManager } from "../wifi/wifi-manager.ts";
import type { WiFiReason } from "../wifi/wifi-state.ts";

export interface NetworkTrialOptions {
  readonly wifi: Pick<WiFiManager, "state" | "networks" | "use" | "start" | "stop">;
  /** Undefined: nothing else uses the radio. */
  readonly sniffer: Pick<Sniffer, "finish"> | undefined;
  readonly timers: Timers;
  /** What is stored. */
  readonly settings: { readonly networks: readonly KnownNetwork[] };
}

/** Who tries a network. One of the two is called, once. */
export interface NetworkTrialOwner {
  /** The board has joined it; the owner has Wi-Fi use the networks that are stored then. */
  networkJoined(network: KnownNetwork): void;
  /** It has not; Wi-Fi is as it was before. `reason`: what its last try has come to, where that is known. */
  networkRefused(network: KnownNetwork, reason: WiFiReason | undefined): void;
}

/** A network that is tried is joined in so long or not at all, ms: clients of Improv wait for 45 s. */
const trialTime = 30_000;
const lookInterval = 250;

/** Tries a network before it is stored; until it has been joined, and after a failure, those stored hold. */
export class NetworkTrial {
  readonly #options: NetworkTrialOptions;
  readonly #owner: NetworkTrialOwner;
  /** Wi-Fi was off before the trial. */
  readonly #wasOff: boolean;
  #network: KnownNetwork;
  #looks = 0;
  #reason: WiFiReason | undefined;
  #timer: Timer | undefined;

  constructor(network: KnownNetwork, options: NetworkTrialOptions, owner: NetworkTrialOwner) {
    this.#options = options;
    this.#owner = owner;
    // It gives the radio back to Wi-Fi, which was not off.
    options.sniffer?.finish();
    this.#wasOff = options.wifi.state.kind === "off";
    this.#network = network;
    this.begin(network);
  }

  get network(): KnownNetwork {
    return this.#network;
  }

  /** Tries another network in place of the one before. */
  begin(network: KnownNetwork): void {
    const { wifi, timers, sniffer } = this.#options;
    sniffer?.finish();
    this.#network = network;
    this.#reason = undefined;
    this.#looks = trialTime / lookInterval;
    // Also where the board is on that network already: a new password has to be shown right.
    wifi.stop();
    wifi.use([network]);
    wifi.start();
    timers.clear(this.#timer);
    this.#timer = timers.repeat(() => this.look(), lookInterval);
  }

  /** Ends it without a callback; Wi-Fi is as it was before. */
  cancel(): void {
    const { wifi, settings } = this.#options;
    this.end();
    if (this.#wasOff) wifi.stop();
    wifi.use(settings.networks);
  }

  private look(): void {
    const { state } = this.#options.wifi;
    const network = this.#network;
    this.#looks--;
    if ("reason" in state) this.#reason = state.reason;
    else if (state.kind === "getting-address") this.#reason = "no-address";
    const isOver = this.#looks <= 0 || state.kind === "off" || !this.isTried(network);
    if (!isOver && state.kind === "online" && state.SSID === network.SSID) {
      this.end();
      this.#owner.networkJoined(network);
    } else if (isOver || (state.kind === "waiting" && state.reason === "password")) {
      this.cancel();
      this.#owner.networkRefused(network, this.#reason);
    }
  }

  /** False: somebody has given the board other networks meanwhile. */
  private isTried({ SSID, password }: KnownNetwork): boolean {
    const { networks } = this.#options.wifi;
    return networks.some((each) => each.SSID === SSID && each.password === password);
  }

  private end(): void {
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
  }
}
