// SPDX-License-Identifier: MIT

// Compiles C code of the boards that is built on mbedTLS for Node, with the mbedTLS of this machine.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const support = join(root, "tests/support");
const require = createRequire(import.meta.url);

/** Where another mbedTLS than Debian's is installed, for tests by hand. */
const prefix = process.env.MBEDTLS;
/** Set in a process that has the address sanitizer loaded. */
const isSanitized = process.env.MBEDTLS_SANITIZED === "1";

// The sanitizer is loaded; the programs that this process starts do without.
if (isSanitized) process.env.LD_PRELOAD = "";

const hasLibrary = existsSync(`${prefix ?? "/usr"}/include/psa/crypto.h`);

/** Why tests of code on mbedTLS are skipped, or false. */
export const withoutMbedTLS: string | false =
  hasLibrary || process.env.CI === "true"
    ? false
    : "mbedTLS is not installed; sudo apt-get install libmbedtls-dev";

export interface MbedTLSAddon {
  /** Name of the file that is made. */
  readonly name: string;
  /** Sources, paths in the repository; the headers in their folders are found. */
  readonly sources: readonly string[];
  /** Libraries of mbedTLS beside the one for cryptography. */
  readonly libraries: readonly string[];
}

/** The exports of an addon; compiles it when its sources have changed. */
export function loadAddon(addon: MbedTLSAddon): unknown {
  return require(compile(addon));
}

function compile({ name, sources, libraries }: MbedTLSAddon): string {
  const paths = sources.map((source) => join(root, source));
  const folders = [...new Set([...paths.map(dirname), join(root, "hosts/moddable"), support])];
  const hash = createHash("sha256").update(`${prefix} ${isSanitized} ${process.arch}`);
  for (const file of [...paths, ...folders.flatMap(headersIn)]) hash.update(readFileSync(file));
  const target = join(root, "build/tests", `${name}-${hash.digest("hex").slice(0, 16)}.node`);
  if (existsSync(target)) return target;
  mkdirSync(dirname(target), { recursive: true });
  const napi = join(dirname(require.resolve("node-api-headers/package.json")), "include");
  const partial = `${target}.${process.pid}`;
  execFileSync(
    process.env.CC ?? "cc",
    [
      ...["-shared", "-fPIC", "-g", "-O1", "-Wall", "-Wextra", "-Werror"],
      ...(isSanitized ? ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"] : []),
      ...folders.map((folder) => `-I${folder}`),
      ...["-I", napi, "-o", partial, ...paths],
      ...(prefix === undefined ? [] : [`-I${prefix}/include`, `-L${prefix}/lib`]),
      ...[...libraries, cryptoLibrary()].map((library) => `-l${library}`),
    ],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  renameSync(partial, target);
  return target;
}

function headersIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".h"));
  return names.sort().map((name) => join(folder, name));
}

/** mbedTLS 4 has its cryptography in a library of another name. */
function cryptoLibrary(): string {
  const isNew = prefix !== undefined && existsSync(join(prefix, "lib/libtfpsacrypto.a"));
  return isNew ? "tfpsacrypto" : "mbedcrypto";
}
