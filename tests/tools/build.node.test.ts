// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { settingList } from "../../modules/app/setting-list.ts";
import { nativeManifest } from "../../tools/board-manifest.ts";
import { bundleBoardProgram } from "../../tools/board-program.ts";
import { boards, buildWords } from "../../tools/boards.ts";
import {
  buildArguments,
  checkWords,
  compilerPaths,
  planBuild,
  type Surroundings,
} from "../../tools/build.ts";
import { esp32Parts, programEntry, strippedNames } from "../../tools/build-parts.ts";
import { firmwareParts } from "../../tools/firmware-parts.ts";
import { programFor } from "../../tools/program-size.ts";

const sdk = "/sdk";
const installed = new Set([
  "/sdk/tools/mcconfig.js",
  "/sdk/build/bin/lin/release/mcconfig",
  "/project/node_modules/.bin/tsc",
  "/idf/export.sh",
]);

function surroundings(change: {
  env?: Record<string, string | undefined>;
  without?: string;
  version?: string;
}): Surroundings {
  return {
    env: { MODDABLE: sdk, IDF_PATH: "/idf", PATH: "/usr/bin", ...change.env },
    root: "/project",
    exists: (path) => installed.has(path) && path !== change.without,
    read: () => change.version ?? "8.2.3",
  };
}

function missing(target: "lin" | "esp32", change: Parameters<typeof surroundings>[0]): string {
  const plan = planBuild(target, [], surroundings(change));
  assert.ok("missing" in plan, "the build was planned");
  assert.equal(plan.missing.includes("\n"), false);
  return plan.missing;
}

function planFiles(target: "lin" | "esp32", given: readonly string[]) {
  const plan = planBuild(target, given, surroundings({}));
  assert.ok("files" in plan);
  return plan.files;
}

test("says in one line what to install when the SDK, its tools, tsc or ESP-IDF is missing", () => {
  assert.match(missing("lin", { env: { MODDABLE: undefined } }), /^MODDABLE is not set: install/);
  assert.match(missing("lin", { without: "/sdk/tools/mcconfig.js" }), /no Moddable SDK/);
  assert.match(missing("lin", { version: "7.0.1" }), /is 7\.0\.1: 8\.2 or later/);
  const tool = "/sdk/build/bin/lin/release/mcconfig";
  assert.match(missing("lin", { without: tool }), /^mcconfig is not built: install/);
  assert.match(missing("lin", { without: "/project/node_modules/.bin/tsc" }), /run npm ci/);
  assert.match(missing("esp32", { env: { IDF_PATH: undefined } }), /^IDF_PATH is not set: install/);
  assert.match(missing("esp32", { without: "/idf/export.sh" }), /no ESP-IDF/);
});

test("does not ask for ESP-IDF to build for Linux", () => {
  const plan = planBuild("lin", [], surroundings({ env: { IDF_PATH: undefined } }));
  assert.ok("args" in plan);
});

test("finds the tools of the SDK and of the project without a change to the PATH", () => {
  const plan = planBuild("lin", [], surroundings({}));
  assert.ok("args" in plan);
  assert.equal(plan.path, "/project/node_modules/.bin:/sdk/build/bin/lin/release:/usr/bin");
});

test("builds for debugging on Linux and for release on a board, and starts nothing", () => {
  assert.deepEqual(buildArguments("lin", []), ["-m", "-d", "-p", "lin", "-t", "build"]);
  const manifest = "build/esp32/manifest.json";
  const esp32 = buildArguments("esp32", []);
  assert.deepEqual(esp32, ["-m", "-p", "esp32/nodemcu", "-t", "build", manifest]);
});

test("a word that no build knows is told with those that there are, instead of going to mcconfig", () => {
  for (const given of [
    ["dht", "sniffer", "-d", "-p", "esp32/esp32s3", "wifi.ssid=home"],
    ["--board", "pycom", "example=examples/blink.ts", "-t", "deploy"],
  ]) {
    checkWords("esp32", given);
  }
  checkWords("lin", ["-i", "-o", "somewhere", "board.id=a"]);
  assert.throws(() => checkWords("esp32", ["dht", "snifer"]), {
    message: `snifer is no word of a build: there are ${buildWords.join(", ")}; settings are name=value, and what begins with one - is for mcconfig`,
  });
  assert.throws(() => checkWords("esp32", ["--bord", "pycom"]), /^Error: --bord is no word/);
  assert.throws(() => checkWords("esp32", ["pycom"]), /^Error: pycom is no word/);
  assert.throws(
    () => checkWords("lin", ["dht"]),
    /dht is no word of a build: on Linux there is no/,
  );
});

test("lets given arguments win", () => {
  const lin = buildArguments("lin", ["-dl", "-t", "all"]);
  assert.deepEqual(lin, ["-m", "-p", "lin", "-dl", "-t", "all"]);
  const esp32 = buildArguments("esp32", ["-d", "-p", "esp32"]);
  assert.deepEqual(esp32, ["-m", "-t", "build", "-d", "-p", "esp32"]);
});

/** Settings in the manifest of a build; it is no one else's to read, nor is any on the command line. */
function settingsOf(target: "lin" | "esp32", given: readonly string[]): unknown {
  const [manifest] = planFiles(target, given);
  assert.equal(manifest?.isSecret, true);
  const { config, ...others } = JSON.parse(manifest?.text ?? "");
  assert.deepEqual(Object.keys(config), ["settings"]);
  const values = Object.values<string>(config.settings);
  for (const text of [...buildArguments(target, given), JSON.stringify(others)]) {
    assert.ok(!values.some((value) => text.includes(value)), text);
  }
  return config.settings;
}

test("keeps the network's name and password from the SDK, which would connect by itself", () => {
  const given = ["ssid=Home", "password=a=b", "mqtt.broker=mqtt://x"];
  for (const target of ["lin", "esp32"] as const) {
    assert.deepEqual(settingsOf(target, given), {
      "wifi.ssid": "Home",
      "wifi.password": "a=b",
      "mqtt.broker": "mqtt://x",
    });
  }
});

test("every setting that there is gets into the firmware, whatever its name looks like", () => {
  const all = Object.fromEntries(Object.keys(settingList).map((name) => [name, `<${name}>`]));
  assert.ok("sleep" in all && "portal" in all);
  const given = Object.entries(all).map(([name, value]) => `${name}=${value}`);
  assert.deepEqual(settingsOf("lin", given), all);
  assert.deepEqual(settingsOf("esp32", given), all);
  assert.deepEqual(settingsOf("esp32", ["-d", ...given]), all);
});

test("no setting is on a command line, where everybody on the PC could read it", () => {
  const given = ["wifi.ssid=Lab", "-t", "all", "wifi.password=secret", "wifi.ssid=Home"];
  const manifest = "build/esp32/manifest.json";
  const args = buildArguments("esp32", given);
  assert.deepEqual(args, ["-m", "-p", "esp32/nodemcu", manifest, "-t", "all"]);
  const lin = buildArguments("lin", given);
  assert.deepEqual(lin, ["-m", "-d", "-p", "lin", "build/lin/manifest.json", "-t", "all"]);
  const settings = { "wifi.ssid": "Home", "wifi.password": "secret" };
  for (const [file, ...others] of [
    planFiles("esp32", given),
    planFiles("esp32", ["-d", ...given]),
    planFiles("lin", given),
  ]) {
    assert.equal(file?.isSecret, true);
    assert.deepEqual(JSON.parse(file?.text ?? "").config, { settings });
    assert.ok(others.every(({ text }) => !text.includes("secret")));
  }
  for (const [file] of [planFiles("esp32", ["-d", ...given]), planFiles("lin", given)]) {
    assert.deepEqual(JSON.parse(file?.text ?? ""), {
      include: ["../../manifest.json"],
      config: { settings },
    });
  }
  assert.deepEqual(planFiles("lin", ["-t", "all"]), []);
});

test("builds a part that is off by default only when asked to, and only for a board", () => {
  const manifest = "build/esp32/manifest.json";
  const sensors = ["scd4x", "hdc1080", "ens160", "aht2x", "si7021"];
  const words = ["dht", "js", "ota", "psram", "rgb", "sniffer", ...sensors];
  assert.deepEqual(Object.keys(esp32Parts), words);
  assert.ok(!buildArguments("esp32", ["-d", "-t", "all"]).includes(manifest));
  const [named] = planFiles("esp32", ["-d", "wifi.ssid=dht", "board.id=js"]);
  assert.deepEqual(JSON.parse(named?.text ?? "").include, ["../../manifest.json"]);
  const args = buildArguments("esp32", [
    "sniffer",
    "dht",
    "sniffer",
    "wifi.ssid=Home",
    "-t",
    "all",
  ]);
  assert.deepEqual(args, ["-m", "-p", "esp32/nodemcu", manifest, "-t", "all"]);
  assert.ok(buildArguments("lin", ["dht"]).includes("dht"));
  assert.deepEqual(planFiles("lin", words), []);
});

test("sensors that are asked for go before the others, and parts of the host stay with it", () => {
  const [manifest, start] = planFiles("esp32", ["-d", "ens160", "dht", "scd4x"]);
  assert.deepEqual(JSON.parse(manifest?.text ?? "").include, [
    "../../hosts/esp32/pulses/manifest.json",
    "../../drivers/scd4x/manifest.json",
    "../../drivers/ens160/manifest.json",
  ]);
  assert.match(
    start?.text ?? "",
    /main\(createHost\(board, \{ \.\.\.dht \}\), \[scd4x, ens160, \.\.\.climateSensors\]\);/,
  );
  const root = fileURLToPath(new URL("../..", import.meta.url));
  for (const [, path = ""] of start?.text.matchAll(/from "([^"]+)"/g) ?? []) {
    assert.ok(existsSync(join(root, "build/esp32", path)), path);
  }
});

test("any parts can be in one build, whose manifest and start have just these", () => {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  for (const [words, folders] of [
    [["js"], ["js"]],
    [
      ["sniffer", "dht"],
      ["pulses", "sniffer"],
    ],
    [
      ["dht", "js", "sniffer"],
      ["pulses", "js", "sniffer"],
    ],
  ] as const) {
    const [manifest, start] = planFiles("esp32", ["-d", ...words]);
    const { include, modules } = JSON.parse(manifest?.text ?? "");
    assert.deepEqual(
      include,
      folders.map((folder) => `../../hosts/esp32/${folder}/manifest.json`),
    );
    assert.deepEqual(Object.keys(modules), ["build/esp32/start"]);
    for (const path of include) assert.ok(existsSync(join(root, "build/esp32", path)), path);
    for (const [, path = ""] of start?.text.matchAll(/from "([^"]+)"/g) ?? []) {
      assert.ok(existsSync(join(root, "build/esp32", path)), path);
    }
    for (const word of words) assert.ok(start?.text.includes(`...${word}`), word);
  }
});

test("RAM beside the chip brings no code, and adds to the sdkconfig that every build has", () => {
  const [manifest, start, folder, ...configs] = planFiles("esp32", ["-d", "psram", "js"]);
  // mcconfig takes what a manifest says of its build before what it includes: the last include wins.
  assert.deepEqual(JSON.parse(manifest?.text ?? "").include, [
    "../../hosts/esp32/js/manifest.json",
    "../../hosts/esp32/psram/manifest.json",
    "./sdkconfig/manifest.json",
  ]);
  assert.equal(folder?.path, "build/esp32/sdkconfig/manifest.json");
  assert.deepEqual(JSON.parse(folder?.text ?? ""), { build: { SDKCONFIGPATH: "./" } });
  assert.match(start?.text ?? "", /createHost\(board, \{ \.\.\.js \}\)/);
  assert.deepEqual(
    configs.map(({ path, from }) => [path, ...(from ?? [])]),
    [
      [
        "build/esp32/sdkconfig/sdkconfig.defaults",
        "hosts/esp32/sdkconfig/sdkconfig.defaults",
        "hosts/esp32/psram/sdkconfig.defaults",
      ],
      [
        "build/esp32/sdkconfig/sdkconfig.defaults.release",
        "hosts/esp32/sdkconfig/sdkconfig.defaults.release",
      ],
    ],
  );
  for (const path of configs.flatMap(({ from = [] }) => from)) assert.ok(existsSync(path), path);
  assert.equal(planFiles("esp32", ["-d", "js"]).length, 2);
});

test("a release build has the firmware in one module, and what is not in TypeScript beside it", () => {
  const plan = planBuild("esp32", ["dht", "-t", "all"], surroundings({}));
  assert.ok("files" in plan);
  const [manifest, start, ...others] = plan.files;
  assert.deepEqual(JSON.parse(manifest?.text ?? ""), {
    include: [
      "$(MODDABLE)/examples/manifest_base.json",
      "./hosts-esp32.json",
      "./hosts-esp32-pulses.json",
      "./hosts-esp32-ota.json",
      "./sdkconfig/manifest.json",
    ],
    creation: { main: "firmware" },
    modules: { firmware: "./firmware" },
    preload: ["firmware"],
    strip: ["*", ...strippedNames],
  });
  assert.match(start?.text ?? "", /createHost\(board, \{ \.\.\.dht, \.\.\.ota \}\)/);
  assert.deepEqual(
    others.flatMap(({ native }) => native ?? []),
    [
      "hosts/esp32/manifest.json",
      "hosts/esp32/pulses/manifest.json",
      "hosts/esp32/ota/manifest.json",
    ],
  );
  const { program, image } = plan;
  assert.equal(program?.absent?.["drivers/dht/dht.ts"], undefined);
  assert.equal(program?.absent?.["modules/app/commands/js-command.ts"], "modules/app/absent/js.ts");
  assert.equal(program?.keepsPrivate, false);
  assert.deepEqual(image, { board: "esp32-devkit", platform: "esp32/nodemcu", hasSettings: false });
});

test("a board with 8 MB has all words but those that are not for every board, and its own partitions", () => {
  const plan = planBuild("esp32", ["--board", "esp32-8mb", "mqtt.qos=1"], surroundings({}));
  assert.ok("files" in plan);
  const { program, image, files, args } = plan;
  assert.deepEqual(Object.values(program?.absent ?? {}), ["modules/app/absent/js.ts"]);
  assert.deepEqual(image, { board: "esp32-8mb", platform: "esp32/nodemcu", hasSettings: true });
  assert.ok(!args.includes("--board") && !args.includes("esp32-8mb"));
  const ota = files.find(({ native }) => native === "hosts/esp32/ota/manifest.json");
  assert.deepEqual(ota?.change, { "ota/4mb.csv": "ota/8mb.csv" });
  const config = files.find(({ path }) => path === "build/esp32/sdkconfig/sdkconfig.defaults");
  assert.ok(config?.from?.includes("hosts/esp32/ota/8mb.defaults"));
  for (const path of files.flatMap(({ from = [] }) => from)) assert.ok(existsSync(path), path);
  const isGiven = planBuild("esp32", ["--board", "esp32-devkit", "js"], surroundings({}));
  assert.ok("program" in isGiven && isGiven.program?.keepsPrivate === true);
  const other = () => planBuild("esp32", ["--board", "uno"], surroundings({}));
  assert.throws(
    other,
    /uno is no board that images are made for; there is esp32-devkit, esp32-8mb, esp32-c3-devkit, esp32-s3-devkit, pycom/,
  );
});

test("a board is started with its own pins, in a release build and in a debug build", () => {
  for (const [name, { wiring, parts }] of Object.entries(boards)) {
    for (const given of [[], ["-d"], ["-d", "dht"]]) {
      const plan = planBuild("esp32", ["--board", name, ...given], surroundings({}));
      assert.ok("files" in plan);
      const start = plan.files.find(({ path }) => path === programEntry)?.text;
      const isPlain = given.length === 1 && wiring === "esp32-devkit";
      assert.equal(start === undefined, isPlain, `${name} ${given.join(" ")}`);
      assert.equal(plan.args.includes("build/esp32/manifest.json"), !isPlain);
      if (start === undefined) continue;
      assert.ok(start.includes(`"../../hosts/esp32/boards/${wiring}.ts"`));
      assert.match(start, /main\(createHost\(board[,)]/);
      if (given.length === 0) assert.equal(start.includes("...rgb"), parts.includes("rgb"));
    }
  }
});

test("the program of a board has the file of its pins, and of no other board", async () => {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  for (const board of new Set(Object.values(boards))) {
    const { inputs } = await programFor(board);
    const files = inputs.filter((path) => path.startsWith("hosts/esp32/boards/"));
    assert.deepEqual(files, [`hosts/esp32/boards/${board.wiring}.ts`]);
    assert.ok(existsSync(join(root, files[0] ?? "")));
  }
});

test("the files that a part is made of and their stand-ins are there, and every word is of some part", () => {
  for (const { files, standIn } of Object.values(firmwareParts)) {
    for (const path of [...files, standIn]) assert.ok(existsSync(path), path);
  }
  assert.deepEqual(
    buildWords.filter((word) => !(word in esp32Parts) && !(word in firmwareParts)),
    [],
  );
  for (const { parts } of Object.values(boards)) {
    assert.deepEqual(
      parts.filter((word) => !buildWords.includes(word)),
      [],
    );
  }
});

test("a manifest without TypeScript names each file in C and each script, and finds them from the build", () => {
  const list = (folder: string) => readdirSync(folder).sort();
  const manifest = (path: string) => nativeManifest(path, readFileSync(path, "utf8"), list);
  const ota = manifest("hosts/esp32/ota/manifest.json");
  assert.deepEqual(ota.include, []);
  assert.equal(ota.preload, undefined);
  assert.deepEqual(ota.modules, {
    "*": [
      "$(IDF_PATH)/components/app_update/include/esp_ota_ops",
      "../../hosts/esp32/ota/firmware-slots.c",
    ],
    "hosts/esp32/ota/firmware-slots-native": "../../hosts/esp32/ota/firmware-slots-native.js",
  });
  for (const path of ["hosts/esp32/manifest.json", "hosts/esp32/ota/manifest.json"]) {
    const texts = JSON.stringify(manifest(path)).matchAll(/"(\.\.\/[^"]+)"/g);
    for (const [, found = ""] of texts) {
      // A module that stands in for one of the SDK has no ending: the SDK takes its .js and its .c.
      const isThere = ["", ".js"].some((end) => existsSync(join("build/esp32", found + end)));
      assert.ok(isThere, found);
    }
  }
  const host = manifest("hosts/esp32/manifest.json");
  assert.equal((host.creation as { main?: string }).main, undefined);
  assert.ok((host.include as string[]).every((path) => path.startsWith("$(")));
  const { "*": unnamed, ...named } = host.modules as Record<string, string | string[]>;
  assert.equal(named["embedded:io/socket/tcp"], "../../hosts/esp32/tcp/tcp");
  assert.equal(named["embedded:io/socket/listener"], "../../hosts/esp32/tcp/listener");
  assert.ok(!JSON.stringify(unnamed).includes("esp32/tcp/"));
});

test("what is stripped of the language is what its types do not know, and nothing where js is built", () => {
  const { lib } = JSON.parse(readFileSync("tsconfig.json", "utf8")).compilerOptions;
  // The first version of the language that has functions of iterators is ES2025.
  assert.deepEqual(lib, ["es2024"]);
  const iterators = /^Iterator(Helper|Wrapper)?\.(from|prototype\.[a-zA-Z]+)$/;
  for (const name of strippedNames) assert.match(name, iterators);
  assert.ok(!strippedNames.some((name) => /iterator$/i.test(name)));
  const [manifest] = planFiles("esp32", ["js"]);
  assert.equal(JSON.parse(manifest?.text ?? "").strip, undefined);
});

test("the JavaScript parser comes with the whole language", () => {
  const path = fileURLToPath(new URL("../../hosts/esp32/js/manifest.json", import.meta.url));
  assert.deepEqual(JSON.parse(readFileSync(path, "utf8")).strip, []);
});

test("a board's build takes the SDK's io modules one by one: all of them bring SPI, which not each has", () => {
  const manifest = ["manifest.json"]
    .map((name) => readFileSync(join("hosts", "esp32", name), "utf8"))
    .join("\n");
  assert.doesNotMatch(manifest, /(modules\/io|\$\(IO\))\/(spi\/)?manifest\.json/);
});

test("the compiler finds the mbedTLS of ESP-IDF, or one that is not the system's", () => {
  const idf = compilerPaths("esp32", { IDF_PATH: "/idf", CPATH: "/mine" });
  assert.match(idf.CPATH ?? "", /^\/idf\/components\/mbedtls\/mbedtls\/tf-psa-crypto\/include:/);
  assert.match(idf.CPATH ?? "", /:\/mine$/);
  assert.equal(idf.LIBRARY_PATH, undefined);
  assert.deepEqual(compilerPaths("lin", { MBEDTLS: "/opt/mbedtls" }), {
    CPATH: "/opt/mbedtls/include",
    LIBRARY_PATH: "/opt/mbedtls/lib",
  });
  assert.deepEqual(compilerPaths("lin", { IDF_PATH: "/idf" }), {});
});

const examples: Readonly<Record<string, string>> = {
  "/project/examples/blink.ts": [
    'import type { ExampleBoard } from "../modules/app/example/example-board.ts";',
    'import { toHex } from "../modules/base/hex.ts";',
    'import { half } from "./parts/half.ts";',
    "export default function (board: ExampleBoard) {}",
  ].join("\n"),
  "/project/examples/parts/half.ts": "export const half = 0.5;",
  "/project/modules/base/hex.ts": "export function toHex() {}",
  "/project/examples/no-function.ts": "export const a = 1;",
  "/project/examples/lost.ts": 'import { a } from "./none.ts";\nexport default function () {}',
};

function planExample(target: "lin" | "esp32", ...given: readonly string[]) {
  const around = { ...surroundings({}), read: (path: string) => examples[path] };
  const plan = planBuild(target, given, around);
  assert.ok("files" in plan);
  return plan;
}

test("an example is built into the firmware of a board, with what it imports beside itself", () => {
  const { args, files } = planExample(
    "esp32",
    "-d",
    "example=examples/blink.ts",
    "dht",
    "board.id=a",
  );
  assert.deepEqual(args.slice(-2), ["build/esp32/manifest.json", "-d"]);
  const [, released] = planExample("esp32", "example=examples/blink.ts").files;
  assert.match(
    released?.text ?? "",
    /createHost\(board, \{ \.\.\.ota \}\), undefined, runExample\(example, /,
  );
  const [manifest, start] = files;
  const { include, modules, config } = JSON.parse(manifest?.text ?? "");
  assert.deepEqual(include, [
    "../../hosts/esp32/pulses/manifest.json",
    "../../modules/app/example/manifest.json",
  ]);
  assert.deepEqual(modules, {
    "build/esp32/start": "./start",
    "examples/blink": "../../examples/blink",
    "examples/parts/half": "../../examples/parts/half",
  });
  assert.deepEqual(config, { settings: { "board.id": "a" } });
  assert.match(
    start?.text ?? "",
    /main\(createHost\(board, \{ \.\.\.dht \}\), undefined, runExample\(example, "examples\/blink\.ts"\)\);/,
  );
  assert.match(start?.text ?? "", /^import example from "\.\.\/\.\.\/examples\/blink\.ts";$/m);
});

test("an example is in the one module of a board", async () => {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const read = (path: string) => (existsSync(path) ? readFileSync(path, "utf8") : undefined);
  const plan = planBuild("esp32", ["example=examples/own-topic.ts"], {
    ...surroundings({}),
    root,
    exists: (path) => path.startsWith(root) || installed.has(path),
    read,
  });
  assert.ok("files" in plan);
  const start = plan.files.find(({ path }) => path === programEntry);
  mkdirSync(join(root, "build"), { recursive: true });
  const folder = mkdtempSync(join(root, "build/example-"));
  try {
    const entry = join(folder, "start.ts");
    writeFileSync(entry, start?.text ?? "");
    const { inputs, source } = await bundleBoardProgram({ root, entry: relative(root, entry) });
    assert.ok(inputs.includes("examples/own-topic.ts"));
    assert.ok(inputs.includes("modules/app/example/example-board.ts"));
    assert.match(source, /led takes on or off/);
    assert.match(source, /"led\/state"/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("an example goes with sensors, and into the SDK's Linux simulator", () => {
  const [, start] = planExample("esp32", "-d", "example=examples/blink.ts", "scd4x").files;
  assert.match(
    start?.text ?? "",
    /main\(createHost\(board\), \[scd4x, \.\.\.climateSensors\], runExample\(example, /,
  );
  const { args, files } = planExample("lin", "example=/project/examples/blink.ts", "board.id=a");
  assert.deepEqual(args, ["-m", "-d", "-p", "lin", "-t", "build", "build/lin/manifest.json"]);
  const { include, config } = JSON.parse(files[0]?.text ?? "");
  assert.deepEqual(include, ["../../modules/app/example/manifest.json"]);
  assert.deepEqual(config, { settings: { "board.id": "a" } });
  assert.deepEqual(
    files.map(({ path }) => path),
    ["build/lin/manifest.json", "build/lin/start.ts"],
  );
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const imports = [...(files[1]?.text ?? "").matchAll(/from "\.\.\/\.\.\/([^"]+)"/g)];
  for (const [, path = ""] of imports.slice(1)) assert.ok(existsSync(join(root, path)), path);
});

test("an example that cannot be built is refused in one line that says why", () => {
  const cases = [
    ["", /^example= takes a file, such as examples\/blink-on-bad-air\.ts$/],
    ["examples/none.ts", /^example=examples\/none\.ts: there is no such file$/],
    ["examples/no-function.ts", /needs a line that begins with export default function \(board\)$/],
    ["../other/blink.ts", /must lie in this repository/],
    ["examples/blink.js", /it is no TypeScript file/],
    ["examples/lost.ts", /examples\/lost\.ts imports \.\/none\.ts, which is not there$/],
  ] as const;
  for (const [file, rule] of cases) {
    assert.throws(
      () => planExample("esp32", `example=${file}`),
      (error: Error) => rule.test(error.message) && !error.message.includes("\n"),
      file,
    );
  }
});

test("settings do not stay when a build is ended with Ctrl-C, which the whole terminal hears", (t) => {
  const root = mkdtempSync(join(tmpdir(), "airpair-build-"));
  t.after(() => rmSync(root, { recursive: true }));
  writeFileSync(join(root, "mcconfig"), "#!/bin/sh\nkill -INT $PPID\nexit 130\n", { mode: 0o755 });
  const file = { path: "build/lin/manifest.json", text: "secret", isSecret: true };
  const plan = { args: [], path: `${root}:${process.env.PATH}`, files: [file] };
  const build = new URL("../../tools/build.ts", import.meta.url);
  const script = `
    const { carryOut } = await import(${JSON.stringify(build)});
    const around = { env: process.env, root: ${JSON.stringify(root)}, exists: () => false };
    process.exitCode = await carryOut("lin", [${JSON.stringify(plan)}], around);`;
  const options = { cwd: fileURLToPath(new URL("../..", import.meta.url)), timeout: 60_000 };
  const words = ["--import", "tsx", "--input-type=module", "--eval", script];
  const { status, signal, stderr } = spawnSync(process.execPath, words, options);
  assert.deepEqual([status, signal, String(stderr)], [130, null, ""]);
  assert.equal(existsSync(join(root, "build/lin")), true);
  assert.equal(existsSync(join(root, file.path)), false);
});
