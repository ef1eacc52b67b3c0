// SPDX-License-Identifier: MIT

import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

/** Ends the name of a file that is being written; no encoded key ends so. */
const draftMark = "%";

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}

/**
 * Key-value storage in files, one per key: `<folder>/<domain>/<key>`. A write is durable when it
 * returns, and a power cut leaves the old or the new value.
 */
export class StorageFile {
  readonly #folder: string;
  readonly #changes = new Map<string, number>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  read(domain: string, key: string): Uint8Array | undefined {
    try {
      return readFileSync(this.path(domain, key));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  write(domain: string, key: string, value: Uint8Array): void {
    const path = this.path(domain, key);
    const draft = `${path}${draftMark}`;
    mkdirSync(join(this.#folder, encodeURIComponent(domain)), { recursive: true });
    const file = openSync(draft, "w");
    try {
      writeSync(file, value);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
    this.count(domain);
  }

  delete(domain: string, key: string): void {
    rmSync(this.path(domain, key), { force: true });
    this.count(domain);
  }

  /** How often something was written or deleted there, by this object. */
  changesOf(domain: string): number {
    return this.#changes.get(domain) ?? 0;
  }

  /** Keys of a domain. */
  list(domain: string): string[] {
    try {
      return readdirSync(join(this.#folder, encodeURIComponent(domain)))
        .filter((name) => !name.endsWith(draftMark))
        .map((name) => decodeURIComponent(name).slice(1));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  private count(domain: string): void {
    this.#changes.set(domain, this.changesOf(domain) + 1);
  }

  private path(domain: string, key: string): string {
    // A letter in front, because "." and ".." are folders.
    return join(this.#folder, encodeURIComponent(domain), encodeURIComponent(`=${key}`));
  }
}
