// SPDX-License-Identifier: MIT

import { join, posix, relative, resolve, sep } from "node:path";
import { OptionError } from "../hosts/sim/node/option-error.ts";

/** An example that is built into the firmware of a board. */
export interface ExampleFiles {
  /** Path in the repository, with slashes. */
  readonly path: string;
  /** Ids of the modules that the firmware has not: the example, and what it imports beside itself. */
  readonly modules: readonly string[];
}

/** What a build finds in any case: such imports need no entry of their own. */
const ofFirmware = /^(?:main\.ts$|modules\/|drivers\/)/;

/**
 * The example in a file, given relative to `root` or whole, with what it imports. `read` gives the text of a
 * file, or undefined. Throws OptionError when it is not there, is no program, or not in the repository,
 * where the SDK looks for modules.
 */
export function exampleFiles(
  given: string,
  root: string,
  read: (path: string) => string | undefined,
): ExampleFiles {
  if (given === "")
    throw new OptionError("example= takes a file, such as examples/blink-on-bad-air.ts");
  const textOf = (file: string) => read(join(root, file));
  const path = relative(root, resolve(root, given)).split(sep).join("/");
  const why = (text: string) => new OptionError(`example=${given}: ${text}`);
  if (!path.endsWith(".ts")) throw why("it is no TypeScript file, .ts");
  if (path.startsWith("..")) throw why("it must lie in this repository, in examples/ for example");
  const own = textOf(path);
  if (own === undefined) throw why("there is no such file");
  if (!/^export default /m.test(own)) {
    throw why("it needs a line that begins with export default function (board)");
  }
  const found = [path];
  for (const file of found) {
    for (const specifier of importsOf(textOf(file) ?? "")) {
      const target = posix.join(posix.dirname(file), specifier);
      if (textOf(target) === undefined) {
        throw why(`${file} imports ${specifier}, which is not there`);
      }
      if (!ofFirmware.test(target) && !found.includes(target)) found.push(target);
    }
  }
  return { path, modules: found.map((file) => file.slice(0, -".ts".length)) };
}

/** Relative imports of a file, but for those of types. */
function importsOf(text: string): string[] {
  const imports = /^(?:import|export)\s+(?!type\b)(?:[^"';]*?from\s+)?"(\.[^"]+)"/gm;
  return [...text.matchAll(imports)].map(([, specifier = ""]) => specifier);
}
