// SPDX-License-Identifier: MIT

// npm run manifest: keeps the lists in the SDK's manifests equal to the folders.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";
import { esp32Parts, exampleFolder } from "./build-parts.ts";
import { formatJson, type Json } from "./format-json.ts";
import { readToolOptions } from "./tool-options.ts";

export interface ManifestPlan {
  /** Path of the manifest in the repository. */
  readonly manifest: string;
  /** Single modules: id → source relative to the manifest, without extension. */
  readonly files: Readonly<Record<string, string>>;
  /** Folders that belong to the manifest, with those below that have no manifest of their own. */
  readonly folders: readonly string[];
  /** Modules below these folders, or with these names, are never preloaded. */
  readonly notPreloaded: readonly string[];
}

/** Stand-ins for parts that a board's program is built without; no build with modules has them. */
const standIns = "modules/app/absent";

/** Entries of a manifest that do not come from folders of ours start so. */
const foreign = "$(";

/**
 * A host's start module and what it builds may call native code while they are loaded, and simulated
 * hardware must be able to change: they stay out of preload. The adapters only define classes.
 */
export const plans: readonly ManifestPlan[] = [
  {
    manifest: "manifest.json",
    files: { "*": "./main" },
    folders: ["modules", "drivers"],
    notPreloaded: [],
  },
  {
    manifest: "hosts/lin/manifest.json",
    files: {},
    folders: ["hosts/lin", "hosts/moddable", "hosts/virtual"],
    notPreloaded: [
      "hosts/lin/start",
      "hosts/lin/run-firmware",
      "hosts/lin/host",
      "hosts/lin/board",
      "hosts/virtual",
    ],
  },
  {
    manifest: "hosts/esp32/manifest.json",
    // They stand in for the SDK's.
    files: {
      "embedded:io/socket/listener": "./tcp/listener",
      "embedded:io/socket/tcp": "./tcp/tcp",
    },
    folders: ["hosts/esp32", "hosts/moddable", "hosts/net"],
    notPreloaded: ["hosts/esp32/start", "hosts/esp32/host", "tcp"],
  },
  ...[...Object.values(esp32Parts), exampleFolder].map((folder) => ({
    manifest: `${folder}/manifest.json`,
    files: {},
    folders: [folder],
    notPreloaded: [],
  })),
];

function isSource(name: string): boolean {
  return name.endsWith(".ts") && !name.endsWith(".d.ts");
}

/** `folder` and those below it that hold sources, sorted. */
function sourceFolders(root: string, folder: string): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  const own = entries.some((entry) => entry.isFile() && isSource(entry.name)) ? [folder] : [];
  const below = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${folder}/${entry.name}`)
    .filter((path) => path !== standIns && !existsSync(join(root, path, "manifest.json")));
  return [...own, ...below.sort().flatMap((path) => sourceFolders(root, path))];
}

/** Whether anything is left of a source when its types are taken away; one with an error has code. */
function hasCode(path: string): boolean {
  try {
    const { code } = transformSync(readFileSync(path, "utf8"), {
      loader: "ts",
      minify: true,
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    });
    return code.trim() !== "" && code.trim() !== "export{};";
  } catch {
    return true;
  }
}

function modulesOf(root: string, folder: string): string[] {
  const names = readdirSync(join(root, folder)).filter(isSource).sort();
  return names
    .map((name) => `${folder}/${name}`)
    .filter((path) => hasCode(join(root, path)))
    .map((path) => path.slice(0, -".ts".length));
}

/** What a plan's `modules` and `preload` must be, from the folders below `root`. */
export function expectedLists(root: string, plan: ManifestPlan) {
  const present = plan.folders.filter((folder) => existsSync(join(root, folder)));
  const folders = present.flatMap((folder) => sourceFolders(root, folder));
  const modules: Record<string, string> = { ...plan.files };
  for (const folder of folders) {
    const path = relative(dirname(plan.manifest), folder);
    modules[`${folder}/*`] = path === "" ? "./*" : `${path.startsWith(".") ? "" : "./"}${path}/*`;
  }
  const files = Object.values(plan.files).map((path) => path.replace("./", ""));
  const candidates = [...files, ...folders.flatMap((folder) => modulesOf(root, folder))];
  const isPreloaded = (id: string) =>
    !plan.notPreloaded.some((name) => id === name || id.startsWith(`${name}/`));
  return { modules, preload: candidates.filter(isPreloaded) };
}

/** The text of a manifest with the lists brought up to date. */
export function updatedManifest(root: string, plan: ManifestPlan): string {
  const manifest = JSON.parse(readFileSync(join(root, plan.manifest), "utf8")) as {
    modules?: Record<string, Json>;
  } & Record<string, Json>;
  const { modules, preload } = expectedLists(root, plan);
  const kept = Object.entries(manifest.modules ?? {}).filter(([, source]) =>
    String(source).startsWith(foreign),
  );
  manifest.modules = { ...Object.fromEntries(kept), ...modules };
  manifest.preload = preload;
  return formatJson(manifest);
}

function main(): void {
  const root = join(dirname(fileURLToPath(import.meta.url)), "..");
  const { option } = readToolOptions({
    command: "npm run manifest",
    purpose: "Brings the lists of modules in all manifest.json up to date with the folders.",
    options: { check: "changes nothing, and fails when one is stale" },
  });
  for (const plan of plans) {
    const path = join(root, plan.manifest);
    const updated = updatedManifest(root, plan);
    if (updated === readFileSync(path, "utf8")) continue;
    if (option === "check") {
      console.error(`${plan.manifest} is stale; run: npm run manifest`);
      process.exitCode = 1;
    } else {
      writeFileSync(path, updated);
      console.log(`${plan.manifest} brought up to date`);
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
