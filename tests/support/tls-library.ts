// SPDX-License-Identifier: MIT

// Compiles tls-core, the TLS of the boards, for Node with the mbedTLS of this machine.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import type { TLSEngineConstructor } from "../../hosts/moddable/tls/tls-engine.ts";

const root = resolve(import.meta.dirname, "../..");
const folder = join(root, "hosts/moddable/tls");
const addon = join(root, "tests/support/tls-addon.c");
const require = createRequire(import.meta.url);

/** Where another mbedTLS than Debian's is installed, for tests by hand. */
const prefix = process.env.MBEDTLS;
/** Set in a process that has the address sanitizer loaded. */
export const isSanitized = process.env.TLS_SANITIZED === "1";

// The sanitizer is loaded; the programs that this process starts do without.
if (isSanitized) process.env.LD_PRELOAD = "";

const hasLibrary = existsSync(`${prefix ?? "/usr"}/include/mbedtls/ssl.h`);

/** Why tests of tls-core are skipped, or false. */
export const withoutMbedTLS: string | false =
  hasLibrary || process.env.CI === "true"
    ? false
    : "mbedTLS is not installed; sudo apt-get install libmbedtls-dev";

export interface TLSLibrary {
  readonly TLSNative: TLSEngineConstructor;
  /** Version of mbedTLS, MMNNPP00 in hexadecimal. */
  readonly version: number;
  /** Whether it speaks TLS 1.3. */
  readonly has13: boolean;
  /** Connections that were not closed. */
  alive(): number;
}

/** The compiled tls-core; compiles it when its sources have changed. */
export function loadTLS(): TLSLibrary {
  return require(compile()) as TLSLibrary;
}

function compile(): string {
  const sources = [
    ...["tls-core.c", "tls-signature-watch.c", "tls-verify.c"].map((name) => join(folder, name)),
    join(root, "hosts/lin/tls-roots.c"),
  ];
  const headers = readdirSync(folder).filter((name) => name.endsWith(".h"));
  const hash = createHash("sha256").update(`${prefix} ${isSanitized} ${process.arch}`);
  for (const file of [...sources, addon, ...headers.map((name) => join(folder, name))]) {
    hash.update(readFileSync(file));
  }
  const target = join(root, "build/tests", `tls-${hash.digest("hex").slice(0, 16)}.node`);
  if (existsSync(target)) return target;
  mkdirSync(dirname(target), { recursive: true });
  const napi = join(dirname(require.resolve("node-api-headers/package.json")), "include");
  const libraries = ["mbedtls", "mbedx509", prefix === undefined ? "mbedcrypto" : undefined];
  const partial = `${target}.${process.pid}`;
  execFileSync(
    process.env.CC ?? "cc",
    [
      ...["-shared", "-fPIC", "-g", "-O1", "-Wall", "-Wextra", "-Werror"],
      ...(isSanitized ? ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"] : []),
      ...["-I", folder, "-I", napi, "-o", partial, ...sources, addon],
      ...(prefix === undefined ? [] : [`-I${prefix}/include`, `-L${prefix}/lib`]),
      ...libraries.filter((name) => name !== undefined).map((name) => `-l${name}`),
      ...(prefix === undefined ? [] : [cryptoOf(prefix)]),
    ],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  renameSync(partial, target);
  return target;
}

/** mbedTLS 4 has its cryptography in a library of another name. */
function cryptoOf(prefix: string): string {
  return existsSync(join(prefix, "lib/libtfpsacrypto.a")) ? "-ltfpsacrypto" : "-lmbedcrypto";
}
