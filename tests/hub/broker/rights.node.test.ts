// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Rights } from "../../../hub/broker/rights.ts";
import { readClassFolder } from "../../../hub/class-folder.ts";
import { ClassFolder } from "../../support/class-broker.ts";
import { rightsOfBoard, rightsOfPeople } from "../../support/class-rights.ts";

test("the hub reads from the files of a class the rights that Mosquitto reads from them", (t) => {
  const folder = new ClassFolder();
  t.after(() => folder.remove());
  folder.write();
  const { boards, people } = readClassFolder(folder.folder);
  for (const [topic, sends, gets] of rightsOfBoard) {
    assert.equal(boards.rights.maySend("board-01", topic), sends, `sends ${topic}`);
    assert.equal(boards.rights.maySee("board-01", topic), gets, `sees ${topic}`);
  }
  for (const [user, rights] of Object.entries(rightsOfPeople)) {
    for (const [topic, sends, gets] of rights) {
      assert.equal(people.rights.maySend(user, topic), sends, `${user} sends ${topic}`);
      assert.equal(people.rights.maySee(user, topic), gets, `${user} sees ${topic}`);
    }
  }
  assert.equal(boards.rights.maySee("board-01", "$SYS/broker/uptime"), true);
  assert.equal(boards.rights.maySee("board-01", "$SYS/broker/version"), false);
  assert.equal(people.rights.maySee("teacher", "$SYS/broker/version"), true);
});

test("a line that denies wins over all that allow, whatever their order", () => {
  const text = "user a\ntopic deny x/secret\ntopic readwrite x/#\npattern deny x/%u/no\n";
  const rights = new Rights(text, "acl");
  assert.equal(rights.maySee("a", "x/y"), true);
  assert.equal(rights.maySee("a", "x/secret"), false);
  assert.equal(rights.maySend("a", "x/a/no"), false);
  assert.equal(rights.maySend("a", "x/b/no"), true);
});

test("without an access a line is for both, a name with blanks is one, and who is not named may nothing", () => {
  const rights = new Rights("topic read early\nuser two words\n  topic a b/c \n# topic d\n", "acl");
  assert.equal(rights.maySend("two words", "a b/c"), true);
  assert.equal(rights.maySee("two words", "a b/c"), true);
  assert.equal(rights.maySee("two words", "d"), false);
  // Lines before the first user are for those who come without a name, whom the hub refuses.
  for (const user of ["two words", "x"]) assert.equal(rights.maySee(user, "early"), false);
});

test("a user whose name is a wildcard gets nothing of a pattern", () => {
  const rights = new Rights("pattern readwrite x/%u/#\n", "acl");
  for (const user of ["+", "#", "a/b", "a+"]) {
    assert.equal(rights.maySend(user, "x/board-01/y"), false, user);
    assert.equal(rights.maySend(user, `x/${user}/y`), false, user);
  }
});

test("one may ask for anything with a wildcard, and for a topic that one may see", () => {
  const rights = new Rights("pattern read x/%u\n", "acl");
  assert.equal(rights.maySubscribe("a", "#"), true);
  assert.equal(rights.maySubscribe("a", "x/a"), true);
  assert.equal(rights.maySubscribe("a", "x/b"), false);
});

test("a line that is none of those is named, with its number", () => {
  for (const line of ["topics x", "topic", "user", "pattern read a/#/b", "topic x/%c"]) {
    assert.throws(
      () => new Rights(`user a\n${line}\n`, "people.acl"),
      /^Error: people\.acl, line 2: /,
    );
  }
});
