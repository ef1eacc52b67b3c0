// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  lettersOf,
  makeCode,
  nameplateOf,
  shownCode,
  whyNoCode,
} from "../../../modules/pairing/pairing-code.ts";
import { testCrypto } from "../../support/test-crypto.ts";

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const crypto = testCrypto(5);

test("a code has twelve letters that are told apart, and no two codes are the same", () => {
  const codes = new Set<string>();
  for (let i = 0; i < 200; i++) {
    const code = makeCode(crypto);
    assert.match(code, /^[0-9A-HJKMNP-TV-Z]{12}$/);
    assert.equal(whyNoCode(code), undefined);
    assert.match(shownCode(code), /^.{4}-.{4}-.{4}$/);
    assert.equal(nameplateOf(code), code.slice(0, 3));
    codes.add(code);
  }
  assert.equal(codes.size, 200);
});

test("a code may be typed in lower case, without dashes, and with letters that look alike", () => {
  let code = makeCode(crypto);
  while (!code.includes("0") || !code.includes("1")) code = makeCode(crypto);
  const typed = code.toLowerCase().replaceAll("0", "o").replaceAll("1", "l");
  for (const text of [typed, shownCode(typed), shownCode(code).replaceAll("-", " ")]) {
    assert.equal(whyNoCode(text), undefined);
    assert.equal(lettersOf(text), code);
  }
});

test("every wrong letter and every two that changed places are found", () => {
  for (let run = 0; run < 5; run++) {
    const code = makeCode(crypto);
    for (let at = 0; at < code.length; at++) {
      for (const letter of alphabet) {
        const wrong = code.slice(0, at) + letter + code.slice(at + 1);
        if (wrong !== code) assert.match(whyNoCode(wrong) ?? "", /mistyped/);
      }
      for (let other = 0; other < at; other++) {
        const letters = [...code];
        [letters[at], letters[other]] = [letters[other] as string, letters[at] as string];
        const wrong = letters.join("");
        if (wrong !== code) assert.match(whyNoCode(wrong) ?? "", /mistyped/);
      }
    }
  }
});

test("what is no code is told without being repeated", () => {
  for (const text of ["", "K7QF", "K7QF-2M9X-PD4", "K7QF-2M9X-PD41T"]) {
    assert.match(whyNoCode(text) ?? "", /12 letters/);
  }
  for (const text of ["K7QF-2M9X-PD4U", "K7QF-2M9X-PD4ß", "K7QF-2M9X-PD4!"]) {
    const why = whyNoCode(text) ?? "";
    assert.match(why, /letters/);
    assert.ok(!why.includes(text));
  }
});
