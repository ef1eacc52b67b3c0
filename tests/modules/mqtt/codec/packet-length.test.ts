// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { TopicBytes } from "../../../../modules/mqtt/codec/packet-length.ts";

test("a topic is given as UTF-8, whichever was asked for before", () => {
  const topics = new TopicBytes();
  for (const topic of ["a/b", "a/b", "ä/€/😀", "a/b"]) {
    assert.deepEqual(topics.of(topic), new TextEncoder().encode(topic));
  }
});

test("an illegal topic is refused each time and not taken for the one before", () => {
  const topics = new TopicBytes();
  const nothing = undefined as unknown as string;
  assert.throws(() => topics.of(nothing), /topic/);
  for (const illegal of [nothing, "", "a/+", "#", "a\0", "\ud800", "x".repeat(65_536)]) {
    topics.of("a/b");
    for (let i = 0; i < 2; i++) assert.throws(() => topics.of(illegal), /topic/);
    assert.equal(topics.of("a/b").length, 3);
  }
});

test("the same topic costs no second copy", () => {
  const topics = new TopicBytes();
  assert.equal(topics.of("a/b"), topics.of("a/b"));
});
