// SPDX-License-Identifier: MIT

/** The 32-bit number of an IPv4 address in dotted decimal form; undefined for anything else. */
export function ipv4Of(text: string): number | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  let address = 0;
  for (const part of parts) {
    const octet = Number(part);
    // As it is written back: no sign, no space, no leading zero, which some read as octal.
    if (String(octet) !== part || octet < 0 || octet > 255 || !Number.isInteger(octet)) {
      return undefined;
    }
    address = address * 256 + octet;
  }
  return address;
}
