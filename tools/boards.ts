// SPDX-License-Identifier: MIT

import { type BuildBoard, esp32Parts } from "./build-parts.ts";
import { firmwareParts } from "./firmware-parts.ts";

/** A board that images are made for. */
export interface Board extends BuildBoard {
  /** Target of the SDK. */
  readonly target: string;
  /** Words of the build that it has without being asked for. */
  readonly parts: readonly string[];
}

/** What is not for every board, whatever room it has. */
const onDemand = ["js", "psram", "rgb"];
const everything = [...new Set([...Object.keys(esp32Parts), ...Object.keys(firmwareParts)])];
/** For 8 MB. */
const most = everything.filter((word) => !onDemand.includes(word));

/** Boards by name. With 4 MB there is room for two images of what most need, with 8 MB for two of all. */
export const boards: Readonly<Record<string, Board>> = {
  "esp32-devkit": { wiring: "esp32-devkit", target: "esp32/nodemcu", flash: 4, parts: ["ota"] },
  "esp32-8mb": {
    wiring: "esp32-devkit",
    target: "esp32/nodemcu",
    flash: 8,
    parts: most,
  },
  "esp32-c3-devkit": {
    wiring: "esp32-c3-devkit",
    target: "esp32/esp32c3",
    flash: 4,
    parts: ["ota", "rgb"],
  },
  "esp32-s3-devkit": {
    wiring: "esp32-s3-devkit",
    target: "esp32/esp32s3",
    flash: 8,
    parts: [...most, "rgb"],
  },
  pycom: {
    wiring: "pycom",
    target: "esp32/nodemcu",
    flash: 8,
    parts: [...most, "psram", "rgb"],
  },
};

export const usualBoard = "esp32-devkit";

/** All words of a build. */
export const buildWords: readonly string[] = everything;

/** The board of that name. Throws an Error that says which there are. */
export function boardNamed(name: string): Board {
  const board = Object.hasOwn(boards, name) ? boards[name] : undefined;
  if (board) return board;
  const known = Object.keys(boards).join(", ");
  throw new Error(`${name} is no board that images are made for; there is ${known}`);
}
