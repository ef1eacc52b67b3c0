// SPDX-License-Identifier: MIT

import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { OptionError } from "./option-error.ts";

/** File names of certificates, as given on the command line. */
export interface CredentialFiles {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/** What the boards need for a broker with TLS. */
export interface Credentials {
  readonly files: CredentialFiles;
  /** Settings of a board that hold them. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Reads the files, PEM or DER. Throws OptionError when one is missing or not what it should be. */
export function readCredentials(
  broker: URL | undefined,
  files: CredentialFiles,
): Credentials | undefined {
  const { ca, cert, key } = files;
  if (broker?.protocol !== "mqtts:" && broker?.protocol !== "wss:") {
    if ([ca, cert, key].every((file) => file === undefined)) return undefined;
    throw new OptionError(
      "--ca, --cert and --key need --broker mqtts://host:port or wss://host:port/path",
    );
  }
  if ((cert === undefined) !== (key === undefined)) {
    throw new OptionError("--cert and --key are needed together");
  }
  const settings: Record<string, string> = {};
  // Without it the public authorities are trusted.
  if (ca !== undefined) settings["mqtt.ca"] = read("--ca", ca, certificatesOf);
  if (cert !== undefined) settings["mqtt.cert"] = read("--cert", cert, certificatesOf);
  if (key !== undefined) settings["mqtt.key"] = read("--key", key, keyOf);
  return { files, settings };
}

function read(option: string, file: string, convert: (bytes: Buffer) => string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new OptionError(`${option}: ${file} cannot be read (${code ?? "unknown"})`);
  }
  try {
    return convert(bytes);
  } catch {
    const what = option === "--key" ? "private key without a password" : "certificate";
    throw new OptionError(`${option}: ${file} is no ${what}, PEM or DER`);
  }
}

const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** All certificates of a file, as a setting holds them. Throws when there is none. */
export function certificatesOf(bytes: Buffer): string {
  const parts = bytes.toString("latin1").match(pem) ?? [bytes];
  return parts.map((part) => new X509Certificate(part).raw.toString("base64")).join(",");
}

/** The private key in a file, as a setting holds it. Throws when there is none. */
export function keyOf(bytes: Buffer): string {
  const isPEM = bytes.includes("-----BEGIN");
  const key = isPEM
    ? createPrivateKey(bytes)
    : createPrivateKey({ key: bytes, format: "der", type: "pkcs8" });
  return key.export({ format: "der", type: "pkcs8" }).toString("base64");
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w./:@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** What the command needs beside the broker's address. */
export interface WatchFacts {
  readonly port: number;
  /** First levels of all topics, the setting `mqtt.root` of the boards. */
  readonly roots: readonly string[];
  readonly files?: CredentialFiles | undefined;
}

/**
 * The command with which all boards at a broker can be watched from another terminal; what paired boards
 * seal is a level above, bytes that would upset a terminal, and is not among it. A password is taken
 * from the shell's variable `PASSWORD`, so that it is not shown. Undefined over WebSocket, which mosquitto_sub
 * does not speak.
 */
export function watchLine(broker: URL, { port, roots, files }: WatchFacts): string | undefined {
  if (broker.protocol.startsWith("ws")) return undefined;
  const words = ["mosquitto_sub", "-h", quoted(broker.hostname), "-p", `${port}`];
  if (broker.username !== "") words.push("-u", quoted(decodeURIComponent(broker.username)));
  if (broker.password !== "") words.push("-P", '"$PASSWORD"');
  if (files?.ca !== undefined) words.push("--cafile", quoted(files.ca));
  if (files?.cert !== undefined) words.push("--cert", quoted(files.cert));
  if (files?.key !== undefined) words.push("--key", quoted(files.key));
  const topics = roots.flatMap((root) => ["-t", quoted(`${root}/+/+`)]);
  return [...words, ...topics, "-v"].join(" ");
}
