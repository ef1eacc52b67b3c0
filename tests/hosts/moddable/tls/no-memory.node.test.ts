// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("no-memory.c", import.meta.url));
const headers = fileURLToPath(new URL("../../../../hosts/moddable/tls", import.meta.url));
let folder = "";

before(() => {
  folder = mkdtempSync(join(tmpdir(), "no-memory-"));
  const warnings = ["-std=gnu17", "-Wall", "-Wextra", "-Werror", "-fsanitize=undefined"];
  execFileSync("cc", [...warnings, `-I${headers}`, source, "-o", join(folder, "no-memory")]);
});

after(() => rmSync(folder, { recursive: true, force: true }));

/** The codes of mbedTLS of this version that are told as want of memory, or as what may be one. */
function shortOf(version: number, codes: readonly number[], answer = "1"): number[] {
  const words = codes.map((code) => `${-code}`);
  const text = execFileSync(join(folder, "no-memory"), [`${version}`, ...words], {
    encoding: "utf8",
  });
  return codes.filter((_, i) => text[i] === answer);
}

// As positive numbers, as the library prints them.
const psa = 141;
const invalidName = 0x2380;
const hardwareFailed = 0x7f80;
const invalidKeys = [0x3b00, 0x3a80];

test("mbedTLS 4 says of memory what PSA says, alone or added to the part of a certificate that was read", () => {
  const codes = [psa, invalidName + psa, 0x2080 + psa, 0x2a80 + psa];
  assert.deepEqual(shortOf(4, codes), codes);
});

test("mbedTLS 4 hides a want of memory in the keys of TLS 1.2 behind a code for hardware", () => {
  assert.deepEqual(shortOf(4, [hardwareFailed]), [hardwareFailed]);
  assert.deepEqual(shortOf(2, [hardwareFailed]), []);
});

test("mbedTLS 4 says of a key that it has no memory for what it says of a broken one", () => {
  assert.deepEqual(shortOf(4, [...invalidKeys, invalidName], "2"), invalidKeys);
  assert.deepEqual(shortOf(2, invalidKeys, "2"), []);
});

test("what mbedTLS 4 says of bad bytes and of rules that were broken is no want of memory", () => {
  // A name with a bad tag, one that is too short, a handshake that failed, a signature that is wrong.
  const codes = [invalidName + 0x62, invalidName + 0x60, 0x6e00, 0x2700, 149, 0x7780];
  assert.deepEqual(shortOf(4, codes), []);
});

test("mbedTLS 2 and 3 have a code for memory in each of their parts", () => {
  const codes = [0x7f00, 0x2880, 0x3f80, 0x4d80, invalidName + 0x6a, 0x0010, psa];
  for (const version of [2, 3]) {
    assert.deepEqual(shortOf(version, codes), codes);
    assert.deepEqual(shortOf(version, [invalidName + 0x62, 0x6e00, 0x2700]), []);
  }
});
