// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { faultOfFilter, faultOfTopic, matches } from "../../../modules/mqtt/topic-filter.ts";
import { TopicTree } from "../../../modules/mqtt/topic-tree.ts";
import { churn, find, referenceMatch, words } from "../../support/reference-match.ts";

test("matches and tree agree with the rules for every short filter and topic", () => {
  const filters = words(["a", "/", "+", "#", "$"], 3).filter((word) => !faultOfFilter(word));
  const topics = words(["a", "b", "/", "$"], 3).filter((word) => !faultOfTopic(word));
  const tree = new TopicTree<string>();
  for (const filter of filters) tree.add(filter, filter);
  let hits = 0;
  for (const topic of topics) {
    const expected = filters.filter((filter) => referenceMatch(filter, topic));
    hits += expected.length;
    assert.deepEqual(find(tree, topic), expected.sort(), topic);
    for (const filter of filters) {
      if (matches(filter, topic) !== expected.includes(filter)) assert.fail(`${filter} ~ ${topic}`);
    }
  }
  assert.ok(filters.length > 50 && topics.length > 80 && hits > 200);
});

test("agrees with the rules while random filters come and go", () => {
  churn(7, 80);
});
