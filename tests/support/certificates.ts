// SPDX-License-Identifier: MIT

import { execFileSync, spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** For `test(…, { skip }, …)`: why certificates cannot be made here, or false. */
export const withoutOpenSSL: string | false = spawnSync("openssl", ["version"]).error
  ? "openssl is not installed; sudo apt-get install openssl"
  : false;

/** A certificate and its private key, PEM files. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

export interface IssueOptions {
  /** Names and addresses, as openssl writes them; default those of this machine. */
  readonly names?: string;
  /** How long it is valid; negative: it no longer is. Default 1. */
  readonly days?: number;
  /** Default: signed by the authority of that name; undefined: by itself. */
  readonly by?: string | undefined;
}

const local = "DNS:localhost,IP:127.0.0.1";
const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/** Certificate authorities and what they have signed, made by openssl in a folder of their own. */
export class Certificates {
  readonly #folder = mkdtempSync(join(tmpdir(), "airpair-certificates-"));

  /** A new authority; returns its certificate, a PEM file. */
  authority(name: string): string {
    const { certificate, key } = this.#files(name);
    const subject = ["-subj", `/CN=${name}`, "-addext", "basicConstraints=critical,CA:TRUE"];
    this.#openssl(["req", "-x509", ...curve, "-keyout", key, "-out", certificate, ...subject]);
    return certificate;
  }

  /** A certificate for a broker or a client. */
  issue(name: string, { names = local, days = 1, by }: IssueOptions): Identity {
    const files = this.#files(name);
    const request = join(this.#folder, `${name}.csr`);
    const extensions = join(this.#folder, `${name}.ext`);
    writeFileSync(extensions, `subjectAltName=${names}\n`);
    this.#openssl(["req", ...curve, "-keyout", files.key, "-out", request, "-subj", `/CN=${name}`]);
    const signer = by === undefined ? undefined : this.#files(by);
    this.#openssl([
      ...["x509", "-req", "-in", request, "-out", files.certificate, "-days", String(days)],
      ...["-extfile", extensions],
      ...(signer
        ? ["-CA", signer.certificate, "-CAkey", signer.key, "-CAcreateserial"]
        : ["-signkey", files.key]),
    ]);
    return files;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }

  #files(name: string): Identity {
    const file = join(this.#folder, name);
    return { certificate: `${file}.pem`, key: `${file}.key` };
  }

  #openssl(args: readonly string[]): void {
    execFileSync("openssl", args, { stdio: "ignore" });
  }
}

/** A certificate as DER. */
export function derOf(file: string): Uint8Array {
  return new Uint8Array(new X509Certificate(readFileSync(file)).raw);
}

/** A private key as DER, PKCS#8. */
export function keyOf(file: string): Uint8Array {
  const args = ["pkcs8", "-topk8", "-nocrypt", "-in", file, "-outform", "DER"];
  return new Uint8Array(execFileSync("openssl", args));
}
