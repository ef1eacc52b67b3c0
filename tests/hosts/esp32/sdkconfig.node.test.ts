// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import test from "node:test";

const folder = new URL("../../../hosts/esp32/", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, folder), "utf8");

test("a release build watches the loop and starts again when it stands still; a debug build does not", () => {
  const { platforms } = JSON.parse(read("manifest.json")) as {
    platforms: Record<string, { build?: { SDKCONFIGPATH: string } }>;
  };
  const given = Object.entries(platforms).filter(([, { build }]) => build !== undefined);
  // Other targets may have a folder of their own, which this one would replace.
  assert.deepEqual(
    given.map(([platform]) => platform),
    ["esp32", "esp32/nodemcu"],
  );
  const folders = new Set(given.map(([, { build }]) => build?.SDKCONFIGPATH));
  assert.deepEqual([...folders], ["./sdkconfig"]);
  const path = "sdkconfig/sdkconfig.defaults";
  assert.equal(existsSync(new URL(path, folder)), false);

  // mcconfig leaves out lines with # in front, so "… is not set" would be no setting.
  const lines = read(`${path}.release`)
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  for (const line of lines) assert.match(line, /^CONFIG_[A-Z0-9_]+=(y|n|\d+)$/);
  const options = new Map(lines.map((line) => line.split("=") as [string, string]));
  const option = (name: string) => options.get(`CONFIG_ESP_TASK_WDT_${name}`);
  assert.deepEqual([option("EN"), option("INIT"), option("PANIC")], ["y", "y", "y"]);
  // ESP-IDF takes 1 to 60 s; an I2C transaction that waits takes 0.4, an answer of TLS some seconds.
  const seconds = Number(option("TIMEOUT_S"));
  assert.ok(seconds >= 15 && seconds <= 60, `${seconds} s`);
  // Only the loop is watched: a core without a pause is no fault.
  assert.deepEqual([option("CHECK_IDLE_TASK_CPU0"), option("CHECK_IDLE_TASK_CPU1")], ["n", "n"]);
});
