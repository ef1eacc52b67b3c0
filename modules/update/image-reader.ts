// SPDX-License-Identifier: MIT

import { areEqual } from "../base/bytes.ts";
import type { FirmwareSlots, SlotWriter } from "../base/firmware-slots.ts";
import type { HostCrypto } from "../base/host-crypto.ts";
import {
  blockLength,
  decodeHeader,
  hashLength,
  headerLength,
  type ImageHeader,
  isNewer,
  signatureLength,
} from "./image-header.ts";
import { updateError, updateErrorOf } from "./update-error.ts";

const prefixLength = headerLength + signatureLength;

export interface ImageReaderOptions {
  readonly slots: Pick<FirmwareSlots, "chip" | "board" | "version" | "size" | "open">;
  readonly crypto: Pick<HostCrypto, "sha256" | "verifyP256">;
  /** 65 bytes: 4, x, y. */
  readonly key: Uint8Array;
  /** An image that is no newer than what runs is taken, too. */
  readonly isForced: boolean;
}

/**
 * Takes a signed image in pieces of any size, and writes it to the other slot: not a byte before the
 * signature was found good and the image the right one for this board. Holds one block in memory.
 */
export class ImageReader {
  readonly #options: ImageReaderOptions;
  /** Hash so far, and the block behind it. Before the header is whole: what there is of it. */
  readonly #buffer = new Uint8Array(hashLength + blockLength);
  #count = 0;
  #header: ImageHeader | undefined;
  #writer: SlotWriter | undefined;
  /** Bytes taken. */
  #received = 0;
  #written = 0;

  constructor(options: ImageReaderOptions) {
    this.#options = options;
  }

  /** Bytes taken so far, header and all. */
  get received(): number {
    return this.#received;
  }

  /** What the image says of itself; undefined: it has not come yet. */
  get header(): ImageHeader | undefined {
    return this.#header;
  }

  /** All bytes of the file; undefined: that is not known yet. */
  get length(): number | undefined {
    return this.#header && prefixLength + this.#header.length;
  }

  /** Takes the next bytes. Throws UpdateError. */
  take(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      const header = this.#header;
      if (header && this.#written + this.#count >= header.length) {
        throw updateError("update/damaged", "there is more than its header says");
      }
      const wanted = header ? Math.min(blockLength, header.length - this.#written) : prefixLength;
      const start = header ? hashLength : 0;
      const part = bytes.subarray(at, at + wanted - this.#count);
      this.#buffer.set(part, start + this.#count);
      this.#count += part.length;
      this.#received += part.length;
      at += part.length;
      if (this.#count < wanted) return;
      if (header) this.endBlock(wanted);
      else this.begin();
    }
  }

  /** There are no more bytes: whether the image is whole, and what was signed. Throws UpdateError. */
  check(): void {
    const header = this.#header;
    if (!header || !this.#writer) throw updateError("update/unsigned", "it ends within its header");
    if (this.#written < header.length) {
      const why = `after ${this.#written} of ${header.length} bytes`;
      throw updateError("update/truncated", why);
    }
    if (!areEqual(this.#buffer.subarray(0, hashLength), header.hash)) {
      throw updateError("update/damaged");
    }
  }

  /** The next start is from the new image. Throws UpdateError, also where `check` does. */
  complete(): void {
    this.check();
    const writer = this.#writer;
    this.#writer = undefined;
    try {
      writer?.complete();
    } catch (error) {
      throw updateErrorOf(error);
    }
  }

  /** Ends it; what was written is of no use. */
  close(): void {
    this.#writer?.close();
    this.#writer = undefined;
  }

  private begin(): void {
    const { slots, crypto, key, isForced } = this.#options;
    const bytes = this.#buffer;
    const header = decodeHeader(bytes);
    if (!header) {
      const isPlain = bytes[0] === 0xe9 || bytes[0] === 0xff;
      throw updateError("update/unsigned", isPlain ? "it is a plain image of a chip" : undefined);
    }
    const signature = bytes.slice(headerLength, prefixLength);
    if (!crypto.verifyP256(key, bytes.slice(0, headerLength), signature)) {
      throw updateError("update/wrong-key");
    }
    const { chip, board, version, length } = header;
    if (chip !== slots.chip) {
      throw updateError("update/chip", `it is for chip ${chip}, this is ${slots.chip}`);
    }
    if (board !== slots.board) {
      throw updateError("update/board", `it is for ${board}, this is ${slots.board}`);
    }
    if (length === 0 || length > slots.size) {
      throw updateError("update/too-large", `${length} bytes, there is room for ${slots.size}`);
    }
    if (!isForced && !isNewer(version, slots.version)) {
      throw updateError("update/older", `it is ${version}, and ${slots.version} runs`);
    }
    try {
      this.#writer = slots.open(length);
    } catch (error) {
      throw updateErrorOf(error);
    }
    this.#header = header;
    this.#count = 0;
    bytes.fill(0, 0, hashLength);
  }

  private endBlock(length: number): void {
    const bytes = this.#buffer;
    const end = hashLength + length;
    const hash = this.#options.crypto.sha256(bytes.subarray(0, end));
    try {
      this.#writer?.write(bytes.subarray(hashLength, end));
    } catch (error) {
      throw updateErrorOf(error);
    }
    this.#written += length;
    this.#count = 0;
    bytes.set(hash);
  }
}
