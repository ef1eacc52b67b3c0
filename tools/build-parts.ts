// SPDX-License-Identifier: MIT

/**
 * Parts of the ESP32 host that a build has only when their word is given, and their folders: a DHT
 * sensor, the console's command `js`, and the ear for other people's Wi-Fi frames.
 */
export const esp32Parts: Readonly<Record<string, string>> = {
  dht: "hosts/esp32/pulses",
  js: "hosts/esp32/js",
  sniffer: "hosts/esp32/sniffer",
};

/** A file that a build needs, by its path in the repository. */
export interface BuildFile {
  readonly path: string;
  readonly text: string;
}

/** Where they are written; as deep as the host's folder, for the sake of the imports. */
const folder = "build/esp32";

/**
 * The manifest of a board with these parts, and what starts the firmware with them: mcconfig takes
 * one manifest, and a module that is not in a build cannot be imported.
 */
export function partFiles(words: readonly string[]): readonly BuildFile[] {
  const folders = words.map((word) => esp32Parts[word]);
  const manifest = {
    include: folders.map((path) => `../../${path}/manifest.json`),
    creation: { main: `${folder}/start` },
    modules: { [`${folder}/start`]: "./start" },
  };
  const start = [
    'import { createHost } from "../../hosts/esp32/host.ts";',
    ...words.map((word) => `import { part as ${word} } from "../../${esp32Parts[word]}/part.ts";`),
    'import { installTextCodec } from "../../hosts/moddable/text-codec.ts";',
    'import { main } from "../../main.ts";',
    "",
    "export default function start(): void {",
    "  installTextCodec();",
    `  main(createHost({ ${words.map((word) => `...${word}`).join(", ")} }));`,
    "}",
    "",
  ];
  return [
    { path: `${folder}/manifest.json`, text: `${JSON.stringify(manifest, null, 2)}\n` },
    { path: `${folder}/start.ts`, text: start.join("\n") },
  ];
}
