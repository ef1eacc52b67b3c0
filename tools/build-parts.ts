// SPDX-License-Identifier: MIT

import { buildFolder } from "./board-manifest.ts";
import type { ExampleFiles } from "./example-files.ts";

/** Sensors on I2C that a build has only when their word is given, and their folders. */
const sensorParts: Readonly<Record<string, string>> = {
  // First the one that takes longest to say who it is; a Si7021 resets itself at the question of the
  // HDC1080 for the id, and comes some while after it.
  scd4x: "drivers/scd4x",
  hdc1080: "drivers/hdc1080",
  ens160: "drivers/ens160",
  aht2x: "drivers/aht2x",
  si7021: "drivers/si7021",
};

/** What brings no code: another split of the memory, and what it adds to the sdkconfig of every build. */
const memoryParts: Readonly<Record<string, string>> = {
  psram: "hosts/esp32/psram",
};

/**
 * All that a build has only when its word is given: those sensors, and parts of the ESP32 host: a DHT
 * sensor, the console's command `js`, updates over the air, RAM beside the chip, and the ear for other people's
 * Wi-Fi frames.
 */
export const esp32Parts: Readonly<Record<string, string>> = {
  dht: "hosts/esp32/pulses",
  js: "hosts/esp32/js",
  ota: "hosts/esp32/ota",
  ...memoryParts,
  rgb: "hosts/esp32/rgb",
  sniffer: "hosts/esp32/sniffer",
  ...sensorParts,
};

/** What a build with an example has besides: the board as a small program sees it. */
export const exampleFolder = "modules/app/example";

/** A file that a build needs, by its path in the repository. */
export interface BuildFile {
  readonly path: string;
  readonly text: string;
  /** Files of the repository that go in front of the text, one behind the other. */
  readonly from?: readonly string[];
  /** The manifest in the repository that it is, without its modules in TypeScript. */
  readonly native?: string;
  /** Texts in it that become others. */
  readonly change?: Readonly<Record<string, string>>;
  /** Holds what nobody else may read, and does not stay. */
  readonly isSecret?: boolean;
}

/** Where they are written; as deep as the host's folder, for the sake of the imports. */
const folder = buildFolder;
const linuxFolder = "build/lin";

/** Settings by name, as a build is given them. */
export type BuildSettings = Readonly<Record<string, string>>;

/** What the files of a build depend on of its board. */
export interface BuildBoard {
  /** What is fixed on it: the name of a file of hosts/esp32/boards. */
  readonly wiring: string;
  /** Flash memory, MB. */
  readonly flash: 4 | 8;
}

/** What hosts/esp32/start.ts starts with. */
const usualWiring = "esp32-devkit";

/** Whether a build needs a start of its own, as the usual one is for another board. */
export function needsStart({ wiring }: Pick<BuildBoard, "wiring">): boolean {
  return wiring !== usualWiring;
}

/**
 * The manifest of a board with these parts, settings and example, and what starts
 * the firmware with them: mcconfig takes one manifest, and a module that is not in a build cannot be
 * imported. Settings stand in the manifest because everybody on the PC can read a command line.
 */
export function partFiles(
  words: readonly string[],
  settings: BuildSettings,
  board: BuildBoard,
  example?: ExampleFiles,
): readonly BuildFile[] {
  const folders = words.map((word) => `${esp32Parts[word]}/manifest.json`);
  if (example !== undefined) folders.push(`${exampleFolder}/manifest.json`);
  const isSecret = Object.keys(settings).length > 0;
  const hasParts = folders.length > 0;
  const hasStart = hasParts || needsStart(board);
  const configs = words.filter((word) => word in memoryParts).map((word) => esp32Parts[word]);
  const manifest = {
    include: [
      ...(hasParts ? folders : ["manifest.json"]).map((path) => `../../${path}`),
      // The last one that names the folder of the sdkconfig wins, and a manifest's own word comes first.
      ...(configs.length > 0 ? ["./sdkconfig/manifest.json"] : []),
    ],
    ...(hasStart && {
      creation: { main: `${folder}/start` },
      modules: {
        [`${folder}/start`]: "./start",
        ...Object.fromEntries(example?.modules.map((id) => [id, `../../${id}`]) ?? []),
      },
    }),
    ...(isSecret && { config: { settings } }),
  };
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  const file = { path: `${folder}/manifest.json`, text, isSecret };
  if (!hasStart) return [file];
  const start = { path: `${folder}/start.ts`, text: startText(board, words, example) };
  const added = configs.map((path) => `${path}/sdkconfig.defaults`);
  return [file, start, ...(added.length > 0 ? configFiles(added) : [])];
}

/**
 * Built-in functions that no program of ours can use, as the types that it is checked with do not know
 * them. The SDK keeps them because their names are also those of functions of arrays.
 */
export const strippedNames: readonly string[] = [
  "Iterator.from",
  ...["drop", "every", "filter", "find", "flatMap", "forEach", "map", "reduce", "some", "take"].map(
    (name) => `Iterator.prototype.${name}`,
  ),
  ...["IteratorHelper", "IteratorWrapper"].flatMap((name) => [
    `${name}.prototype.next`,
    `${name}.prototype.return`,
  ]),
];

/** What starts a board's one program, and the module that it becomes. */
export const programEntry = `${folder}/start.ts`;
export const programModule = "firmware";

/**
 * The manifest of a board whose firmware is one module, with what it takes of ours that is not in
 * TypeScript.
 */
export function programFiles(
  words: readonly string[],
  settings: BuildSettings,
  board: BuildBoard,
  example?: ExampleFiles,
): readonly BuildFile[] {
  const { flash } = board;
  const parts = words.filter((word) => word in esp32Parts);
  const folders = parts.flatMap((word) => esp32Parts[word] ?? []);
  const natives = ["hosts/esp32", ...folders].map((path) => ({
    path: `${folder}/${path.replaceAll("/", "-")}.json`,
    text: "",
    native: `${path}/manifest.json`,
    ...(flash === 8 && { change: { "ota/4mb.csv": "ota/8mb.csv" } }),
  }));
  const isSecret = Object.keys(settings).length > 0;
  const manifest = {
    include: [
      "$(MODDABLE)/examples/manifest_base.json",
      ...natives.map(({ path }) => path.replace(folder, ".")),
      "./sdkconfig/manifest.json",
    ],
    creation: { main: programModule },
    modules: { [programModule]: `./${programModule}` },
    preload: [programModule],
    // An expression of the command `js` may use all of the language.
    ...(!words.includes("js") && { strip: ["*", ...strippedNames] }),
    ...(isSecret && { config: { settings } }),
  };
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  const memory = words.filter((word) => word in memoryParts).map((word) => esp32Parts[word]);
  const added = [
    ...(flash === 8 ? ["hosts/esp32/ota/8mb.defaults"] : []),
    ...memory.map((path) => `${path}/sdkconfig.defaults`),
  ];
  return [
    { path: `${folder}/manifest.json`, text, isSecret },
    { path: programEntry, text: startText(board, parts, example) },
    ...natives,
    ...configFiles(added),
  ];
}

/** The sdkconfig of every build and what these files add to it; the SDK takes one folder. */
function configFiles(added: readonly string[]): readonly BuildFile[] {
  const usual = "hosts/esp32/sdkconfig";
  const [common, release] = ["sdkconfig.defaults", "sdkconfig.defaults.release"];
  const manifest = `${JSON.stringify({ build: { SDKCONFIGPATH: "./" } }, null, 2)}\n`;
  return [
    { path: `${folder}/sdkconfig/manifest.json`, text: manifest },
    { path: `${folder}/sdkconfig/${common}`, from: [`${usual}/${common}`, ...added], text: "" },
    { path: `${folder}/sdkconfig/${release}`, from: [`${usual}/${release}`], text: "" },
  ];
}

/** What starts the firmware on a board with these parts. */
function startText(
  { wiring }: BuildBoard,
  given: readonly string[],
  example: ExampleFiles | undefined,
): string {
  const words = given.filter((word) => !(word in memoryParts));
  const sensors = words.filter((word) => word in sensorParts);
  const parts = words.filter((word) => !sensors.includes(word)).map((word) => `...${word}`);
  const climate = sensors.length === 0 ? "" : `, [${sensors.join(", ")}, ...climateSensors]`;
  const program = example ? `, runExample(example, ${JSON.stringify(example.path)})` : "";
  const rest = example && climate === "" ? `, undefined${program}` : `${climate}${program}`;
  const lines = [
    ...(example ? [`import example from "../../${example.path}";`] : []),
    ...(climate === "" ? [] : ['import { climateSensors } from "../../drivers/climate-list.ts";']),
    `import { board } from "../../hosts/esp32/boards/${wiring}.ts";`,
    'import { createHost } from "../../hosts/esp32/host.ts";',
    ...words.map((word) => `import { part as ${word} } from "../../${esp32Parts[word]}/part.ts";`),
    'import { installTextCodec } from "../../hosts/moddable/text-codec.ts";',
    'import { main } from "../../main.ts";',
    ...(example ? [`import { runExample } from "../../${exampleFolder}/run-example.ts";`] : []),
    "",
    "export default function start(): void {",
    "  installTextCodec();",
    `  main(createHost(board${parts.length === 0 ? "" : `, { ${parts.join(", ")} }`})${rest});`,
    "}",
    "",
  ];
  return lines.join("\n");
}

/**
 * The manifest of the SDK's Linux simulator with these settings and an example, and what starts it with
 * that.
 */
export function linuxFiles(
  settings: BuildSettings,
  example: ExampleFiles | undefined,
): readonly BuildFile[] {
  const isSecret = Object.keys(settings).length > 0;
  const manifest = {
    include: [`../../${example ? `${exampleFolder}/` : ""}manifest.json`],
    ...(example && {
      creation: { main: `${linuxFolder}/start` },
      modules: {
        [`${linuxFolder}/start`]: "./start",
        ...Object.fromEntries(example.modules.map((id) => [id, `../../${id}`])),
      },
    }),
    ...(isSecret && { config: { settings } }),
  };
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  const file = { path: `${linuxFolder}/manifest.json`, text, isSecret };
  if (!example) return [file];
  const start = [
    `import example from "../../${example.path}";`,
    'import { runFirmware } from "../../hosts/lin/run-firmware.ts";',
    `import { runExample } from "../../${exampleFolder}/run-example.ts";`,
    "",
    "export default function start(): void {",
    `  runFirmware(runExample(example, ${JSON.stringify(example.path)}));`,
    "}",
    "",
  ];
  return [file, { path: `${linuxFolder}/start.ts`, text: start.join("\n") }];
}
