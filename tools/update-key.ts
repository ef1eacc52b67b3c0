// SPDX-License-Identifier: MIT

// npm run keys: makes the key that updates are signed with, once, and shows its public half.

import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { publicText } from "../hosts/sim/node/update/simulated-image.ts";
import { messageOf } from "../modules/base/app-error.ts";
import { readToolOptions } from "./tool-options.ts";

/** Where the private key is, below the root of the repository; git leaves that folder out. */
export const keyFile = ".airpair/update-key.pem";

/** The private key of that folder. Throws an Error with one line. */
export function readKey(root: string): KeyObject {
  const path = join(root, keyFile);
  if (!existsSync(path)) throw new Error(`there is no key ${keyFile}: npm run keys makes one`);
  try {
    return createPrivateKey(readFileSync(path));
  } catch (error) {
    throw new Error(`${keyFile} holds no key: ${messageOf(error)}`);
  }
}

/** Makes a key unless there is one; true: it is new. */
export function makeKey(root: string): boolean {
  const path = join(root, keyFile);
  if (existsSync(path)) return false;
  mkdirSync(dirname(path), { recursive: true });
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const text = privateKey.export({ format: "pem", type: "pkcs8" });
  writeFileSync(path, text, { mode: 0o600, flag: "wx" });
  return true;
}

function run(root: string): void {
  const isNew = makeKey(root);
  const text = publicText(readKey(root));
  process.stdout.write(
    [
      isNew
        ? `a new key is in ${keyFile}: keep a copy in a safe place; without it no board takes an update any more`
        : `the key is in ${keyFile}`,
      "boards take updates that are signed with it when they have the setting",
      `  set update.key ${text}`,
      "or, in settings.local.json, before they are flashed",
      `  "update.key": "${text}"`,
      "",
    ].join("\n"),
  );
}

if (process.argv[1] !== undefined && /[\\/]update-key\.ts$/.test(process.argv[1])) {
  readToolOptions({
    command: "npm run keys",
    purpose: `Makes the key that updates are signed with, once, in ${keyFile}, and shows its public half.`,
  });
  try {
    run(process.cwd());
  } catch (error) {
    process.stderr.write(`airpair: ${messageOf(error)}\n`);
    process.exitCode = 1;
  }
}
