// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { RetainedBytes } from "../../../../../hosts/sim/node/board/retained-bytes.ts";
import { StorageFile } from "../../../../../hosts/sim/node/board/storage-file.ts";

const folder = mkdtempSync(join(tmpdir(), "airpair-retained-"));
process.once("exit", () => rmSync(folder, { recursive: true }));
let folders = 0;

function openStorage(): StorageFile {
  return new StorageFile(join(folder, String(folders++)));
}

test("at power-on there is something in the memory, the same for the same board", () => {
  const memory = new RetainedBytes(openStorage(), 1);
  const same = new RetainedBytes(openStorage(), 1);
  const other = new RetainedBytes(openStorage(), 2);
  assert.equal(new Set(memory.read(0, 4_160)).size > 200, true);
  assert.deepEqual(memory.read(0, 4_160), same.read(0, 4_160));
  assert.notDeepEqual(memory.read(0, 4_160), other.read(0, 4_160));
  assert.deepEqual(memory.reset, { cause: "power-on", isFault: false });
});

test("what was written is there after a restart, and after a crash for one other process", () => {
  const storage = openStorage();
  const memory = new RetainedBytes(storage, 1);
  memory.write(4_158, Uint8Array.of(7, 8));
  memory.restarted("reboot command");
  assert.deepEqual([...memory.read(4_158, 2)], [7, 8]);
  assert.deepEqual(memory.reset, { cause: "reboot command", isFault: false });
  memory.crashed("killed by SIGKILL");
  const next = new RetainedBytes(storage, 1);
  assert.deepEqual([...next.read(4_158, 2)], [7, 8]);
  assert.deepEqual(next.reset, { cause: "a crash (killed by SIGKILL)", isFault: true });
  assert.deepEqual(new RetainedBytes(storage, 1).reset, { cause: "power-on", isFault: false });
});

test("what is for a sleep alone is there after one, and not in the file of a crash", () => {
  const storage = openStorage();
  const memory = new RetainedBytes(storage, 1);
  memory.write(4_160, Uint8Array.of(7, 8));
  memory.woken({ slept: 1, boot: 1, isByPin: false });
  assert.deepEqual([...memory.read(4_160, 2)], [7, 8]);
  memory.crashed("killed by SIGKILL");
  const file = storage.read("reset", "memory");
  assert.equal(
    file?.subarray(4_160).some((byte) => byte !== 0),
    false,
  );
});

test("there is no place behind the end, and half a file is none", () => {
  const storage = openStorage();
  const memory = new RetainedBytes(storage, 1);
  assert.throws(() => memory.write(6_207, Uint8Array.of(7, 8)), RangeError);
  memory.crashed("out of memory");
  storage.write("reset", "memory", new Uint8Array(100));
  assert.equal(new RetainedBytes(storage, 1).reset.cause, "power-on");
});
