// SPDX-License-Identifier: MIT

import { concat } from "../../../../modules/base/bytes.ts";
import {
  blockLength,
  encodeHeader,
  hashLength,
  type ImageHeader,
} from "../../../../modules/update/image-header.ts";

export interface SigningOptions extends Pick<ImageHeader, "chip" | "version" | "board"> {
  readonly sha256: (bytes: Uint8Array) => Uint8Array;
  /** The signature of 64 bytes over these. */
  readonly sign: (bytes: Uint8Array) => Uint8Array;
}

/** An image as boards take it: header, signature, image (modules/update/image-header.ts). */
export function signImage(image: Uint8Array, options: SigningOptions): Uint8Array {
  const { sha256, sign, chip, version, board } = options;
  let hash: Uint8Array = new Uint8Array(hashLength);
  for (let at = 0; at < image.length; at += blockLength) {
    hash = sha256(concat(hash, image.subarray(at, at + blockLength)));
  }
  const header = encodeHeader({ length: image.length, chip, version, board, hash });
  return concat(header, sign(header), image);
}
