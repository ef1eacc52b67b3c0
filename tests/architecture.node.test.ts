// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { version } from "../modules/base/version.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const sources = ["main.ts", ...["modules", "drivers", "hosts"].flatMap(listSources)];

function listSources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** The layer of a source file: an import may only point to a lower one or into its own part. */
interface Layer {
  readonly row: number;
  /** Files of one part may import each other. */
  readonly part: string;
}

/** Simulated hardware, the adapters to the SDK, and what a host lacks and takes from us. */
const sharedByHosts = ["hosts/virtual", "hosts/moddable", "hosts/net"];

const services = ["settings", "time", "wifi", "mqtt", "http"];

function layerOf(path: string): Layer {
  const [top = "", part = ""] = path.split("/");
  if (path === "main.ts") return { row: 5, part: "main" };
  if (top === "hosts") return { row: 6, part: `hosts/${part}` };
  if (top === "drivers") return { row: 2, part: "drivers" };
  if (part === "ecma-419") return { row: 0, part };
  if (part === "base") return { row: 1, part };
  if (services.includes(part)) return { row: 2, part };
  return part === "app" ? { row: 4, part } : { row: 3, part };
}

interface Import {
  readonly from: string;
  readonly specifier: string;
}

function importsOf(path: string): Import[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)[^;'"]*?from\s+"([^"]+)"|(?:^|\n)import\s+"([^"]+)"/g;
  return [...read(path).matchAll(pattern)].map((match) => ({
    from: path,
    specifier: match[1] ?? match[2] ?? "",
  }));
}

function targetOf({ from, specifier }: Import): string {
  return relative(root, resolve(root, dirname(from), specifier));
}

function isAllowed(from: string, to: string): boolean {
  const a = layerOf(from);
  const b = layerOf(to);
  if (a.part === b.part) return true;
  if (a.part === "hosts/virtual") return false;
  if (sharedByHosts.includes(b.part)) return a.row === 6;
  // The command line of the simulator takes an address as a board does.
  if (a.part === "hosts/sim" && to === "modules/mqtt/session/broker-address.ts") return true;
  // A host starts the firmware and implements its lowest rows; it knows no feature and no driver.
  if (a.row === 6) return to === "main.ts" || b.row < 2;
  // Only main.ts knows which drivers there are, and hands them in.
  if (a.row < 5 && b.part === "drivers") return false;
  return b.row < a.row;
}

test("an import points to a lower layer or into its own part", () => {
  const wrong = sources
    .flatMap(importsOf)
    .filter(({ specifier }) => specifier.startsWith("."))
    .map((entry) => ({ from: entry.from, to: targetOf(entry) }))
    .filter(({ from, to }) => !isAllowed(from, to));
  assert.deepEqual(wrong, []);
});

test("the firmware imports no platform module outside the hosts", () => {
  const wrong = sources
    .filter((path) => !path.startsWith("hosts/"))
    .flatMap(importsOf)
    .filter(({ specifier }) => !specifier.startsWith("."));
  assert.deepEqual(wrong, []);
});

test("relative imports name the file with its ending", () => {
  const wrong = sources
    .flatMap(importsOf)
    .filter(({ specifier }) => specifier.startsWith(".") && !/\.(ts|js|json)$/.test(specifier));
  assert.deepEqual(wrong, []);
});

test("every source file says its licence on the first line", () => {
  const without = sources.filter((path) => {
    return !read(path).startsWith("// SPDX-License-Identifier: MIT\n");
  });
  assert.deepEqual(without, []);
});

test("file names are kebab-case and say what is inside", () => {
  const vague = /^(index|utils|helpers|common|misc|types)\.ts$/;
  const wrong = sources.filter((path) => {
    const name = path.split("/").at(-1) ?? "";
    return vague.test(name) || !/^[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.ts$/.test(name);
  });
  assert.deepEqual(wrong, []);
});

test("modules and drivers keep no state of their own and assign no error name", () => {
  const wrong = sources
    .filter((path) => /^(main\.ts|modules|drivers)/.test(path))
    .filter((path) => /^(export )?let |this\.name = /m.test(read(path)));
  assert.deepEqual(wrong, []);
});

test("every part has tests in the folder of the same name", () => {
  const parts = new Set(
    sources.filter((path) => /^(modules|drivers)\//.test(path)).map((path) => dirname(path)),
  );
  const typesOnly = ["modules/ecma-419"];
  const tested = new Set(listTests().map((path) => dirname(relative("tests", path))));
  const missing = [...parts].filter((part) => !typesOnly.includes(part) && !tested.has(part));
  assert.deepEqual(missing, []);
});

function listTests(): string[] {
  return listSources("tests").filter((path) => path.endsWith(".test.ts"));
}

test("the firmware's version is the package's", () => {
  assert.equal(version, JSON.parse(read("package.json")).version);
});
