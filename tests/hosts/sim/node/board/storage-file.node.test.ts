// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { StorageFile } from "../../../../../hosts/sim/node/board/storage-file.ts";

function inFolder(body: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "airpair-test-"));
  try {
    body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("a value outlives the object, whatever its key and bytes", () => {
  inFolder((folder) => {
    const value = Uint8Array.from([0, 255, 10, 13]);
    for (const key of ["a", ".", "..", "a/b", "~", "ü %"]) {
      new StorageFile(folder).write("mqtt", key, value);
      assert.deepEqual(
        Uint8Array.from(new StorageFile(folder).read("mqtt", key) ?? []),
        value,
        key,
      );
    }
    assert.deepEqual(
      new StorageFile(folder).list("mqtt").sort(),
      [".", "..", "a", "a/b", "~", "ü %"].sort(),
    );
  });
});

test("domains do not see each other, and a missing key is undefined", () => {
  inFolder((folder) => {
    const storage = new StorageFile(folder);
    storage.write("one", "key", Uint8Array.of(1));
    assert.equal(storage.read("two", "key"), undefined);
    assert.deepEqual(storage.list("two"), []);
    storage.delete("one", "key");
    storage.delete("one", "key");
    assert.equal(storage.read("one", "key"), undefined);
  });
});

test("a write that a power cut has left half done is as if it had never begun", () => {
  inFolder((folder) => {
    const storage = new StorageFile(folder);
    storage.write("mqtt", "key", Uint8Array.of(1));
    const [name = ""] = readdirSync(join(folder, "mqtt"));
    writeFileSync(join(folder, "mqtt", `${name}%`), "half");
    assert.deepEqual(Uint8Array.from(storage.read("mqtt", "key") ?? []), Uint8Array.of(1));
    assert.deepEqual(storage.list("mqtt"), ["key"]);
    storage.write("mqtt", "key", Uint8Array.of(2));
    assert.deepEqual(Uint8Array.from(storage.read("mqtt", "key") ?? []), Uint8Array.of(2));
  });
});

test("a folder that cannot be written is an error, not a silent loss", () => {
  inFolder((folder) => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    assert.throws(() => new StorageFile(file).write("mqtt", "key", Uint8Array.of(1)));
  });
});
