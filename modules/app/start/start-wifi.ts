// SPDX-License-Identifier: MIT

import { messageOf } from "../../base/app-error.ts";
import type { Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import type { WiFiConfigureOptions } from "../../ecma-419/wifi.ts";
import { Sniffer } from "../../wifi/sniffer/sniffer.ts";
import { staticAddressOf } from "../../wifi/static-address.ts";
import { WiFiManager } from "../../wifi/wifi-manager.ts";
import type { WiFiPlace } from "../../wifi/wifi-options.ts";
import type { NetworkOrder } from "../network-order.ts";
import { networksOf } from "../network-settings.ts";
import type { BoardSettings } from "../setting-list.ts";
import { readSleep } from "../sleep/sleep-record.ts";

export interface StartWiFiOptions {
  readonly settings: BoardSettings;
  readonly log: Log;
  readonly order: NetworkOrder;
  /** Board id, from which the host name is made. */
  readonly id: string;
}

const minute = 60_000;

/** The board's Wi-Fi with the networks and the address of its settings; not yet started. */
export function startWiFi(host: Host, { settings, log, order, id }: StartWiFiOptions): WiFiManager {
  const { clock, timers, random, network, storage, system } = host;
  const wifi = new WiFiManager({
    wifi: network.wifi,
    clock,
    timers,
    random,
    log,
    networks: networksOf(settings),
    configuration: configurationOf(settings, log, id),
    store: storage.open({ path: "wifi", format: "buffer" }),
    place: placeAfterSleep(system),
    reboot: { after: settings.get("wifi.reboot") * minute, system },
    owner: order,
  });
  order.useWiFi(wifi);
  return wifi;
}

/** Where the network was when a board that has woken fell asleep. */
function placeAfterSleep({ reset, retained }: Host["system"]): WiFiPlace | undefined {
  return reset?.wake && retained && readSleep(retained)?.place;
}

/** What listens to other people's frames, where the host can. */
export function startSniffer(host: Host, station: WiFiManager): Sniffer | undefined {
  const { frames } = host.network;
  return frames && new Sniffer({ io: frames.io, timers: host.timers, station });
}

/** A fixed address that is not whole is logged, and DHCP used: the board stays within reach. */
function configurationOf(settings: BoardSettings, log: Log, id: string): WiFiConfigureOptions {
  const hostname = hostNameOf(id);
  try {
    const address = staticAddressOf({
      address: settings.get("wifi.address"),
      mask: settings.get("wifi.mask"),
      gateway: settings.get("wifi.gateway"),
      dns: settings.get("wifi.dns"),
    });
    return address ? { hostname, static: address } : { hostname };
  } catch (error) {
    log({ level: "error", part: "wifi", event: "address", text: messageOf(error) });
    return { hostname };
  }
}

/** Letters, digits and hyphens of the board id, which is all that a host name may have (RFC 1123). */
export function hostNameOf(id: string): string {
  let name = "";
  for (const letter of id) name += isHostLetter(letter) ? letter : "-";
  return name;
}

function isHostLetter(letter: string): boolean {
  const isLetter = (letter >= "a" && letter <= "z") || (letter >= "A" && letter <= "Z");
  return isLetter || (letter >= "0" && letter <= "9");
}
