// SPDX-License-Identifier: MIT

import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir, release } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Systems on which boards are built and flashed; WSL is Linux without the USB ports of its PC. */
export type System = "linux" | "macos" | "wsl";

/** The PC on which a tool runs; tests give another one. */
export interface Machine {
  readonly system: System;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Root of the repository. */
  readonly root: string;
  readonly nodeVersion: string;
  exists(path: string): boolean;
  /** Text of a file; undefined: there is none. */
  read(path: string): string | undefined;
  /** Names in a folder, sorted; none when there is no such folder. */
  list(folder: string): readonly string[];
  /** Whether this user may read and write it. */
  isAllowed(path: string): boolean;
  /** What a program printed; undefined: there is none, or it has failed. */
  run(program: string, ...args: string[]): string | undefined;
}

function systemOf(platform: NodeJS.Platform, kernel: string): System {
  if (platform === "darwin") return "macos";
  return /microsoft/i.test(kernel) ? "wsl" : "linux";
}

/** This PC. */
export function thisMachine(): Machine {
  return {
    system: systemOf(process.platform, release()),
    env: process.env,
    home: homedir(),
    root: fileURLToPath(new URL("..", import.meta.url)),
    nodeVersion: process.versions.node,
    exists: existsSync,
    read: (path) => (existsSync(path) ? readFileSync(path, "utf8") : undefined),
    list: (folder) => (existsSync(folder) ? readdirSync(folder).sort() : []),
    isAllowed: (path) => {
      try {
        accessSync(path, constants.R_OK | constants.W_OK);
        return true;
      } catch {
        return false;
      }
    },
    run: (program, ...args) => {
      const { status, stdout } = spawnSync(program, args, { encoding: "utf8", timeout: 10_000 });
      return status === 0 ? stdout.trim() : undefined;
    },
  };
}

/** Whether the shell would find a program. */
export function isOnPath(machine: Machine, program: string): boolean {
  const folders = (machine.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.some((folder) => machine.exists(join(folder, program)));
}

/** The two numbers in front of a version such as "v6.0.1" or "Python 3.12.3"; zeros without any. */
export function versionIn(text: string): readonly [major: number, minor: number] {
  const [, major = "0", minor = "0"] = /(\d+)\.(\d+)/.exec(text) ?? [];
  return [Number(major), Number(minor)];
}

/** Whether a version is at least the other. */
export function isAtLeast(
  [major, minor]: readonly [number, number],
  [leastMajor, leastMinor]: readonly [number, number],
): boolean {
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
