// SPDX-License-Identifier: MIT

import { createHash, createPublicKey, type KeyObject, sign } from "node:crypto";
import { virtualBoard, virtualChip, virtualImage } from "../../../virtual/firmware-slots.ts";
import { type SigningOptions, signImage } from "./signed-image.ts";

/** Bytes of a simulated image. */
const length = 200_000;

/** What `signImage` wants of a private key on P-256. */
export function signingWith(key: KeyObject): Pick<SigningOptions, "sha256" | "sign"> {
  return {
    sha256: (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest()),
    sign: (bytes) => new Uint8Array(sign("sha256", bytes, { key, dsaEncoding: "ieee-p1363" })),
  };
}

/** The public half as the setting `update.key` has it: base64 of 4, x, y. */
export function publicText(key: KeyObject): string {
  const { x = "", y = "" } = createPublicKey(key).export({ format: "jwk" });
  const point = [x, y].map((text) => Buffer.from(text, "base64url"));
  return Buffer.concat([Buffer.from([4]), ...point]).toString("base64");
}

/** A signed image for simulated boards; `isBroken`: its firmware never gets to work. */
export function simulatedImage(version: string, key: KeyObject, isBroken = false): Uint8Array {
  return signImage(virtualImage(version, length, isBroken), {
    version,
    board: virtualBoard,
    chip: virtualChip,
    ...signingWith(key),
  });
}
