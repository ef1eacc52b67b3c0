// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import test from "node:test";
import { bundleBoardProgram } from "../../tools/board-program.ts";
import { absentFiles, firmwareParts } from "../../tools/firmware-parts.ts";

const entry = "hosts/esp32/start.ts";

test("a board's program has what its words say, and imports only what is in C or of the SDK", async () => {
  const root = resolve(".");
  const { source, inputs, natives } = await bundleBoardProgram({
    root,
    entry,
    absent: absentFiles([]),
  });
  const isAbout = (pattern: RegExp) => inputs.filter((path) => pattern.test(path));
  for (const { standIn } of Object.values(firmwareParts)) assert.ok(inputs.includes(standIn));
  assert.deepEqual(isAbout(/^modules\/cloud\/(?!cloud-settings)/), []);
  assert.deepEqual(isAbout(/^drivers\/dht\/(?!dht\.ts)/), []);
  assert.deepEqual(isAbout(/^modules\/wifi\/sniffer\/(?!sniffer\.ts)/), []);
  assert.deepEqual(isAbout(/^modules\/mqtt\/web-socket\/(?!web-socket(-error)?\.ts)/), []);
  assert.deepEqual(natives, [
    "hosts/esp32/access-point-native",
    "hosts/esp32/deep-sleep-native",
    "hosts/esp32/rtc-memory",
    "hosts/esp32/wifi-direct",
    "hosts/moddable/crypto/crypto-native",
    "hosts/moddable/heap",
    "hosts/moddable/tls/tls-native",
  ]);
  const imported = [...source.matchAll(/^import .* from "([^"]+)";$/gm)].map(
    ([, from = ""]) => from,
  );
  const others = new Set(imported.filter((from) => !natives.includes(from)));
  for (const from of others)
    assert.match(from, /^(embedded:|mc\/config$|text\/|net$|timer$|time$)/);
  assert.doesNotMatch(source, /\.#[a-z]/);
});

test("a stand-in that lacks something of its part ends the build with its name", async (t) => {
  const root = mkdtempSync(join(tmpdir(), "airpair-program-"));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, "absent"));
  writeFileSync(join(root, "start.ts"), 'import { part } from "./part.ts"; part();');
  writeFileSync(join(root, "part.ts"), "export const part = () => {};");
  writeFileSync(join(root, "absent/part.ts"), "export const other = 1;");
  const absent = { "part.ts": "absent/part.ts" };
  await assert.rejects(bundleBoardProgram({ root, entry: "start.ts", absent }), /"part"/);
});
