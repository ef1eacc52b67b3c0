// SPDX-License-Identifier: MIT

// Builds the firmware with the Moddable SDK: `build.ts lin` or `build.ts esp32`, then for a board the
// parts of build-parts.ts that it is to have, example=FILE for a program of examples/, any arguments of
// mcconfig and settings such as wifi.ssid=Home. The settings for TLS may name a file: mqtt.ca=@ca.pem. Settings also come from
// settings.local.json, if it is there.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { messageOf } from "../modules/base/app-error.ts";
import { buildFolder, nativeManifest } from "./board-manifest.ts";
import { type BoardProgramOptions, bundleBoardProgram } from "./board-program.ts";
import { type Board, boardNamed, buildWords, usualBoard } from "./boards.ts";
import {
  type BuildFile,
  type BuildSettings,
  esp32Parts,
  linuxFiles,
  needsStart,
  partFiles,
  programEntry,
  programFiles,
  programModule,
} from "./build-parts.ts";
import { exampleFiles } from "./example-files.ts";
import { readFileSettings } from "./file-settings.ts";
import { absentFiles } from "./firmware-parts.ts";
import {
  checkSettings,
  localSettingsFile,
  secretArguments,
  withLocalSettings,
} from "./local-settings.ts";
import { type BuiltImage, checkSlots, forgetNames, leaveImage } from "./merged-image.ts";
import { exampleMark, settingArgument, settingOf } from "./setting-argument.ts";

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
      /** What the firmware is made one module of; absent: its modules are modules of the SDK. */
      readonly program?: Omit<BoardProgramOptions, "root">;
      /** The image that comes of it; absent: none that can be given to others. */
      readonly image?: BuiltImage;
    }
  /** One line that says what to install, or what cannot be. */
  | { readonly missing: string };

const guides = "https://github.com/Moddable-OpenSource/moddable/tree/public/documentation";
const oldestSDK: readonly [number, number] = [8, 2];

function isDebugBuild(given: readonly string[]): boolean {
  return given.some((argument) => /^-d[nxl]?$/.test(argument));
}

/** The board that is asked for by `--board`, its name, and the other arguments. Throws an Error. */
function boardIn(given: readonly string[]): {
  readonly board: Board;
  readonly name: string;
  readonly others: readonly string[];
} {
  const at = given.indexOf("--board");
  const name = at < 0 ? usualBoard : (given[at + 1] ?? "");
  const others = at < 0 ? given : given.filter((_, index) => index !== at && index !== at + 1);
  return { board: boardNamed(name), name, others };
}

/** Arguments of mcconfig with a value behind them, and ours. */
const withValue = ["-f", "-o", "-p", "-r", "-s", "-t", "-x", "--board"];

/** Throws an Error for what neither this build nor mcconfig knows; mcconfig would take it for a manifest. */
export function checkWords(target: Target, given: readonly string[]): void {
  const words = target === "esp32" ? buildWords : [];
  const wrong = given.find((argument, index) => {
    if (withValue.includes(given[index - 1] ?? "")) return false;
    if (argument.startsWith("--")) return target === "lin" || argument !== "--board";
    return !argument.startsWith("-") && !argument.includes("=") && !words.includes(argument);
  });
  if (wrong === undefined) return;
  const there = words.length > 0 ? `there are ${words.join(", ")}` : "on Linux there is none";
  throw new Error(
    `${wrong} is no word of a build: ${there}; settings are name=value, and what begins with one - is for mcconfig`,
  );
}

/** Arguments of mcconfig; what is given wins over the defaults. */
export function buildArguments(target: Target, all: readonly string[]): string[] {
  const { board, others: given } = target === "esp32" ? boardIn(all) : { others: all };
  const args = ["-m"];
  const isDebug = isDebugBuild(given);
  // The simulator shows `trace` only in a debug build; a board shows its console in a release build.
  if (target === "lin" && !isDebug && !given.includes("-i")) args.push("-d");
  if (!given.includes("-p")) args.push("-p", board ? board.target : "lin");
  if (!given.includes("-t")) args.push("-t", "build");
  if (hasManifest(target, all)) args.push(`build/${target}/manifest.json`);
  const rest = given.filter(
    (argument) => !argument.startsWith(exampleMark) && settingOf(argument) === undefined,
  );
  if (target === "lin") return [...args, ...rest];
  return [...args, ...rest.filter((argument) => !buildWords.includes(argument))];
}

/** Whether a build needs a manifest of its own: every one for a board but a plain debug build for the usual one. */
function hasManifest(target: Target, given: readonly string[]): boolean {
  if (exampleIn(given) !== undefined || Object.keys(settingsIn(given)).length > 0) return true;
  if (target === "lin") return false;
  if (!isDebugBuild(given) || needsStart(boardIn(given).board)) return true;
  return partWords(given).length > 0;
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
  if (target === "lin") return linuxFiles(settingsIn(given), example);
  const { board, others } = boardIn(given);
  const settings = settingsIn(others);
  if (isDebugBuild(others)) return partFiles(partWords(others), settings, board, example);
  return programFiles(wordsFor(board, others), settings, board, example);
}

/** The file of the program that is asked for; the last of several. */
function exampleIn(given: readonly string[]): string | undefined {
  return given.findLast((argument) => argument.startsWith(exampleMark))?.slice(exampleMark.length);
}

/** The firmware of a board in one module; a debug build has its modules, and their lines, as they are. */
function programOf(target: Target, given: readonly string[]): Pick<WholePlan, "program" | "image"> {
  if (target === "lin" || isDebugBuild(given)) return {};
  const { board, name, others } = boardIn(given);
  const words = wordsFor(board, others);
  const at = others.indexOf("-p");
  const platform = at < 0 ? board.target : (others[at + 1] ?? board.target);
  return {
    program: {
      entry: programEntry,
      absent: absentFiles(words),
      keepsPrivate: words.includes("js"),
    },
    image: { board: name, platform, hasSettings: Object.keys(settingsIn(others)).length > 0 },
  };
}

/** The settings among the arguments; the last of a name wins. */
function settingsIn(given: readonly string[]): BuildSettings {
  return Object.fromEntries(given.map(settingOf).filter((setting) => setting !== undefined));
}

/** The parts of the host and sensors that are asked for, each once. */
function partWords(given: readonly string[]): string[] {
  return Object.keys(esp32Parts).filter((word) => given.includes(word));
}

/** The parts that a board has and those that are asked for, each once. */
function wordsFor(board: Board, given: readonly string[]): string[] {
  return buildWords.filter((word) => board.parts.includes(word) || given.includes(word));
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
    ...programOf(target, given),
  };
}

type WholePlan = Extract<BuildPlan, { readonly args: unknown }>;

/** Ctrl-C, and the end of the terminal. */
const interrupts = ["SIGINT", "SIGHUP"] as const;

/** Runs mcconfig in a shell that ESP-IDF has prepared. */
const inShellOfIDF = '. "$IDF_PATH/export.sh" >/dev/null && exec mcconfig "$@"';

/**
 * Runs mcconfig for one plan after the other, all with the files of the first, until one fails or what it has
 * built is wrong. Returns the exit code. Files with settings do not stay.
 */
export async function carryOut(
  target: Target,
  plans: readonly [WholePlan, ...WholePlan[]],
  around: Pick<Surroundings, "env" | "root" | "exists">,
): Promise<number> {
  const [plan] = plans;
  const { root } = around;
  const { MODDABLE: sdk } = around.env;
  const env = { ...around.env, ...compilerPaths(target, around.env), PATH: plan.path };
  const isPrepared = plan.path
    .split(delimiter)
    .some((folder) => around.exists(join(folder, "idf.py")));
  // mcconfig hears of it too and ends; this process has to put away what is secret.
  let isInterrupted = false;
  const interrupt = () => {
    isInterrupted = true;
  };
  for (const signal of interrupts) process.on(signal, interrupt);
  try {
    for (const file of plan.files) writeBuildFile(root, file);
    if (plan.program) {
      const { source } = await bundleBoardProgram({ root, ...plan.program });
      writeFileSync(join(root, buildFolder, `${programModule}.js`), source);
    }
    for (const { args } of plans) {
      if (isInterrupted) return 130;
      const [program, given] =
        target === "lin" || isPrepared
          ? (["mcconfig", args] as const)
          : (["bash", ["-c", inShellOfIDF, "mcconfig", ...args]] as const);
      if (plan.image && sdk) forgetNames(plan.image, sdk);
      const { status, error } = spawnSync(program, given, { cwd: root, env, stdio: "inherit" });
      if (error) console.error(`${program} did not run: ${error.message}`);
      if (status !== 0) return status ?? 1;
      if (plan.image && sdk) checkSlots(plan.image, sdk);
    }
    if (plan.image && sdk) console.log(leaveImage(plan.image, { root, sdk }));
    return 0;
  } catch (error) {
    console.error(messageOf(error));
    return 1;
  } finally {
    for (const signal of interrupts) process.off(signal, interrupt);
    for (const { path, isSecret } of plan.files)
      if (isSecret) rmSync(join(root, path), { force: true });
  }
}

function writeBuildFile(root: string, file: BuildFile): void {
  const { path, from = [], native, change = {}, isSecret } = file;
  const whole = join(root, path);
  mkdirSync(dirname(whole), { recursive: true });
  // Made anew, so that it is nobody else's to read from its first byte on.
  rmSync(whole, { force: true });
  const read = (part: string) => readFileSync(join(root, part), "utf8");
  let text = [...from.map(read), file.text].join("");
  if (native !== undefined) {
    const list = (folder: string) => readdirSync(join(root, folder)).sort();
    text = `${JSON.stringify(nativeManifest(native, read(native), list), null, 2)}\n`;
    for (const [old, other] of Object.entries(change)) text = text.replaceAll(old, other);
  }
  writeFileSync(whole, text, isSecret ? { mode: 0o600 } : {});
}

export function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

const usage = `usage: npm run build:lin|build:esp32 -- [--board NAME] ${buildWords
  .map((word) => `[${word}]`)
  .join(" ")} [example=FILE] [arguments of mcconfig] [setting=value]`;

async function main(): Promise<number> {
  const [target, ...words] = process.argv.slice(2);
  if (target !== "lin" && target !== "esp32") {
    console.error(usage);
    return 2;
  }
  if (words.some((word) => ["help", "--help", "-h"].includes(word))) {
    console.log(usage);
    return 0;
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
    checkWords(target, given);
    if (target === "esp32") boardIn(given);
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

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main();
