// SPDX-License-Identifier: MIT

import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { OptionError } from "../hosts/sim/node/option-error.ts";

const suffix = ".test.ts";

/** All files of tests in a folder and those within it. */
export function testsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(suffix))
    .map((path) => join(folder, path))
    .sort();
}

/** The files of tests that a path means: a file, or a folder with some. Throws OptionError. */
export function testsAt(path: string): string[] {
  if (!existsSync(path)) throw new OptionError(`no such test file: ${path}`);
  const isFolder = statSync(path).isDirectory();
  const files = isFolder ? testsIn(path) : [path].filter((file) => file.endsWith(suffix));
  if (files.length === 0) throw new OptionError(`no test in ${path}; their names end in ${suffix}`);
  return files.map((file) => relative("", file));
}
