// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { lockFolder } from "../../../../../hosts/sim/node/board/folder-lock.ts";
import { OptionError } from "../../../../../hosts/sim/node/option-error.ts";

function inFolder(run: (folder: string) => void): void {
  const top = mkdtempSync(join(tmpdir(), "airpair-lock-"));
  try {
    run(join(top, "board-a"));
  } finally {
    rmSync(top, { recursive: true });
  }
}

test("a board's folder is for one process, until that gives it back", () => {
  inFolder((folder) => {
    const unlock = lockFolder(folder);
    assert.throws(
      () => lockFolder(folder),
      (error) =>
        error instanceof OptionError &&
        error.message.startsWith(
          `board-a is running in this folder already (process ${process.pid})`,
        ),
    );
    unlock();
    assert.deepEqual(readdirSync(folder), []);
    lockFolder(folder)();
  });
});

test("a process that was killed, or a damaged file, keeps nobody out", () => {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  for (const content of [String(pid), "", "rubbish", "-1", "0"]) {
    inFolder((folder) => {
      lockFolder(folder)();
      writeFileSync(join(folder, "in-use%"), content);
      lockFolder(folder)();
      assert.deepEqual(readdirSync(folder), [], content);
    });
  }
});
