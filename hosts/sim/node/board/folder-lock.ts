// SPDX-License-Identifier: MIT

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { OptionError } from "../option-error.ts";

/**
 * Keeps the storage of one board for this process: two boards in one folder would take each other's
 * messages and settings. Returns what gives it back. Throws OptionError when another process that
 * is still running has it.
 */
export function lockFolder(folder: string): () => void {
  // No encoded name of a domain ends so.
  const path = join(folder, "in-use%");
  mkdirSync(folder, { recursive: true });
  try {
    take(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const holder = Number(readFileSync(path, "utf8"));
    if (isAlive(holder)) {
      throw new OptionError(
        `${basename(folder)} is running in this folder already (process ${holder}); give --id, or start it in another folder`,
      );
    }
    // Its process has ended without giving it back, as one that was killed.
    rmSync(path, { force: true });
    take(path);
  }
  return () => rmSync(path, { force: true });
}

function take(path: string): void {
  writeFileSync(path, String(process.pid), { flag: "wx" });
}

function isAlive(processId: number): boolean {
  if (!Number.isInteger(processId) || processId <= 0) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // It is there and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
