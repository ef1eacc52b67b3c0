// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { Users } from "../../../hub/broker/users.ts";
import { passwordLine } from "../../../tools/class/password-hash.ts";
import { withoutMosquitto } from "../../support/mosquitto.ts";

const password = (text: string) => Buffer.from(text);

test("a password is right for its own user only, before and after it has been right once", async () => {
  const users = new Users(`${passwordLine("a", "one")}\n${passwordLine("b", "two")}\n`, "file");
  assert.equal(users.count, 2);
  for (let time = 0; time < 2; time++) {
    assert.equal(await users.isRight("a", password("one")), true);
    assert.equal(await users.isRight("a", password("two")), false);
    assert.equal(await users.isRight("b", password("one")), false);
    assert.equal(await users.isRight("c", password("one")), false);
    assert.equal(await users.isRight("a", password("")), false);
  }
});

test("a line that mosquitto_passwd has written is taken", { skip: withoutMosquitto }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "airpair-users-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "passwords");
  execFileSync("mosquitto_passwd", ["-c", "-b", file, "guest", "let me in"], { stdio: "ignore" });
  const users = new Users(readFileSync(file, "utf8"), file);
  assert.equal(await users.isRight("guest", password("let me in")), true);
  assert.equal(await users.isRight("guest", password("let me")), false);
});

test("a line of another format is named, without what it holds", () => {
  for (const line of ["a", "a:plain-secret", "a:$6$abc$def", ":$7$1$a$b"]) {
    assert.throws(
      () => new Users(`${passwordLine("x", "y")}\n${line}\n`, "people.passwords"),
      (error: Error) =>
        /^people\.passwords, line 2: this is no line that mosquitto_passwd writes/.test(
          error.message,
        ) && !error.message.includes("secret"),
    );
  }
});
