// SPDX-License-Identifier: MIT

import type { HostCrypto } from "../base/host-crypto.ts";

/** Crockford's base32: no letter looks like another. */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const codeLength = 12;
/** Letters of a code that choose the topic, and are public. */
const nameplateLength = 3;

/** A new code, 12 letters: 40 bits of it are secret. */
export function makeCode(crypto: Pick<HostCrypto, "randomBytes">): string {
  let code = "";
  for (const byte of crypto.randomBytes(codeLength - 1)) code += alphabet[byte & 31];
  // The last letter stands for α¹¹·letter, and α³¹ is 1.
  let check = checkSum(code);
  for (let power = codeLength - 1; power < 31; power++) check = timesAlpha(check);
  return code + alphabet[check];
}

/** Why a text is no code, in words that do not repeat it; undefined: it is one. */
export function whyNoCode(text: string): string | undefined {
  const code = lettersOf(text);
  if (code.length !== codeLength) return "a code has 12 letters, such as K7QF-2M9X-PD41";
  for (const letter of code) {
    if (!alphabet.includes(letter)) return "a code has no other letters than A to Z and digits";
  }
  return checkSum(code) === 0 ? undefined : "the code is mistyped: its letters do not fit together";
}

/** The 12 letters of a code as it was typed, which `whyNoCode` has nothing against. */
export function lettersOf(text: string): string {
  const letters = text.toUpperCase().replaceAll(/[- ]/g, "");
  return letters.replaceAll("O", "0").replaceAll(/[IL]/g, "1");
}

/** `K7QF-2M9X-PD41`. */
export function shownCode(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8)}`;
}

/** The public part of a code. */
export function nameplateOf(code: string): string {
  return code.slice(0, nameplateLength);
}

/**
 * The sum of α^i·letter(i) in GF(32) (x⁵+x²+1, α = x), which is 0 for a code. One wrong letter, and two
 * that changed places, make it another.
 */
function checkSum(code: string): number {
  let sum = 0;
  for (let i = code.length - 1; i >= 0; i--) {
    sum = timesAlpha(sum) ^ alphabet.indexOf(code[i] as string);
  }
  return sum;
}

function timesAlpha(value: number): number {
  const double = value << 1;
  return double & 32 ? double ^ 0x25 : double;
}
