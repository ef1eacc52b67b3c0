// SPDX-License-Identifier: MIT

import type { HostCrypto } from "../../base/host-crypto.ts";
import { derived, overLength } from "./link-message.ts";

/** Bytes of the last level of a topic, which is their digits. */
export const topicLength = 16;

/** The topic on which one end of a pair speaks, without the root, as bytes. */
export function pairTopic(
  crypto: Pick<HostCrypto, "hmacSHA256">,
  secret: Uint8Array,
  isInitiator: boolean,
): Uint8Array {
  return derived(crypto, secret, isInitiator ? "topic of I" : "topic of R", topicLength);
}

/** What one end proves with that it has forgotten the pair; it is said only then. */
export function overOf(
  crypto: Pick<HostCrypto, "hmacSHA256">,
  secret: Uint8Array,
  isInitiator: boolean,
): Uint8Array {
  return derived(crypto, secret, isInitiator ? "over of I" : "over of R", overLength);
}
