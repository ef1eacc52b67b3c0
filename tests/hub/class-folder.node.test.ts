// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import test, { type TestContext } from "node:test";
import { readClassFolder } from "../../hub/class-folder.ts";
import { ClassFolder } from "../support/class-broker.ts";

function classFolder(t: TestContext): ClassFolder {
  const folder = new ClassFolder();
  t.after(() => folder.remove());
  return folder;
}

test("the hub takes the folder that npm run class writes, with TLS for boards and without", async (t) => {
  for (const isPlain of [false, true]) {
    const folder = classFolder(t);
    folder.write({ isPlain, broker: "192.168.1.10" });
    const found = readClassFolder(folder.folder);
    assert.equal(found.isPlain, isPlain);
    assert.equal(found.host, "192.168.1.10");
    assert.equal(found.authority, folder.path("config/tls/authority.pem"));
    const [board] = folder.list.boards;
    const { teacher } = folder.list.people;
    const isRight = (door: "boards" | "people", user: string, password: string) =>
      found[door].users.isRight(user, Buffer.from(password));
    assert.equal(await isRight("boards", "board-01", board?.password ?? ""), true);
    assert.equal(await isRight("people", "teacher", teacher), true);
    // Each by its own door.
    assert.equal(await isRight("people", "board-01", board?.password ?? ""), false);
    assert.equal(await isRight("boards", "teacher", teacher), false);
  }
});

test("what is missing or damaged is named, with what to do", (t) => {
  const cases: [string, string | undefined, RegExp][] = [
    [
      "config/boards.acl",
      undefined,
      /boards\.acl cannot be read \(ENOENT\); npm run class -- --again/,
    ],
    ["config/tls/broker.key", undefined, /broker\.key cannot be read \(ENOENT\)/],
    ["class.json", "{}", /class\.json is no list of a class$/],
    [
      "config/mosquitto.conf",
      "listener 1\n",
      /mosquitto\.conf has no listener for boards on port 8883 or 1883/,
    ],
    ["config/people.acl", "nonsense\n", /people\.acl, line 1: this is none of/],
    [
      "config/boards.passwords",
      "x\n",
      /boards\.passwords, line 1: this is no line that mosquitto_passwd writes/,
    ],
  ];
  for (const [file, text, message] of cases) {
    const folder = classFolder(t);
    folder.write();
    if (text === undefined) rmSync(folder.path(file));
    else writeFileSync(folder.path(file), text);
    assert.throws(() => readClassFolder(folder.folder), message, file);
  }
});

test("a certificate that has run out is told before a board finds out", (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() - 4_000 * 24 * 3_600_000 });
  const folder = classFolder(t);
  folder.write();
  t.mock.timers.reset();
  assert.throws(
    () => readClassFolder(folder.folder),
    /broker\.pem was valid until .*: npm run class -- --again makes a new one$/,
  );
});
