// SPDX-License-Identifier: MIT

// npm run image: signs an image of the firmware for updates over the air, and serves it when asked.

import type { KeyObject } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { serveImage } from "../hosts/sim/node/update/image-server.ts";
import { signImage } from "../hosts/sim/node/update/signed-image.ts";
import { signingWith, simulatedImage } from "../hosts/sim/node/update/simulated-image.ts";
import { virtualBoard } from "../hosts/virtual/firmware-slots.ts";
import { messageOf } from "../modules/base/app-error.ts";
import { version as ownVersion } from "../modules/base/version.ts";
import { boardNamed, boards, usualBoard } from "./boards.ts";
import { chipOf } from "./chips.ts";
import { readKey } from "./update-key.ts";

const usage = `usage: npm run image -- FILE.bin | sim [--version V] [--board NAME] [--out FILE] [--serve] [--port N] [--host ADDRESS]

  FILE.bin   the image that npm run build:esp32 leaves
  sim        an image for simulated boards; --broken: one that never gets to work
  --version  of the image, such as 0.2.0; default: that of this repository
  --board    that it is for: ${Object.keys(boards).join(", ")}; default: ${usualBoard}
  --out      where the signed image goes; default: beside FILE.bin, with the ending .airpair
  --serve    serves it, to be fetched with update URL on a board
  --host     0.0.0.0 for boards in the network; default 127.0.0.1`;

export interface ImageOptions {
  readonly source: string;
  readonly version: string;
  readonly board: string;
  readonly out: string;
  readonly isServed: boolean;
  readonly isBroken: boolean;
  readonly port: number;
  readonly host: string;
}

/** Reads the command line. Throws an Error with one line. */
export function parseImageOptions(args: readonly string[]): ImageOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      version: { type: "string", default: ownVersion },
      board: { type: "string", default: usualBoard },
      out: { type: "string" },
      serve: { type: "boolean", default: false },
      broken: { type: "boolean", default: false },
      port: { type: "string", default: "8070" },
      host: { type: "string", default: "127.0.0.1" },
    },
  });
  const [source, ...more] = positionals;
  if (source === undefined || more.length > 0) throw new Error("one image is signed at a time");
  const port = Number(values.port);
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new Error("--port takes a whole number from 0 to 65535");
  }
  if (!/^[!-~]{1,16}$/.test(values.version) || !/^\d/.test(values.version)) {
    throw new Error("--version takes up to 16 characters, such as 0.2.0");
  }
  const isSimulated = source === "sim";
  if (!isSimulated) boardNamed(values.board);
  if (values.broken && !isSimulated) throw new Error("--broken is for sim");
  const out =
    values.out ??
    (isSimulated ? `sim-${values.version}.airpair` : `${source.replace(/\.bin$/, "")}.airpair`);
  return {
    source,
    version: values.version,
    board: isSimulated ? virtualBoard : values.board,
    out,
    isServed: values.serve,
    isBroken: values.broken,
    port,
    host: values.host,
  };
}

/** The signed image. Throws an Error with one line when the file is no image of a chip. */
export function makeImage(options: ImageOptions, key: KeyObject): Uint8Array {
  const { source, version, board } = options;
  if (source === "sim") return simulatedImage(version, key, options.isBroken);
  const image = new Uint8Array(readFileSync(source));
  const chip = chipIn(image, source);
  const { family, id } = chipOf(boardNamed(board).target);
  if (chip !== id) {
    throw new Error(
      `${source} is for another chip than the ${family} of ${board}; --board names its board`,
    );
  }
  return signImage(image, { version, board, chip, ...signingWith(key) });
}

/** Number of the chip in the header of an image (ESP-IDF, esp_image_header_t). */
function chipIn(image: Uint8Array, source: string): number {
  if (image[0] === 0xff) {
    throw new Error(`${source} is a merged image: take xs_esp32.bin, without the boot loader`);
  }
  if (image[0] !== 0xe9 || image.length < 1_024) throw new Error(`${source} is no image of a chip`);
  if (image[23] !== 1) throw new Error(`${source} has no hash at its end`);
  return (image[12] ?? 0) | ((image[13] ?? 0) << 8);
}

/** What is typed on a board; a server at all addresses of this PC is named by one that others can reach. */
export function boardLine(
  { host, port, path }: { readonly host: string; readonly port: number; readonly path: string },
  interfaces: Readonly<Record<string, readonly InterfaceAddress[] | undefined>>,
): string {
  const all = Object.values(interfaces).flatMap((each) => each ?? []);
  const reachable = all.find(({ family, internal }) => family === "IPv4" && !internal);
  const place = host === "0.0.0.0" ? (reachable?.address ?? "ADDRESS-OF-THIS-PC") : host;
  return `on a board: update http://${place}:${port}${path}   (Ctrl-C stops)`;
}

interface InterfaceAddress {
  readonly family: string;
  readonly address: string;
  readonly internal: boolean;
}

function run(): void {
  const say = (text: string) => process.stdout.write(`${text}\n`);
  if (process.argv.includes("--help")) {
    say(usage);
    return;
  }
  const options = parseImageOptions(process.argv.slice(2));
  const bytes = makeImage(options, readKey(process.cwd()));
  writeFileSync(options.out, bytes);
  say(`${options.out}: version ${options.version} for ${options.board}, ${bytes.length} bytes`);
  if (!options.isServed) return;
  const path = `/${encodeURIComponent(basename(options.out))}`;
  const server = serveImage(bytes, path, say);
  server.on("error", ({ message, code }: NodeJS.ErrnoException) => {
    const todo = code === "EADDRINUSE" ? "; choose another with -- --port N" : "";
    process.stderr.write(`airpair: the image cannot be served: ${message}${todo}\n`);
    process.exitCode = 1;
  });
  server.listen(options.port, options.host, () => {
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : options.port;
    say(boardLine({ host: options.host, port, path }, networkInterfaces()));
  });
}

if (process.argv[1] !== undefined && /[\\/]image\.ts$/.test(process.argv[1])) {
  try {
    run();
  } catch (error) {
    process.stderr.write(`airpair: ${messageOf(error)}\n${usage}\n`);
    process.exitCode = 2;
  }
}
