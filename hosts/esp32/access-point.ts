// SPDX-License-Identifier: MIT

import type { AccessPoint, AccessPointOptions } from "../../modules/base/access-point.ts";
import { accessPointAddress, closeAccessPoint, openAccessPoint } from "./access-point-native.js";

/** The board's own network, by ESP-IDF's access point; there is one at a time. */
export class ESP32AccessPoint implements AccessPoint {
  readonly address: string;
  #isOpen = true;

  /** Throws when the driver refuses it. */
  constructor({ SSID, password }: AccessPointOptions) {
    openAccessPoint(SSID, password);
    this.address = accessPointAddress() ?? "";
  }

  /** A listener of the SDK hears the network that the board has joined, too. */
  serves(address: string | undefined): boolean {
    const subnet = this.address.slice(0, this.address.lastIndexOf(".") + 1);
    return subnet !== "" && address?.startsWith(subnet) === true;
  }

  close(): void {
    if (this.#isOpen) closeAccessPoint();
    this.#isOpen = false;
  }
}
