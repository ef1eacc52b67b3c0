// SPDX-License-Identifier: MIT

// Builds the firmware with the Moddable SDK: `build.ts lin` or `build.ts esp32`, then for a board the
// parts of build-parts.ts that it is to have, example=FILE for a program of examples/, any arguments of
// mcconfig and settings such as wifi.ssid=Home. The settings for TLS may name a file: mqtt.ca=@ca.pem. Settings also come from
// settings.local.json, if it is there.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { messageOf } from "../modules/base/app-error.ts";
import {
  type BuildFile,
  type BuildSettings,
  esp32Parts,
  linuxFiles,
  partFiles,
} from "./build-parts.ts";
import { exampleFiles } from "./example-files.ts";
import { readFileSettings } from "./file-settings.ts";
import {
  checkSettings,
  localSettingsFile,
  secretArguments,
  withLocalSettings,
} from "./local-settings.ts";

export type Target = "lin" | "esp32";

/** What a build finds around it; tests give another one. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Root of the repository. */
  readonly root: string;
  /** Of the PC; absent: Linux. */
  readonly platform?: NodeJS.Platform;
  exists(path: string): boolean;
  /** Text of a file, or undefined. */
  read(path: string): string | undefined;
}

export type BuildPlan =
  | {
      readonly args: readonly string[];
      readonly path: string;
      /** To be written first. */
      readonly files: readonly BuildFile[];
    }
  /** One line that says what to install, or what cannot be. */
  | { readonly missing: string };

const guides = "https://github.com/Moddable-OpenSource/moddable/tree/public/documentation";
const oldestSDK: readonly [number, number] = [8, 2];

/** What stands before the file of an example. */
const exampleMark = "example=";

/** The SDK connects to `ssid` before the firmware runs, and waits for ever when it is not there. */
const settingNames: Readonly<Record<string, string>> = {
  ssid: "wifi.ssid",
  password: "wifi.password",
};

function settingArgument(argument: string): string {
  const [name = "", ...value] = argument.split("=");
  const setting = settingNames[name];
  return setting === undefined || value.length === 0 ? argument : `${setting}=${value.join("=")}`;
}

/** Arguments of mcconfig; what is given wins over the defaults. */
export function buildArguments(target: Target, given: readonly string[]): string[] {
  const args = ["-m"];
  const isDebug = given.some((argument) => /^-d[nxl]?$/.test(argument));
  // The simulator shows `trace` only in a debug build; a board shows its console in a release build.
  if (target === "lin" && !isDebug && !given.includes("-i")) args.push("-d");
  if (!given.includes("-p")) args.push("-p", target === "lin" ? "lin" : "esp32/nodemcu");
  if (!given.includes("-t")) args.push("-t", "build");
  if (hasManifest(target, given)) args.push(`build/${target}/manifest.json`);
  const rest = given.filter((argument) => !argument.startsWith(exampleMark));
  if (target === "lin") return [...args, ...rest.map(settingArgument)];
  const words = partWords(target, given);
  const others = rest.filter((argument) => !words.includes(argument));
  return [...args, ...others.filter((argument) => settingOf(argument) === undefined)];
}

/** Whether a build needs a manifest of its own. */
function hasManifest(target: Target, given: readonly string[]): boolean {
  if (exampleIn(given) !== undefined) return true;
  if (target === "lin") return false;
  return partWords(target, given).length > 0 || Object.keys(settingsIn(given)).length > 0;
}

/**
 * What a build needs beside the repository: nothing, or the manifest first. Throws OptionError for an example
 * that cannot be built.
 */
function filesOf(
  target: Target,
  given: readonly string[],
  { root, read }: Pick<Surroundings, "root" | "read">,
): readonly BuildFile[] {
  if (!hasManifest(target, given)) return [];
  const path = exampleIn(given);
  const example = path === undefined ? undefined : exampleFiles(path, root, read);
  if (target === "esp32") return partFiles(partWords(target, given), settingsIn(given), example);
  return example ? linuxFiles(example) : [];
}

/** The file of the program that is asked for; the last of several. */
function exampleIn(given: readonly string[]): string | undefined {
  return given.findLast((argument) => argument.startsWith(exampleMark))?.slice(exampleMark.length);
}

/** Name and value, when the argument is a setting. */
function settingOf(argument: string): readonly [name: string, value: string] | undefined {
  const [, name, value] = /^([a-z0-9-]+\.[a-z0-9.-]+)=(.*)$/s.exec(settingArgument(argument)) ?? [];
  return name === undefined || value === undefined ? undefined : [name, value];
}

/** The settings among the arguments; the last of a name wins. */
function settingsIn(given: readonly string[]): BuildSettings {
  return Object.fromEntries(given.map(settingOf).filter((setting) => setting !== undefined));
}

/** The parts that are asked for, each once. */
function partWords(target: Target, given: readonly string[]): string[] {
  return target === "esp32" ? Object.keys(esp32Parts).filter((word) => given.includes(word)) : [];
}

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.trim().split(".").map(Number);
  return major < oldestSDK[0] || (major === oldestSDK[0] && minor < oldestSDK[1]);
}

/** Folders of ESP-IDF's mbedTLS that the SDK does not name to the compiler. */
const headersOfIDF = Object.freeze([
  "mbedtls/tf-psa-crypto/include",
  "mbedtls/tf-psa-crypto/drivers/builtin/include",
  "port/include",
  "port/psa_driver/include",
  "esp_crt_bundle/include",
]);

/**
 * Where the compiler finds mbedTLS: on a board that of ESP-IDF; on a PC that of the system, or the one
 * that is installed below `MBEDTLS`.
 */
export function compilerPaths(
  target: Target,
  env: Surroundings["env"],
): { readonly CPATH?: string; readonly LIBRARY_PATH?: string } {
  const add = (folders: readonly string[], old: string | undefined) =>
    [...folders, ...(old ? [old] : [])].join(delimiter);
  const { IDF_PATH: idf, MBEDTLS: prefix, CPATH, LIBRARY_PATH } = env;
  if (target === "esp32" && idf) {
    const folders = headersOfIDF.map((folder) => join(idf, "components/mbedtls", folder));
    return { CPATH: add(folders, CPATH) };
  }
  if (target === "lin" && prefix) {
    return {
      CPATH: add([join(prefix, "include")], CPATH),
      LIBRARY_PATH: add([join(prefix, "lib")], LIBRARY_PATH),
    };
  }
  return {};
}

/** What to run, or what is missing. Throws OptionError for an example that cannot be built. */
export function planBuild(
  target: Target,
  given: readonly string[],
  around: Surroundings,
): BuildPlan {
  const { MODDABLE: sdk, IDF_PATH: idf, PATH = "" } = around.env;
  if (!sdk) {
    return { missing: `MODDABLE is not set: install the Moddable SDK 8.2 or later, ${guides}` };
  }
  if (!around.exists(join(sdk, "tools", "mcconfig.js"))) {
    return {
      missing: `MODDABLE is ${sdk}, and there is no Moddable SDK: correct it, or see ${guides}`,
    };
  }
  const version = around.read(join(sdk, "tools", "VERSION"));
  if (version !== undefined && isTooOld(version)) {
    return { missing: `The Moddable SDK is ${version.trim()}: 8.2 or later is needed, ${guides}` };
  }
  const host = around.platform === "darwin" ? "mac" : "lin";
  const tools = join(sdk, "build", "bin", host, "release");
  const folders = [join(around.root, "node_modules", ".bin"), tools, ...PATH.split(delimiter)];
  const find = (name: string) => folders.some((folder) => around.exists(join(folder, name)));
  if (!find("mcconfig")) {
    const make = `cd ${join(sdk, "build", "makefiles", host)} && PATH=${tools}:$PATH make`;
    return {
      missing: `mcconfig is not built: install build-essential and libgtk-3-dev, then ${make}`,
    };
  }
  if (!find("tsc")) return { missing: "tsc is not installed: run npm ci" };
  if (target === "esp32" && !idf) {
    return { missing: `IDF_PATH is not set: install ESP-IDF 6.0, ${guides}/devices/esp32.md` };
  }
  if (target === "esp32" && idf && !around.exists(join(idf, "export.sh"))) {
    return {
      missing: `IDF_PATH is ${idf}, and there is no ESP-IDF: see ${guides}/devices/esp32.md`,
    };
  }
  return {
    args: buildArguments(target, given),
    path: folders.join(delimiter),
    files: filesOf(target, given, around),
  };
}

type WholePlan = Extract<BuildPlan, { readonly args: unknown }>;

/** Runs mcconfig in a shell that ESP-IDF has prepared. */
const inShellOfIDF = '. "$IDF_PATH/export.sh" >/dev/null && exec mcconfig "$@"';

/**
 * Runs mcconfig for one plan after the other, all with the files of the first, until one fails.
 * Returns the exit code. Files with settings do not stay.
 */
export function carryOut(
  target: Target,
  plans: readonly [WholePlan, ...WholePlan[]],
  around: Pick<Surroundings, "env" | "root" | "exists">,
): number {
  const [plan] = plans;
  const { root } = around;
  const env = { ...around.env, ...compilerPaths(target, around.env), PATH: plan.path };
  const isPrepared = plan.path
    .split(delimiter)
    .some((folder) => around.exists(join(folder, "idf.py")));
  try {
    for (const { path, text, from = [], isSecret } of plan.files) {
      const whole = join(root, path);
      mkdirSync(dirname(whole), { recursive: true });
      // Made anew, so that it is nobody else's to read from its first byte on.
      rmSync(whole, { force: true });
      const parts = from.map((part) => readFileSync(join(root, part), "utf8"));
      writeFileSync(whole, [...parts, text].join(""), isSecret ? { mode: 0o600 } : {});
    }
    for (const { args } of plans) {
      const [program, given] =
        target === "lin" || isPrepared
          ? (["mcconfig", args] as const)
          : (["bash", ["-c", inShellOfIDF, "mcconfig", ...args]] as const);
      const { status, error } = spawnSync(program, given, { cwd: root, env, stdio: "inherit" });
      if (error) console.error(`${program} did not run: ${error.message}`);
      if (status !== 0) return status ?? 1;
    }
    return 0;
  } finally {
    for (const { path, isSecret } of plan.files)
      if (isSecret) rmSync(join(root, path), { force: true });
  }
}

export function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

function main(): number {
  const [target, ...words] = process.argv.slice(2);
  if (target !== "lin" && target !== "esp32") {
    const parts = Object.keys(esp32Parts).map((word) => `[${word}]`);
    console.error(
      `usage: build.ts lin|esp32 ${parts.join(" ")} [example=FILE] [arguments of mcconfig] [setting=value]`,
    );
    return 2;
  }
  const root = fileURLToPath(new URL("..", import.meta.url));
  const named = words.map(settingArgument);
  for (const name of secretArguments(named)) {
    console.error(
      `${name} is on the command line, which npm shows and keeps in its log: it is better in ${localSettingsFile}`,
    );
  }
  let given: readonly string[];
  try {
    const all = withLocalSettings(named, readIfThere(join(root, localSettingsFile)));
    given = readFileSettings(all, readFileSync);
    checkSettings(given);
  } catch (error) {
    console.error(messageOf(error));
    return 2;
  }
  const around: Surroundings = {
    env: process.env,
    root,
    platform: process.platform,
    exists: existsSync,
    read: readIfThere,
  };
  let plan: BuildPlan;
  try {
    plan = planBuild(target, given, around);
  } catch (error) {
    console.error(messageOf(error));
    return 2;
  }
  if ("missing" in plan) {
    console.error(`${plan.missing}\nnpm run doctor looks for all that is missing`);
    return 1;
  }
  return carryOut(target, [plan], around);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main();
