// SPDX-License-Identifier: MIT

import { createHmac, pbkdf2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify(pbkdf2);

interface Line {
  readonly salt: Buffer;
  readonly hash: Buffer;
  readonly rounds: number;
}

/** Users and passwords, as a `password_file` of Mosquitto has them: lines of its format 7. */
export class Users {
  readonly #lines = new Map<string, Line>();
  /** Digests of passwords that were right, by user: when all come back, rounds cost much. */
  readonly #right = new Map<string, Buffer>();
  readonly #key = randomBytes(32);

  /** Throws an Error with one line; `file` is named in it. */
  constructor(text: string, file: string) {
    for (const [at, line] of text.split("\n").entries()) {
      if (line.trim() === "" || line.startsWith("#")) continue;
      const [, user, rounds, salt, hash] =
        /^([^:]+):\$7\$(\d+)\$([^$]+)\$([^$\s]+)\s*$/.exec(line) ?? [];
      if (user === undefined || salt === undefined || hash === undefined) {
        throw new Error(
          `${file}, line ${at + 1}: this is no line that mosquitto_passwd writes (user:$7$…): write it with mosquitto_passwd ${file} NAME`,
        );
      }
      this.#lines.set(user, {
        rounds: Number(rounds),
        salt: Buffer.from(salt, "base64"),
        hash: Buffer.from(hash, "base64"),
      });
    }
  }

  get count(): number {
    return this.#lines.size;
  }

  /** Whether it is the password of that user. */
  async isRight(user: string, password: Buffer): Promise<boolean> {
    const digest = createHmac("sha256", this.#key).update(password).digest();
    const known = this.#right.get(user);
    if (known) return timingSafeEqual(known, digest);
    const line = this.#lines.get(user);
    // Who is not there costs the same time.
    const { salt, hash, rounds } = line ?? { salt: this.#key, hash: this.#key, rounds: 1_000 };
    const derived = await derive(password, salt, rounds, line ? hash.length : 64, "sha512");
    const isRight = line !== undefined && timingSafeEqual(derived, hash);
    if (isRight) this.#right.set(user, digest);
    return isRight;
  }
}
