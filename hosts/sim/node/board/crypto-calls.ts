// SPDX-License-Identifier: MIT

import { operations } from "../../protocol.ts";
import { nodeCrypto } from "./node-crypto.ts";

const nothing = new Uint8Array(0);

/** Answers a call of the firmware for cryptography. Throws when the call is none. */
export function answerCrypto(operation: number, payload: Uint8Array): Uint8Array {
  const [first = nothing, second = nothing, third = nothing, fourth = nothing] = partsOf(payload);
  switch (operation) {
    case operations.cryptoRandom:
      return nodeCrypto.randomBytes(((first[0] ?? 0) << 8) | (first[1] ?? 0));
    case operations.cryptoSHA256:
      return nodeCrypto.sha256(first);
    case operations.cryptoSHA512:
      return nodeCrypto.sha512(first);
    case operations.cryptoHMAC:
      return nodeCrypto.hmacSHA256(first, second);
    case operations.cryptoX25519:
      return maybe(nodeCrypto.x25519(first, second));
    case operations.cryptoVerifyP256:
      return Uint8Array.of(nodeCrypto.verifyP256(first, second, third) ? 1 : 0);
    case operations.cryptoSeal:
      return nodeCrypto.seal(first, second, third, fourth);
    case operations.cryptoOpen:
      return maybe(nodeCrypto.open(first, second, third, fourth));
    default:
      throw new Error(`there is no operation ${operation} of cryptography`);
  }
}

function maybe(answer: Uint8Array | undefined): Uint8Array {
  return answer ? Buffer.concat([Buffer.from([1]), answer]) : Uint8Array.of(0);
}

/** Parts with their lengths in front. */
function partsOf(payload: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < payload.length; ) {
    const length = ((payload[at] ?? 0) << 8) | (payload[at + 1] ?? 0);
    parts.push(payload.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return parts;
}
