// SPDX-License-Identifier: MIT

import { createPrivateKey, type KeyObject, randomBytes, X509Certificate } from "node:crypto";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Authority,
  authorityCertificate,
  newKey,
  pemOf,
  serverCertificate,
  type Validity,
} from "./x509.ts";

/** Days for which authority and certificate are valid: a board cannot be given others from afar. */
const days = 3_650;
const day = 24 * 3_600_000;

/** Where the files of a class are; all but the authority's key are for the broker. */
export interface CertificateFiles {
  readonly authority: string;
  readonly authorityKey: string;
  readonly certificate: string;
  readonly key: string;
}

export function certificateFiles(folder: string): CertificateFiles {
  const at = (name: string) => join(folder, "config/tls", name);
  return {
    authority: at("authority.pem"),
    // Not where the broker could read it.
    authorityKey: join(folder, "authority.key"),
    certificate: at("broker.pem"),
    key: at("broker.key"),
  };
}

/**
 * Makes a certificate for a broker with the name or address `host`, signed by the authority that is
 * there, or by a new one. Throws an Error with one line.
 */
export function makeCertificate(folder: string, host: string): void {
  const files = certificateFiles(folder);
  const now = Date.now();
  // A clock that is a few hours slow is none that lies.
  const validity = { from: new Date(now - day), until: new Date(now + days * day) };
  const authority = authorityIn(files) ?? newAuthority(files, validity);
  const key = newKey();
  const names = ["localhost", "mosquitto", "127.0.0.1", host];
  const commonName = "airpair broker";
  const certificate = serverCertificate(key, authority, { commonName, names, validity });
  put(files.key, keyText(key));
  put(files.certificate, pemOf("CERTIFICATE", certificate));
}

function authorityIn(files: CertificateFiles): Authority | undefined {
  if (![files.authority, files.authorityKey].every((file) => existsSync(file))) return undefined;
  try {
    return {
      certificate: new X509Certificate(readFileSync(files.authority)).raw,
      key: createPrivateKey(readFileSync(files.authorityKey)),
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `${files.authority} or ${files.authorityKey} cannot be read (${why}): put the right ones there; without both, boards have to be flashed anew`,
    );
  }
}

function newAuthority(files: CertificateFiles, validity: Validity): Authority {
  const key = newKey();
  // Several classes can be told apart.
  const commonName = `airpair class ${randomBytes(3).toString("hex")}`;
  const certificate = authorityCertificate(key, { commonName, validity });
  put(files.authorityKey, keyText(key));
  put(files.authority, pemOf("CERTIFICATE", certificate));
  return { certificate, key };
}

function keyText(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }) as string;
}

/** Nobody else can read it, be it new or not. */
function put(file: string, text: string): void {
  if (existsSync(file)) chmodSync(file, 0o600);
  writeFileSync(file, text, { mode: 0o600 });
}
