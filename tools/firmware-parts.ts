// SPDX-License-Identifier: MIT

/** A part of the firmware that a build has only when its word is given. */
interface FirmwarePart {
  /** The files that the rest of the firmware knows of it. */
  readonly files: readonly string[];
  /** What they are where it is not built. */
  readonly standIn: string;
}

/** Those parts, by their words; some are also parts of a host (`esp32Parts`). */
export const firmwareParts: Readonly<Record<string, FirmwarePart>> = {
  platforms: {
    files: [
      "modules/app/commands/platform-command.ts",
      "modules/app/start/start-platforms.ts",
      "modules/cloud/cloud-settings.ts",
    ],
    standIn: "modules/app/absent/platforms.ts",
  },
  webhook: {
    files: [
      "modules/app/commands/webhook-command.ts",
      "modules/app/start/start-webhook.ts",
      "modules/webhook/webhook-settings.ts",
    ],
    standIn: "modules/app/absent/webhook.ts",
  },
  websocket: {
    files: ["modules/mqtt/web-socket/web-socket.ts"],
    standIn: "modules/app/absent/websocket.ts",
  },
  dht: { files: ["drivers/dht/dht.ts"], standIn: "modules/app/absent/dht.ts" },
  js: { files: ["modules/app/commands/js-command.ts"], standIn: "modules/app/absent/js.ts" },
  sniffer: {
    files: ["modules/wifi/sniffer/sniffer.ts"],
    standIn: "modules/app/absent/sniffer.ts",
  },
};

/** What stands in for which file in a build with these words. */
export function absentFiles(words: readonly string[]): Readonly<Record<string, string>> {
  const absent = Object.entries(firmwareParts).filter(([word]) => !words.includes(word));
  return Object.fromEntries(
    absent.flatMap(([, { files, standIn }]) => files.map((file) => [file, standIn])),
  );
}
