// SPDX-License-Identifier: MIT

import { certificatesOf, keyOf } from "../hosts/sim/node/credentials.ts";

/** Settings that may be given as `name=@file`, and how the file becomes a value. */
const readers: Readonly<Record<string, (bytes: Buffer) => string>> = {
  "mqtt.ca": certificatesOf,
  "mqtt.cert": certificatesOf,
  "mqtt.key": keyOf,
};

/**
 * Arguments in which `mqtt.ca=@file`, `mqtt.cert=@file` and `mqtt.key=@file` have become values: the
 * base64 of the certificates or the key in the file, PEM or DER. Throws an Error with one line that
 * does not show what is in the file.
 */
export function readFileSettings(
  given: readonly string[],
  readFile: (path: string) => Buffer,
): string[] {
  return given.map((argument) => {
    const [, name = "", path = ""] = /^([^=]+)=@(.*)$/s.exec(argument) ?? [];
    const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
    return reader ? `${name}=${valueFrom(name, path, { reader, readFile })}` : argument;
  });
}

interface FileAccess {
  readonly reader: (bytes: Buffer) => string;
  readonly readFile: (path: string) => Buffer;
}

function valueFrom(name: string, path: string, { reader, readFile }: FileAccess): string {
  let bytes: Buffer;
  try {
    bytes = readFile(path);
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new Error(`${name}: ${path} cannot be read (${code})`);
  }
  try {
    return reader(bytes);
  } catch {
    const what = name === "mqtt.key" ? "private key without a password" : "certificate";
    throw new Error(`${name}: ${path} holds no ${what}, PEM or DER`);
  }
}
