// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { SubscriptionTree } from "../../../hub/broker/subscription-tree.ts";
import { isFilter, isMatch, isTopic } from "../../../hub/broker/topic.ts";

/** Section 4.7 of MQTT 3.1.1, with its examples. */
const matches: readonly (readonly [filter: string, topic: string, isMatch: boolean])[] = [
  ["sport/tennis/player1/#", "sport/tennis/player1", true],
  ["sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true],
  ["sport/#", "sport", true],
  ["#", "sport/tennis", true],
  ["sport/tennis/+", "sport/tennis/player1", true],
  ["sport/tennis/+", "sport/tennis/player1/ranking", false],
  ["sport/+", "sport", false],
  ["sport/+", "sport/", true],
  ["+", "/finance", false],
  ["+/+", "/finance", true],
  ["/+", "/finance", true],
  ["+/#", "a", true],
  ["a/+/#", "a", false],
  ["#", "$SYS/x", false],
  ["+/x", "$SYS/x", false],
  ["$SYS/#", "$SYS/x", true],
  ["$SYS/+", "$SYS/x", true],
  ["a", "A", false],
  ["a//b", "a//b", true],
  ["a/+/b", "a//b", true],
  ["a/b", "a/b/", false],
];

test("filters take the topics that section 4.7 says, alone and in the tree", () => {
  for (const [filter, topic, expected] of matches) {
    assert.equal(isMatch(filter.split("/"), topic.split("/")), expected, `${filter} ${topic}`);
    const tree = new SubscriptionTree<string>();
    tree.add(filter, "x", 1);
    assert.equal(tree.find(topic).has("x"), expected, `${filter} ${topic}`);
  }
});

test("what is no filter and what is no topic is known", () => {
  for (const text of ["a#", "#/a", "a/#/b", "a+", "+a/b", "", "a\0b", "/".repeat(20)]) {
    assert.equal(isFilter(text), false, text);
  }
  for (const text of ["#", "+", "a/+/#", "/", "a b", "/a/"])
    assert.equal(isFilter(text), true, text);
  for (const text of ["a/+", "#", "", "x".repeat(513)]) assert.equal(isTopic(text), false, text);
  assert.equal(isTopic("airpair/board-01/reading"), true);
});

test("in a thousand random trees everyone is found who should be, with the highest QoS, and nobody after leaving", () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const level = (words: readonly string[]) => words[random(words.length)] ?? "";
  for (let round = 0; round < 1_000; round++) {
    const tree = new SubscriptionTree<number>();
    const all: { filter: string; who: number; QoS: 0 | 1 | 2 }[] = [];
    for (let at = 0; at < 8; at++) {
      const levels = Array.from({ length: 1 + random(3) }, () => level(["a", "b", "+", "", "$x"]));
      if (random(3) === 0) levels.push("#");
      const entry = { filter: levels.join("/"), who: random(4), QoS: random(3) as 0 | 1 | 2 };
      const known = all.findIndex(
        ({ filter, who }) => filter === entry.filter && who === entry.who,
      );
      if (known >= 0) all.splice(known, 1);
      all.push(entry);
      tree.add(entry.filter, entry.who, entry.QoS);
    }
    for (const gone of all.splice(0, random(4))) tree.remove(gone.filter, gone.who);
    assert.equal(tree.count, all.length);
    for (let at = 0; at < 10; at++) {
      const topic = Array.from({ length: 1 + random(4) }, () => level(["a", "b", "", "$x"])).join(
        "/",
      );
      const expected = new Map<number, number>();
      for (const { filter, who, QoS } of all) {
        if (!isMatch(filter.split("/"), topic.split("/"))) continue;
        expected.set(who, Math.max(QoS, expected.get(who) ?? 0));
      }
      const found = [...tree.find(topic)].sort(([a], [b]) => a - b);
      assert.deepEqual(
        found,
        [...expected].sort(([a], [b]) => a - b),
        topic,
      );
    }
    for (const { filter, who } of all) tree.remove(filter, who);
    assert.equal(tree.find("a/b").size + tree.count, 0);
  }
});
