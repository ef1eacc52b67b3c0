// SPDX-License-Identifier: MIT

import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { build, type Plugin } from "esbuild";
import { privateNames } from "./private-names.ts";
import { shortenNames } from "./shorten-names.ts";

export interface BoardProgramOptions {
  /** Root of the repository. */
  readonly root: string;
  /** What starts the firmware, from the root. */
  readonly entry: string;
  /** Files that are not in this build, from the root, and what stands in for each. */
  readonly absent?: Readonly<Record<string, string>>;
  /** Private members stay private. */
  readonly keepsPrivate?: boolean;
  /** What gives modules that are not the SDK's; they come first. */
  readonly plugins?: readonly Plugin[];
}

/** The firmware of a board in one module. */
export interface BoardProgram {
  readonly source: string;
  /** The files that it was made of, from the root. */
  readonly inputs: readonly string[];
  /** The modules of ours that stay modules, as they name functions in C: their ids. */
  readonly natives: readonly string[];
}

/**
 * Makes one module of all that a board runs. XS takes less of the flash for it than for 300: what nobody
 * uses is left out, and what one module gives another takes nothing. Throws an Error with what is wrong
 * in a source.
 */
export async function bundleBoardProgram(options: BoardProgramOptions): Promise<BoardProgram> {
  const natives = new Set<string>();
  const { outputFiles, metafile } = await bundle(options, natives, false);
  const [file] = outputFiles;
  if (!file) throw new Error("the bundler gave no output");
  const inputs = Object.keys(metafile.inputs);
  return {
    source: shortenNames(file.text, {
      keepsPrivate: options.keepsPrivate ?? false,
      privateNames: privateNames(sourcesOf(options.root, inputs)),
    }),
    inputs,
    natives: [...natives].sort(),
  };
}

function sourcesOf(root: string, inputs: readonly string[]): string[] {
  const paths = inputs.filter((path) => path.endsWith(".ts"));
  return paths.map((path) => readFileSync(join(root, path), "utf8"));
}

/** Characters of each file in the program of a board, without comments. */
export async function programShares(
  options: BoardProgramOptions,
): Promise<ReadonlyMap<string, number>> {
  const { metafile } = await bundle(options, new Set(), true);
  return new Map(
    Object.values(metafile.outputs).flatMap(({ inputs }) =>
      Object.entries(inputs).map(([path, { bytesInOutput }]) => [path, bytesInOutput] as const),
    ),
  );
}

function bundle(
  { root, entry, absent = {}, plugins = [] }: BoardProgramOptions,
  natives: Set<string>,
  isDense: boolean,
) {
  const plugin: Plugin = {
    name: "board",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\.js$/ }, ({ path, resolveDir, kind }) => {
        if (kind === "entry-point") return undefined;
        const id = relative(root, join(resolveDir, path)).replace(/\.js$/, "");
        natives.add(id);
        return { path: id, external: true };
      });
      // What the SDK gives.
      onResolve({ filter: /^(embedded:|mc\/|text\/|[a-z]+$)/ }, ({ path, kind }) =>
        kind === "entry-point" ? undefined : { path, external: true },
      );
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const standIn = absent[relative(root, path)];
        if (standIn === undefined) return undefined;
        const contents = `export * from ${JSON.stringify(join(root, standIn))};`;
        return { contents, loader: "ts", resolveDir: root };
      });
    },
  };
  return build({
    entryPoints: [join(root, entry)],
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    target: "es2024",
    platform: "neutral",
    minifyIdentifiers: true,
    minifyWhitespace: isDense,
    logLevel: "silent",
    plugins: [...plugins, plugin],
  });
}
