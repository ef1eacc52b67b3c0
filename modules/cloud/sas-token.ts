// SPDX-License-Identifier: MIT

import { fromBase64, toBase64 } from "../base/base64.ts";
import type { HostCrypto } from "../base/host-crypto.ts";
import { writeUtf8 } from "../base/utf8.ts";

export interface SasTokenOptions {
  readonly host: string;
  readonly device: string;
  /** Base64, as the portal shows it. Secret. */
  readonly key: string;
  /** s since 1970 UTC. */
  readonly expiry: number;
  readonly crypto: Pick<HostCrypto, "hmacSHA256">;
}

/**
 * The password of a device at Azure IoT Hub: HMAC-SHA256 of the encoded resource, a line feed and the
 * expiry, under the decoded key. Undefined when the key is not base64.
 */
export function sasToken({
  host,
  device,
  key,
  expiry,
  crypto,
}: SasTokenOptions): string | undefined {
  const secret = fromBase64(key);
  if (secret === undefined || secret.length === 0) return undefined;
  const resource = `${encodeURIComponent(host)}%2Fdevices%2F${encodeURIComponent(device)}`;
  const text = `${resource}\n${expiry}`;
  // Percent-encoded, and so ASCII.
  const bytes = new Uint8Array(text.length);
  writeUtf8(text, bytes, 0);
  const signature = encodeURIComponent(toBase64(crypto.hmacSHA256(secret, bytes)));
  return `SharedAccessSignature sr=${resource}&sig=${signature}&se=${expiry}`;
}
