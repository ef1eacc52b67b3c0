// SPDX-License-Identifier: MIT

import { fromBase64 } from "../../base/base64.ts";
import type { TLSSecureOptions } from "../../ecma-419/tcp.ts";
import { MqttError } from "../mqtt-error.ts";

/** Certificates as they stand in settings: base64 of DER, or PEM in one line; empty when not set. */
export interface CredentialTexts {
  /** Authorities that are trusted, several one after the other or with commas between; empty: the public ones. */
  readonly authorities: string;
  /** The client's certificate, then its intermediates. */
  readonly certificate: string;
  /** PKCS#8, SEC1 or PKCS#1. Secret: never part of a message. */
  readonly key: string;
}

/**
 * What a TLS socket needs. Throws MqttError "mqtt/bad-certificate" that names the setting when
 * something is missing or is no certificate; whether it is a good one, the TLS class will say.
 */
export function parseCredentials(texts: CredentialTexts): TLSSecureOptions {
  const certificateAuthorities = partsOf(texts.authorities, "mqtt.ca");
  const clientCertificates = partsOf(texts.certificate, "mqtt.cert");
  const [clientKey, second] = partsOf(texts.key, "mqtt.key");
  if (clientCertificates.length === 0 && !clientKey) return { certificateAuthorities };
  if (clientCertificates.length === 0 || !clientKey) {
    return failed("mqtt.cert and mqtt.key belong together", "one of them is not set");
  }
  if (second) return failed("mqtt.key cannot be used", "it holds more than one key");
  return { certificateAuthorities, clientCertificates, clientKey };
}

/** What stands in a text, as DER each; undefined when a part of it is none. */
export function derPartsOf(text: string): Uint8Array[] | undefined {
  const parts: Uint8Array[] = [];
  // OpenSSL writes the curve of a key in front of it; the key names it again.
  const blocks = text.replace(/-----BEGIN EC PARAMETERS-----[^-]*-----END EC PARAMETERS-----/, "");
  for (const part of blocks.split(/-----[A-Z ]+-----|,/)) {
    if (part.trim() === "") continue;
    const bytes = fromBase64(part);
    if (!bytes || !isSequence(bytes)) return undefined;
    parts.push(bytes);
  }
  return parts;
}

function partsOf(text: string, setting: string): Uint8Array[] {
  return derPartsOf(text) ?? failed(`${setting} cannot be used`, "it is not base64 DER");
}

/** One ASN.1 SEQUENCE with a length of one to three bytes, and nothing behind it (X.690). */
function isSequence(bytes: Uint8Array): boolean {
  const [tag, first = 0, second = 0, third = 0] = bytes;
  if (tag !== 0x30) return false;
  if (first < 0x80) return bytes.length === 2 + first;
  if (first === 0x81) return bytes.length === 3 + second;
  return first === 0x82 && bytes.length === 4 + second * 256 + third;
}

function failed(what: string, why: string): never {
  const todo = "give DER as base64, such as that of openssl x509 -outform der | base64 -w0";
  throw new MqttError({ code: "mqtt/bad-certificate", what, why, todo });
}
