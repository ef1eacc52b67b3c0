// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { version } from "../modules/base/version.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const sources = ["main.ts", ...["modules", "drivers", "hosts"].flatMap(listSources)];
const pageSources = listSources("page");

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

/** All imports from one source file to another, those of types too. */
function importsBetween(paths: readonly string[]): { from: string; to: string }[] {
  return paths
    .flatMap(importsOf)
    .filter(({ specifier }) => specifier.startsWith("."))
    .map((entry) => ({ from: entry.from, to: targetOf(entry) }));
}

function targetOf({ from, specifier }: Import): string {
  return relative(root, resolve(root, dirname(from), specifier));
}

/** What is typed at the simulator is checked, and hidden, as a board would; what a board has stored counts. */
const askBoard = [
  "hosts/sim/node/board/effective-settings.ts",
  "hosts/sim/node/board/sensor-choice.ts",
  "hosts/sim/node/cli/given-settings.ts",
  "hosts/sim/node/cli/screen/secret-mask.ts",
];

function isAllowed(from: string, to: string): boolean {
  const a = layerOf(from);
  const b = layerOf(to);
  if (a.part === b.part) return true;
  if (a.part === "hosts/virtual") return false;
  if (sharedByHosts.includes(b.part)) return a.row === 6;
  // The command line of the simulator takes an address as a board does.
  if (a.part === "hosts/sim" && to === "modules/mqtt/session/broker-address.ts") return true;
  // The simulator signs an image as a board reads it.
  if (a.part === "hosts/sim" && to === "modules/update/image-header.ts") return true;
  // The simulator gives its boards a code, and looks whether they need one.
  const isForCodes = /^modules\/pairing\/(pairing-code|peer-store)\.ts$/.test(to);
  if (a.part === "hosts/sim" && isForCodes) return true;
  if (askBoard.includes(from)) return true;
  // Which sensors a build has is put together where it starts, as tools/build-parts.ts does for a board.
  if (from === "hosts/sim/xs/sensors.ts" && b.part === "drivers") return true;
  // A host starts the firmware and implements its lowest rows; it knows no feature and no driver.
  if (a.row === 6) return to === "main.ts" || b.row < 2;
  // Only main.ts knows which drivers there are, and hands them in.
  if (a.row < 5 && b.part === "drivers") return false;
  return b.row < a.row;
}

test("an import points to a lower layer or into its own part", () => {
  const wrong = importsBetween(sources).filter(({ from, to }) => !isAllowed(from, to));
  assert.deepEqual(wrong, []);
});

test("no file in modules imports a driver, in whichever row it is", () => {
  const modules = sources.filter((path) => path.startsWith("modules/"));
  const wrong = importsBetween(modules).filter(({ to }) => to.startsWith("drivers/"));
  assert.deepEqual(wrong, []);
});

test("the page takes of the firmware what checks and names things, and nobody takes from the page", () => {
  const wrong = [...importsBetween(pageSources), ...importsBetween(sources)].filter(
    ({ from, to }) =>
      (from.startsWith("page/client/") && to.startsWith("page/server/")) ||
      (from.startsWith("page/server/") && to.startsWith("page/client/")) ||
      (from.startsWith("page/") && /^(main\.ts|drivers\/)/.test(to)) ||
      (!from.startsWith("page/") && to.startsWith("page/")),
  );
  assert.deepEqual(wrong, []);
});

test("the broker of the hub takes from nobody, the hub not from the firmware's features, and nobody from the hub", () => {
  const hubSources = listSources("hub");
  const wrong = [
    ...importsBetween(hubSources),
    ...importsBetween(pageSources),
    ...importsBetween(sources),
  ].filter(
    ({ from, to }) =>
      (from.startsWith("hub/broker/") && !to.startsWith("hub/broker/")) ||
      (from.startsWith("hub/") && /^(main\.ts|drivers\/)/.test(to)) ||
      (!from.startsWith("hub/") && to.startsWith("hub/")),
  );
  assert.ok(hubSources.length > 10);
  assert.deepEqual(wrong, []);
});

test("no module of the firmware or of its simulated host keeps something: boards on Node share them", () => {
  const isInside = (path: string) =>
    /^(main\.ts|modules\/|drivers\/|hosts\/(sim\/xs|virtual)\/)/.test(path);
  // Whose turn it is.
  const turn = "hosts/sim/xs/machine-link.ts";
  const keeping =
    /^(?:export )?(?:let |const \w+ = new (?:Map|Set|WeakMap|WeakSet)\b|const \w+: (?:Map|Set|WeakMap)<)/m;
  const wrong = sources.filter(
    (path) => isInside(path) && path !== turn && keeping.test(read(path)),
  );
  assert.deepEqual(wrong, []);
});

/** The nodes that can be reached from themselves, in the order in which they were given. */
function inCircles(edges: readonly { from: string; to: string }[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  return [...next.keys()].filter((node) => {
    const seen = new Set<string>();
    const ahead = [node];
    for (let from = ahead.pop(); from !== undefined; from = ahead.pop()) {
      for (const to of next.get(from) ?? []) {
        if (!seen.has(to)) ahead.push(to);
        seen.add(to);
      }
    }
    return seen.has(node);
  });
}

test("circles are found, of one node and of several, and a way that only leads to one is none", () => {
  const edges = ["ab", "bc", "ca", "db", "ee", "fg"].map(([from = "", to = ""]) => ({ from, to }));
  assert.deepEqual(inCircles(edges), ["a", "b", "c", "e"]);
});

test("no file imports itself through others, be it only their types", () => {
  assert.deepEqual(inCircles(importsBetween(sources)), []);
});

/** An import as the two entries, files or folders, in which the ways from the root to its ends part. */
function entriesOf({ from, to }: { from: string; to: string }): { from: string; to: string } {
  const [a, b] = [from.split("/"), to.split("/")];
  const depth = a.findIndex((name, i) => name !== b[i]) + 1;
  return { from: a.slice(0, depth).join("/"), to: b.slice(0, depth).join("/") };
}

test("in every folder its files and folders import each other without a circle", () => {
  assert.deepEqual(inCircles(importsBetween(sources).map(entriesOf)), []);
});

/**
 * Rungs within a part, from its face down: an import goes to a lower rung or stays in its own entry.
 * A file belongs to the longest entry that its path begins with.
 */
const ladders = [
  [
    ["modules/mqtt/session.ts", "modules/mqtt/mqtt-settings.ts"],
    ["modules/mqtt/session/"],
    ["modules/mqtt/publish/", "modules/mqtt/subscribe/"],
    ["modules/mqtt/client/"],
    ["modules/mqtt/codec/", "modules/mqtt/web-socket/"],
    ["modules/mqtt/"],
  ],
  [
    ["hosts/sim/node/cli/"],
    ["hosts/sim/node/simulation.ts"],
    ["hosts/sim/node/board/"],
    ["hosts/sim/node/engine/", "hosts/sim/node/broker/"],
    ["hosts/sim/node/"],
  ],
  [
    ["modules/app/absent/"],
    ["modules/app/commands/", "modules/app/example/"],
    ["modules/app/start/"],
    ["modules/app/remote/", "modules/app/telemetry/", "modules/app/i2c/"],
    ["modules/app/"],
  ],
  [["drivers/ccs811/"], ["drivers/ccs811/encoding/"]],
] as const;

function rungOf(path: string): { ladder: number; rung: number; entry: string } | undefined {
  const all = ladders.flatMap((rungs, ladder) =>
    rungs.flatMap((entries, rung) => entries.map((entry) => ({ ladder, rung, entry }))),
  );
  const own = all.filter(({ entry }) => path.startsWith(entry));
  return own.sort((a, b) => b.entry.length - a.entry.length)[0];
}

test("inside mqtt, the product, ccs811 and the simulator an import points down from the face to the bottom", () => {
  const wrong = importsBetween(sources).filter(({ from, to }) => {
    const [a, b] = [rungOf(from), rungOf(to)];
    return a && b && a.ladder === b.ladder && a.entry !== b.entry && a.rung >= b.rung;
  });
  assert.deepEqual(wrong, []);
});

test("every rung of a part is there", () => {
  const entries: readonly string[] = ladders.flat(2);
  const empty = entries.filter((entry) => !sources.some((path) => rungOf(path)?.entry === entry));
  assert.deepEqual(empty, []);
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
  const without = [...sources, ...pageSources].filter((path) => {
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

test("modules and drivers have no #method and no accessor field: XS takes a slot for each in every instance", () => {
  const pattern =
    /^ +(?:(?:static|async|get|set) |\*)*#\w+(?:<[^>]*>)?\(|^ +(?:static )?accessor /gm;
  const wrong = sources
    .filter((path) => /^(main\.ts|modules|drivers)/.test(path))
    .flatMap((path) => [...read(path).matchAll(pattern)].map(([text]) => `${path}:${text}`));
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

const folders = [
  "modules",
  "drivers",
  "hosts",
  "page",
  "hub",
  "docs",
  "deploy",
  "examples",
  "tests",
  "tools",
  "hub",
];
const documents = readdirSync(root)
  .concat(folders.flatMap((folder) => listFiles(folder)))
  .filter((path) => path.endsWith(".md"));

function listFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

/** Names in a document, resolved: links from its own folder, paths from the root. */
function pathsNamedIn(document: string): string[] {
  const text = read(document);
  const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, link = ""]) =>
    relative(root, resolve(root, dirname(document), link)),
  );
  // `…` and `<name>` stand for any name: the folder before them counts.
  const pattern = new RegExp(`(?<![\\w./-])(?:${folders.join("|")})/[\\w./-]*`, "g");
  const paths = [...text.matchAll(pattern)].map(([path]) => path.replace(/[.-]+$/, ""));
  return [...links, ...paths];
}

test("every path that a document names is there", () => {
  const missing = documents.flatMap((document) =>
    pathsNamedIn(document)
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => `${document}: ${path}`),
  );
  assert.deepEqual(missing, []);
});

test("every TypeScript file that a document names without its folder is there", () => {
  const names = new Set(["main.ts", ...folders.flatMap(listFiles)].map((path) => basename(path)));
  const missing = documents.flatMap((document) =>
    [...read(document).matchAll(/`([a-z][\w-]+(?:\.[\w-]+)*\.ts)`/g)]
      .map(([, name = ""]) => name)
      .filter((name) => !names.has(name))
      .map((name) => `${document}: ${name}`),
  );
  assert.deepEqual(missing, []);
});
