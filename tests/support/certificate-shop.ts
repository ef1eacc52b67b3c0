// SPDX-License-Identifier: MIT

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Identity } from "./certificates.ts";

export interface ShopOrder {
  /** Who signs it, by name; default: itself. */
  readonly by?: string;
  /** Lines of openssl's extension section; none: a certificate of version 1. */
  readonly extensions?: readonly string[];
  /** Arguments of `openssl genpkey`; default: EC on P-256. */
  readonly key?: readonly string[];
  /** Default "sha256". */
  readonly hash?: string;
  /** Common name; default: the name of the order. */
  readonly commonName?: string;
  /** First and last day, YYMMDDHHMMSSZ. */
  readonly from?: string;
  readonly until?: string;
}

export const ec = (curve: string) => [
  ...["-algorithm", "EC", "-pkeyopt", `ec_paramgen_curve:${curve}`],
];
export const rsa = (bits: number) => [
  ...["-algorithm", "RSA", "-pkeyopt", `rsa_keygen_bits:${bits}`],
];
/** What an authority has. */
export const forAuthority = ["basicConstraints=critical,CA:TRUE"];
/** What the certificate of a server on this machine has. */
export const forServer = ["subjectAltName=DNS:localhost,IP:127.0.0.1"];

/** Certificates of any kind that openssl makes, in a folder of their own. */
export class CertificateShop {
  readonly #folder = mkdtempSync(join(tmpdir(), "airpair-shop-"));
  readonly #signers = new Map<string, string>();

  constructor() {
    writeFileSync(join(this.#folder, "index.txt"), "");
    writeFileSync(
      join(this.#folder, "ca.conf"),
      [
        "[ca]",
        "default_ca = shop",
        "[shop]",
        `database = ${join(this.#folder, "index.txt")}`,
        `new_certs_dir = ${this.#folder}`,
        "rand_serial = yes",
        "unique_subject = no",
        "policy = any",
        "default_md = sha256",
        "[any]",
        "commonName = supplied",
      ].join("\n"),
    );
  }

  make(name: string, order: ShopOrder = {}): Identity {
    const at = (ending: string) => join(this.#folder, `${name}.${ending}`);
    const files = { certificate: at("pem"), key: at("key") };
    const { key = ec("P-256"), by, hash = "sha256", extensions, commonName = name } = order;
    this.#openssl(["genpkey", ...key, "-out", files.key]);
    const subject = ["-subj", `/CN=${commonName}`, "-key", files.key];
    this.#openssl(["req", "-new", ...subject, "-out", at("csr")]);
    writeFileSync(at("ext"), `${(extensions ?? []).join("\n")}\n`);
    const signer = by ?? name;
    this.#openssl([
      ...["ca", "-batch", "-notext", "-config", join(this.#folder, "ca.conf"), "-md", hash],
      ...["-in", at("csr"), "-out", files.certificate],
      ...["-startdate", order.from ?? "240101000000Z", "-enddate", order.until ?? "440101000000Z"],
      ...(by === undefined
        ? ["-selfsign", "-keyfile", files.key]
        : ["-cert", join(this.#folder, `${signer}.pem`)]),
      ...(by === undefined ? [] : ["-keyfile", join(this.#folder, `${signer}.key`)]),
      ...(extensions ? ["-extfile", at("ext")] : []),
    ]);
    if (by !== undefined) this.#signers.set(name, by);
    return files;
  }

  /** The certificate and those that signed it up to the root, which is left out; PEM. */
  chain(name: string): string {
    let text = "";
    for (let each: string | undefined = name; each; each = this.#signers.get(each)) {
      if (each === name || this.#signers.has(each)) {
        text += readFileSync(join(this.#folder, `${each}.pem`), "utf8");
      }
    }
    return text;
  }

  certificate(name: string): string {
    return join(this.#folder, `${name}.pem`);
  }

  key(name: string): string {
    return readFileSync(join(this.#folder, `${name}.key`), "utf8");
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }

  #openssl(args: readonly string[]): void {
    execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
  }
}
