// SPDX-License-Identifier: MIT

import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ipv4Of } from "../../modules/base/ipv4.ts";

/** Days for which authority and certificate are valid: a board cannot be given others from afar. */
const days = 3_650;

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
  const request = join(folder, "request.tmp");
  const settings = join(folder, "openssl.tmp");
  const own = ipv4Of(host) === undefined ? `DNS:${host}` : `IP:${host}`;
  try {
    writeFileSync(
      settings,
      opensslSettings(["DNS:localhost", "DNS:mosquitto", "IP:127.0.0.1", own]),
    );
    if (![files.authority, files.authorityKey].every((file) => existsSync(file))) {
      makeKey(files.authorityKey);
      const request = ["req", "-x509", "-new", "-key", files.authorityKey, "-days", `${days}`];
      // Several classes can be told apart.
      const subject = ["-subj", `/CN=airpair class ${randomBytes(3).toString("hex")}`];
      const how = ["-config", settings, "-extensions", "authority", "-sha256"];
      openssl([...request, ...subject, ...how, "-out", files.authority]);
    }
    makeKey(files.key);
    const subject = ["-subj", "/CN=airpair broker", "-config", settings];
    openssl(["req", "-new", "-key", files.key, ...subject, "-out", request]);
    const signer = ["-CA", files.authority, "-CAkey", files.authorityKey];
    // Positive, and of another certificate each time.
    const serial = ["-set_serial", `0x01${randomBytes(15).toString("hex")}`];
    const how = ["-days", `${days}`, "-sha256", "-extfile", settings, "-extensions", "broker"];
    openssl([
      "x509",
      "-req",
      "-in",
      request,
      ...signer,
      ...serial,
      ...how,
      "-out",
      files.certificate,
    ]);
    for (const file of Object.values(files)) chmodSync(file, 0o600);
  } finally {
    for (const file of [request, settings]) rmSync(file, { force: true });
  }
}

function opensslSettings(names: readonly string[]): string {
  return [
    "[req]",
    "distinguished_name = subject",
    "[subject]",
    "[authority]",
    "basicConstraints = critical, CA:TRUE",
    "keyUsage = critical, keyCertSign, cRLSign",
    "subjectKeyIdentifier = hash",
    "[broker]",
    "basicConstraints = critical, CA:FALSE",
    "keyUsage = critical, digitalSignature",
    "extendedKeyUsage = serverAuth",
    `subjectAltName = ${[...new Set(names)].join(", ")}`,
    "",
  ].join("\n");
}

/** On P-256, which costs a board least. */
function makeKey(file: string): void {
  // Nobody else can read it in the moment before its rights are set.
  writeFileSync(file, "", { mode: 0o600 });
  openssl(["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", file]);
}

function openssl(args: readonly string[]): void {
  const { error, status, stderr } = spawnSync("openssl", args, {
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    timeout: 60_000,
  });
  if ((error as NodeJS.ErrnoException | undefined)?.code === "ENOENT") {
    throw new Error(
      "openssl, which makes the certificate, is not installed; sudo apt-get install openssl",
    );
  }
  if (status === 0) return;
  const why = error?.message ?? stderr.trim().split("\n").at(-1) ?? "";
  throw new Error(`openssl ${args[0]} has failed: ${why}`);
}
