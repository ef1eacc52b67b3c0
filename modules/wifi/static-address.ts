// SPDX-License-Identifier: MIT

import { ipv4Of } from "../base/ipv4.ts";
import type { WiFiStaticAddress } from "../ecma-419/wifi.ts";
import { WiFiError } from "./wifi-error.ts";

/** The settings of a fixed address, as text; all empty: DHCP. */
export interface AddressTexts {
  readonly address: string;
  readonly mask: string;
  readonly gateway: string;
  /** One or two addresses, comma separated; empty: the gateway. */
  readonly dns: string;
}

const maxServers = 2;

function refuse(what: string, why: string): never {
  throw new WiFiError({ code: "wifi/address", what, why, todo: "using DHCP" });
}

/** A number as `name` gives it in dotted form. */
function numberOf(name: string, text: string): number {
  if (text === "") refuse("fixed address not used", `wifi.${name} is not set`);
  return ipv4Of(text) ?? refuse(`wifi.${name} not used`, `"${text}" is not an IPv4 address`);
}

/** Number of addresses of a network with this mask; undefined when its ones are not in front. */
function sizeOf(mask: number): number | undefined {
  const size = 2 ** 32 - mask;
  return mask !== 0 && Number.isInteger(Math.log2(size)) ? size : undefined;
}

function serversOf(dns: string, gateway: string): readonly string[] {
  if (dns === "") return [gateway];
  const servers = dns.split(",").map((server) => server.trim());
  if (servers.length > maxServers) refuse("wifi.dns not used", "takes at most two addresses");
  for (const server of servers) numberOf("dns", server);
  return servers;
}

/**
 * The fixed address that the settings give, or undefined for DHCP. They hold or fall together:
 * throws WiFiError naming the one that is missing, malformed, or does not fit the others.
 */
export function staticAddressOf(texts: AddressTexts): WiFiStaticAddress | undefined {
  const { address, mask, gateway, dns } = texts;
  if (address === "" && mask === "" && gateway === "") return undefined;
  const own = numberOf("address", address);
  const bits = numberOf("mask", mask);
  const router = numberOf("gateway", gateway);
  const size = sizeOf(bits) ?? refuse("wifi.mask not used", `${mask} is not a network mask`);
  const place = own % size;
  if (size < 4 || place === 0 || place === size - 1 || own >= 0xe0000000) {
    refuse("wifi.address not used", `${address} is not the address of a machine in ${mask}`);
  }
  if (router === own) refuse("wifi.gateway not used", `${gateway} is the board's own address`);
  if (own - place !== router - (router % size)) {
    refuse("wifi.gateway not used", `${gateway} is not in the network of ${address}`);
  }
  return { address, mask, gateway, dns: serversOf(dns, gateway) };
}
