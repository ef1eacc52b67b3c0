// SPDX-License-Identifier: MIT

import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import type { TLSCrypto } from "../../modules/tls/tls-crypto.ts";
import { referenceCrypto } from "./reference-crypto.ts";

const tagLength = 16;

/** The arithmetic of TLS by Node's OpenSSL, where that has it. */
export const nodeCrypto: TLSCrypto = {
  ...referenceCrypto,
  createHash(name) {
    const hash = createHash(name.replace("-", ""));
    return {
      update: (bytes) => void hash.update(bytes),
      digest: () => new Uint8Array(hash.copy().digest()),
    };
  },
  createCipher: (key) => ({
    seal(nonce, additional, plain) {
      const cipher = createCipheriv("aes-128-gcm", key, nonce).setAAD(additional);
      const parts = [cipher.update(plain), cipher.final(), cipher.getAuthTag()];
      return new Uint8Array(Buffer.concat(parts));
    },
    open(nonce, additional, sealed) {
      const end = sealed.length - tagLength;
      const decipher = createDecipheriv("aes-128-gcm", key, nonce).setAAD(additional);
      decipher.setAuthTag(sealed.subarray(end));
      const plain = decipher.update(sealed.subarray(0, end));
      try {
        decipher.final();
      } catch {
        return undefined;
      }
      return new Uint8Array(plain);
    },
  }),
  random: (count) => new Uint8Array(randomBytes(count)),
};
