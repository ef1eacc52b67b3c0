// SPDX-License-Identifier: MIT

import { ipv4Of } from "../base/ipv4.ts";
import { bytesOf, equal } from "./bytes.ts";
import type { CertificateExtensions } from "./certificate-extensions.ts";

/**
 * True when a certificate with these names is one for `host`, a DNS name or an IPv4 address
 * (RFC 6125, RFC 2818). The common name of the subject does not count.
 */
export function isFor(
  host: string,
  { names, addresses }: Pick<CertificateExtensions, "names" | "addresses">,
): boolean {
  const number = ipv4Of(host);
  if (number !== undefined) {
    const address = bytesOf(BigInt(number), 4);
    return addresses.some((other) => equal(other, address));
  }
  const wanted = host.toLowerCase().replace(/\.$/, "");
  return names.some((name) => matches(name, wanted));
}

/** A wildcard stands for the whole left-most label, with two more behind it at least. */
function matches(name: string, wanted: string): boolean {
  if (!name.startsWith("*.")) return name === wanted && !name.includes("*");
  const rest = name.slice(1);
  const dot = wanted.indexOf(".");
  const isBroad = rest.indexOf(".", 1) < 0 || rest.includes("*");
  return !isBroad && dot > 0 && wanted.slice(dot) === rest;
}
