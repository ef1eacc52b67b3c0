// SPDX-License-Identifier: MIT

import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { decodeHeader, headerLength, signatureLength } from "../../modules/update/image-header.ts";

/** An image for a new board, as `npm run build:esp32` leaves it for ESP Web Tools. */
export interface FlashImage {
  /** Name of its folder. */
  readonly board: string;
  readonly name: string;
  readonly version: string;
}

/** A signed image, which boards fetch. */
export interface UpdateImage {
  /** Name in the address. */
  readonly name: string;
  readonly file: string;
  readonly version: string;
  readonly board: string;
  /** Bytes. */
  readonly length: number;
}

const plainName = /^[\w][\w.-]*$/;

/** What is in the folder of the firmware at the moment; it may be built anew while the hub runs. */
export class FirmwareFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get path(): string {
    return this.#folder;
  }

  get flashImages(): FlashImage[] {
    return folders(this.#folder).flatMap((board) => {
      const manifest = this.manifest(board);
      if (!manifest) return [];
      const text = (value: unknown) => (typeof value === "string" ? value : "");
      return [{ board, name: text(manifest.name), version: text(manifest.version) }];
    });
  }

  /** A file of an image for a new board: the manifest, or a part that it names; undefined: there is none. */
  flashFile(board: string, name: string): Buffer | undefined {
    const manifest = plainName.test(board) ? this.manifest(board) : undefined;
    if (!manifest || !plainName.test(name)) return undefined;
    if (name !== "manifest.json" && !partsOf(manifest).includes(name)) return undefined;
    return readIfThere(join(this.#folder, board, name));
  }

  /** In the folder itself, and in each below it. */
  get updateImages(): UpdateImage[] {
    const places = [this.#folder, ...folders(this.#folder).map((name) => join(this.#folder, name))];
    const found = new Map<string, UpdateImage>();
    for (const place of places) {
      for (const name of namesIn(place)) {
        if (!name.endsWith(".airpair") || !plainName.test(name) || found.has(name)) continue;
        const image = updateImage(name, join(place, name));
        if (image) found.set(name, image);
      }
    }
    return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
  }

  private manifest(board: string): Record<string, unknown> | undefined {
    const text = readIfThere(join(this.#folder, board, "manifest.json"));
    if (!text) return undefined;
    try {
      const manifest: unknown = JSON.parse(text.toString("utf8"));
      const isObject =
        typeof manifest === "object" && manifest !== null && !Array.isArray(manifest);
      return isObject ? (manifest as Record<string, unknown>) : undefined;
    } catch {
      return undefined;
    }
  }
}

/** Files that a manifest of ESP Web Tools names, where they lie beside it. */
function partsOf({ builds }: Record<string, unknown>): string[] {
  const list = (value: unknown) => (Array.isArray(value) ? (value as unknown[]) : []);
  const field = (value: unknown, name: string) =>
    typeof value === "object" && value !== null
      ? (value as Record<string, unknown>)[name]
      : undefined;
  return list(builds).flatMap((build) =>
    list(field(build, "parts")).flatMap((part) => {
      const path = field(part, "path");
      return typeof path === "string" && plainName.test(path) ? [path] : [];
    }),
  );
}

function updateImage(name: string, file: string): UpdateImage | undefined {
  let handle: number;
  try {
    handle = openSync(file, "r");
  } catch {
    return undefined;
  }
  try {
    const head = Buffer.alloc(headerLength);
    readSync(handle, head, 0, headerLength, 0);
    const header = decodeHeader(head);
    const { size } = fstatSync(handle);
    // One that is just being written is not whole yet.
    if (!header || size !== headerLength + signatureLength + header.length) return undefined;
    return { name, file, version: header.version, board: header.board, length: size };
  } finally {
    closeSync(handle);
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // It has not been built yet.
    return [];
  }
}

function folders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && plainName.test(entry.name))
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
