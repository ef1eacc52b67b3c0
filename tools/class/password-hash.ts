// SPDX-License-Identifier: MIT

import { pbkdf2Sync, randomBytes } from "node:crypto";

/** Rounds: the passwords are random, so that many would only cost the broker time when all come back. */
const iterations = 1_000;
/** Bytes, as mosquitto_passwd has them. */
const saltLength = 12;
const hashLength = 64;

/** A line of Mosquitto's password file: PBKDF2 with SHA-512, its format 7. */
export function passwordLine(user: string, password: string): string {
  const salt = randomBytes(saltLength);
  const hash = pbkdf2Sync(password, salt, iterations, hashLength, "sha512");
  return `${user}:$7$${iterations}$${salt.toString("base64")}$${hash.toString("base64")}`;
}

// 32 characters, of which none looks like another.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const passwordLength = 12;

/** A new password: 60 random bits, easy to type. */
export function newPassword(): string {
  let password = "";
  for (const byte of randomBytes(passwordLength)) password += alphabet[byte & 31];
  return password;
}
