// SPDX-License-Identifier: MIT

import { dirname, join, relative } from "node:path";
import type { Json } from "./format-json.ts";

type Manifest = Record<string, Json>;

/** Where a build's manifests are written, from the root. */
export const buildFolder = "build/esp32";

/** Ends the files of modules that are not in TypeScript, which is in the program. */
const native = /\.(c|h|js)$/;

/**
 * A manifest of ours without its modules in TypeScript, which are in the board's one program, as it
 * stands in the build's folder: paths are changed, and each of its other modules is named.
 * `list` gives the names in a folder.
 */
export function nativeManifest(
  path: string,
  text: string,
  list: (folder: string) => readonly string[],
): Manifest {
  const folder = dirname(path);
  const moved = (target: string) => relative(buildFolder, join(folder, target));
  const {
    include,
    modules,
    preload: _,
    creation,
    platforms,
    ...others
  } = JSON.parse(text) as Manifest;
  const foreign = (include as string[]).filter((one) => one.startsWith("$("));
  const { main: __, ...heap } = (creation ?? {}) as Manifest;
  return {
    ...others,
    include: foreign,
    ...(creation !== undefined && { creation: heap }),
    modules: nativeModules(modules as Record<string, Json>, { folder, moved, list }),
    ...(platforms !== undefined && { platforms: movedPaths(platforms, moved) }),
  };
}

interface ModulePaths {
  readonly folder: string;
  readonly moved: (target: string) => string;
  readonly list: (folder: string) => readonly string[];
}

function nativeModules(
  modules: Record<string, Json>,
  { folder, moved, list }: ModulePaths,
): Record<string, Json> {
  const named: Record<string, Json> = {};
  const unnamed: string[] = [];
  for (const [id, source] of Object.entries(modules)) {
    const sources = [source].flat() as string[];
    if (sources.every((one) => one.startsWith("$("))) {
      if (id === "*") unnamed.push(...sources);
      else named[id] = source;
      continue;
    }
    const [pattern = ""] = sources;
    // One module, which stands in for one of the SDK.
    if (!pattern.includes("*")) {
      named[id] = moved(pattern);
      continue;
    }
    const files = list(join(folder, dirname(pattern))).filter((file) => native.test(file));
    for (const file of files) {
      // With its ending: there may be a module in TypeScript of the same name.
      const path = moved(pattern.replace("*", file));
      if (file.endsWith(".js")) named[id.replace("*", file.slice(0, -".js".length))] = path;
      else unnamed.push(path);
    }
  }
  return unnamed.length === 0 ? named : { "*": unnamed, ...named };
}

/** Paths that begin with a dot are those of the manifest's folder. */
function movedPaths(value: Json, moved: (target: string) => string): Json {
  if (typeof value === "string") return /^\.\.?\//.test(value) ? moved(value) : value;
  if (Array.isArray(value)) return value.map((one) => movedPaths(one as Json, moved));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, movedPaths(one as Json, moved)]),
  );
}
