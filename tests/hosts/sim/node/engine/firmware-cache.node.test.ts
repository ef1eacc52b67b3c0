// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { loadFirmware } from "../../../../../hosts/sim/node/engine/firmware-cache.ts";
import { XsMachine } from "../../../../../hosts/sim/node/engine/xs-machine.ts";

function emptyFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "airpair-cache-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The one firmware in a cache. */
function keptIn(folder: string): string {
  const [name = assert.fail("nothing is kept"), ...others] = readdirSync(folder);
  assert.deepEqual(others, []);
  return join(folder, name);
}

interface Index {
  key: string;
  inputs: Record<string, string>;
}

test("the firmware is made once and then taken from the folder, map and snapshot too", async (t) => {
  const folder = emptyFolder(t);
  const made = await loadFirmware(folder);
  const index = join(keptIn(folder), "index.json");
  const { ctimeMs } = statSync(index);
  const again = await loadFirmware(folder);
  assert.deepEqual(again, made);
  assert.equal(statSync(index).ctimeMs, ctimeMs);
  const { inputs } = JSON.parse(readFileSync(index, "utf8")) as Index;
  for (const path of ["main.ts", "hosts/sim/xs/start.ts", "hosts/sim/protocol.ts"]) {
    assert.ok(path in inputs, path);
  }
  assert.ok(!made.source.includes("sourceMappingURL"));
  const machine = new XsMachine({
    ...again,
    onCall: () => Uint8Array.of(0),
    onPrint: () => {},
    onExit: (reason) => assert.fail(reason),
  });
  assert.ok((await machine.turn(new Uint8Array())).heapCount > 10_000);
  await machine.close();
});

/** Alters what a folder says of itself. */
function edit(kept: string, change: (index: Index) => void): void {
  const path = join(kept, "index.json");
  const index = JSON.parse(readFileSync(path, "utf8")) as Index;
  change(index);
  writeFileSync(path, JSON.stringify(index));
}

const changes: Readonly<Record<string, (kept: string) => void>> = {
  "another content of one of its files": (kept) =>
    edit(kept, ({ inputs }) => {
      inputs["main.ts"] = "0";
    }),
  "a file that is there no more": (kept) =>
    edit(kept, ({ inputs }) => {
      inputs["modules/no-such-file.ts"] = "0";
    }),
  "another engine or bundler": (kept) =>
    edit(kept, (index) => {
      index.key = "0";
    }),
  "a damaged snapshot": (kept) => writeFileSync(join(kept, "firmware.xss"), "XS"),
  "a folder without its index": (kept) => rmSync(join(kept, "index.json")),
};

for (const [name, change] of Object.entries(changes)) {
  test(`${name}: the firmware is made anew, and nothing else stays`, async (t) => {
    const folder = emptyFolder(t);
    const made = await loadFirmware(folder);
    change(keptIn(folder));
    const again = await loadFirmware(folder);
    assert.equal(again.source, made.source);
    const { inputs } = JSON.parse(
      readFileSync(join(keptIn(folder), "index.json"), "utf8"),
    ) as Index;
    assert.ok(!("modules/no-such-file.ts" in inputs) && inputs["main.ts"] !== "0");
    assert.ok(statSync(again.snapshot ?? "").size > 100_000);
  });
}

test("without a place to write to there is the firmware all the same", async (t) => {
  const file = join(emptyFolder(t), "file");
  writeFileSync(file, "");
  const { source, map, snapshot } = await loadFirmware(join(file, "folder"));
  assert.ok(source.length > 100_000 && map !== undefined);
  assert.equal(snapshot, undefined);
});
