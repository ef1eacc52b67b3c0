// SPDX-License-Identifier: MIT

import { signImage } from "../../hosts/sim/node/update/signed-image.ts";
import { virtualBoard, virtualChip, virtualImage } from "../../hosts/virtual/firmware-slots.ts";
import { toBase64 } from "../../modules/base/base64.ts";
import { publicKeyP256, signP256 } from "./p256.ts";
import { testCrypto } from "./test-crypto.ts";

const secret = 0x1234_5678_9abc_def0_1234_5678_9abc_def0_1234_5678_9abc_def0n;
const otherSecret = 0x4321n;
const { sha256 } = testCrypto();

/** The key that boards trust in tests. */
export const testKey = publicKeyP256(secret);
/** The same as the setting `update.key` has it. */
export const testKeyText = toBase64(testKey);

export interface SignedImageOptions {
  readonly version?: string;
  readonly length?: number;
  readonly chip?: number;
  readonly board?: string;
  /** The firmware in it never gets to work. */
  readonly isBroken?: boolean;
  /** Signed by somebody else. */
  readonly isForeign?: boolean;
}

/** A signed image for a simulated board. */
export function signedImage(options: SignedImageOptions = {}): Uint8Array {
  const { version = "9.0.0", length = 10_000, chip = virtualChip, board = virtualBoard } = options;
  return signImage(virtualImage(version, length, options.isBroken), {
    version,
    chip,
    board,
    sha256,
    sign: (bytes) => signP256(options.isForeign ? otherSecret : secret, sha256(bytes)),
  });
}
