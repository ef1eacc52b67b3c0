// SPDX-License-Identifier: MIT

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after } from "node:test";

const root = resolve(import.meta.dirname, "../..");
const standIns = join(import.meta.dirname, "native");

/** Takes the place of a callback among the arguments. */
export const aFunction = Symbol("function");

export type NativeValue =
  | number
  | string
  | undefined
  | Uint8Array
  | typeof aFunction
  /** Takes the place of a callback whose calls are told by this name. */
  | { readonly callback: string }
  /** An object of the engine, by its number from 1 on. */
  | { readonly object: number }
  | readonly NativeValue[];

/** What came of one step. */
export interface NativeOutcome {
  /** What the code has called, and callbacks, in order. */
  readonly calls: readonly string[];
  /** Buffers in hexadecimal. */
  readonly result?: number | boolean | string;
  /** "RangeError: text". */
  readonly thrown?: string;
}

/** The function of that name is called by the engine. */
export function call(name: string, ...values: readonly NativeValue[]): string {
  return ["call", name, ...values.flatMap(wordsOf)].join(" ");
}

/** The method of that name is called, on an object of the engine by its number from 1 on. */
export function callOn(object: number, name: string, ...values: readonly NativeValue[]): string {
  return ["on", object, name, ...values.flatMap(wordsOf)].join(" ");
}

/** The function of ESP-IDF returns this from now on. */
export function give(name: string, result: number): string {
  return `give ${name} ${result}`;
}

/** Something around the code is so from now on: a field of `World` in native/esp-idf.h. */
export function set(name: string, value: number): string {
  return `set ${name} ${value}`;
}

/** The driver of Wi-Fi has heard a frame; `kind` 3 has no payload, a `state` other than 0 is a broken frame. */
export function frame(bytes: Uint8Array, kind = 0, state = 0): string {
  return `frame ${toHex(bytes) || "-"} ${kind} ${state}`;
}

/** The receiver of pulses has got these widths, the first one low; µs. */
export function receive(...widths: readonly number[]): string {
  return `receive ${widths.join(" ")}`;
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function wordsOf(value: NativeValue): string[] {
  if (value === undefined) return ["u"];
  if (value === aFunction) return ["f"];
  if (typeof value === "number") return [`n${value}`];
  if (typeof value === "string") return [`t${toHex(Buffer.from(value))}`];
  if (typeof value === "object" && "callback" in value) return [`f${value.callback}`];
  if (typeof value === "object" && "object" in value) return [`o${value.object}`];
  if (value instanceof Uint8Array) return [`b${toHex(value)}`];
  return [`l${value.length}`, ...value.flatMap(wordsOf)];
}

/**
 * Compiles one of our sources in C for this PC, with sanitizers and small stand-ins for the engine and ESP-IDF,
 * and returns what runs it: a process for each list of steps, which ends when a sanitizer finds something, or the
 * engine is used in another task than its own.
 */
export async function compileNative(
  path: string,
  { flags = [], with: others = [] }: { flags?: readonly string[]; with?: readonly string[] } = {},
): Promise<(...steps: readonly string[]) => NativeOutcome[]> {
  const folder = mkdtempSync(join(tmpdir(), "native-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const source = join(root, path);
  for (const [, name = ""] of readFileSync(source, "utf8").matchAll(/#include "([^"]+)"/g)) {
    if (existsSync(join(dirname(source), name))) continue;
    await mkdir(dirname(join(folder, name)), { recursive: true });
    writeFileSync(
      join(folder, name),
      '#include "engine.h"\n#include "esp-idf.h"\n#include "lwip.h"\n',
    );
  }
  const program = join(folder, "program");
  const checks = ["-fsanitize=address,undefined,float-cast-overflow", "-fno-sanitize-recover=all"];
  const warnings = ["-std=gnu17", "-g", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter"];
  const include = [`-I${folder}`, `-I${standIns}`, `-I${dirname(source)}`];
  const sources = [source, join(standIns, "run.c"), ...others.map((other) => join(root, other))];
  execFileSync("cc", [
    ...[...warnings, ...checks, ...flags, ...include, ...sources, "-rdynamic", "-ldl"],
    ...["-o", program],
  ]);
  return (...steps) => {
    const input = steps.map((step) => `${step}\n`).join("");
    const env = { ...process.env, ASAN_OPTIONS: "detect_leaks=0" };
    const output = execFileSync(program, { input, env, timeout: 30_000, encoding: "utf8" });
    return output
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as NativeOutcome);
  };
}
