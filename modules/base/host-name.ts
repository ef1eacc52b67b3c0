// SPDX-License-Identifier: MIT

const maxHostLength = 253;

/** Why a text is no name or IPv4 address of a host, without repeating it; undefined: it is one. */
export function whyNoHost(host: string): string | undefined {
  if (host === "") return "there is no host name";
  if (host.length > maxHostLength)
    return `the host name is longer than ${maxHostLength} characters`;
  for (let i = 0; i < host.length; i++) {
    if (!isHostCharacter(host.charCodeAt(i))) return `character ${i + 1} of the host name`;
  }
  return undefined;
}

/** The port that stands in a text, 1–65535, or undefined. */
export function portIn(digits: string): number | undefined {
  const port = /^[0-9]{1,5}$/.test(digits) ? Number(digits) : 0;
  return port < 1 || port > 65535 ? undefined : port;
}

// Letters, digits, hyphen, dot and the underscore that home networks use.
function isHostCharacter(code: number): boolean {
  const lower = code | 0x20;
  if (lower >= 0x61 && lower <= 0x7a) return true;
  return (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2e || code === 0x5f;
}
