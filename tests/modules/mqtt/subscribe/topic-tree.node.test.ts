// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { TopicTree } from "../../../../modules/mqtt/subscribe/topic-tree.ts";
import { churn, compareAll, find } from "../../../support/reference-match.ts";

test("matches and tree agree with the rules for every filter up to five characters and topic", () => {
  const { filters, topics, hits } = compareAll({ filter: 5, topic: 4 });
  assert.ok(filters > 150 && topics > 300 && hits > 1000);
});

test("agrees with the rules while very many random filters come and go", () => {
  for (let seed = 0; seed < 20; seed++) churn(seed, 300);
});

test("looks at levels, not at filters", () => {
  const tree = new TopicTree<string>();
  for (let i = 0; i < 2000; i++) tree.add(`root/${i}/value`, String(i));
  const compared = countOfComparisons(() => assert.deepEqual(find(tree, "root/77/value"), ["77"]));
  for (let i = 2000; i < 4000; i++) tree.add(`root/${i}/value`, String(i));
  const later = countOfComparisons(() => assert.deepEqual(find(tree, "root/77/value"), ["77"]));
  assert.equal(later, compared);
  assert.ok(compared <= 3, `${compared} look-ups`);
});

// Look-ups by name, which is all that a search does at a level.
function countOfComparisons(act: () => void): number {
  const { get } = Map.prototype;
  let count = 0;
  Map.prototype.get = function (key: unknown) {
    count++;
    return get.call(this, key);
  };
  try {
    act();
  } finally {
    Map.prototype.get = get;
  }
  return count;
}
