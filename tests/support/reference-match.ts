// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { faultOfFilter, faultOfTopic, matches } from "../../modules/mqtt/codec/topic-filter.ts";
import { TopicTree } from "../../modules/mqtt/subscribe/topic-tree.ts";
import { seededRandom } from "./random.ts";

/** The rules of section 4.7 as a regular expression: shares nothing with the product. */
export function referenceMatch(filter: string, topic: string): boolean {
  if (topic.startsWith("$") && /^[+#]/.test(filter)) return false;
  const pattern = filter
    .replaceAll("$", "\\$")
    .replaceAll("+", "[^/]*")
    .replace(/^#$/, ".*")
    .replace(/\/#$/, "(/.*)?");
  return new RegExp(`^${pattern}$`, "s").test(topic);
}

/** What the tree finds, sorted. */
export function find(tree: TopicTree<string>, topic: string): string[] {
  const found: string[] = [];
  const count = tree.find(topic, found);
  return found.slice(0, count).sort();
}

/** All words of the alphabet up to this length. */
export function words(alphabet: readonly string[], longest: number): string[] {
  let last = [""];
  const all: string[] = [];
  for (let i = 0; i < longest; i++) {
    last = last.flatMap((word) => alphabet.map((letter) => word + letter));
    all.push(...last);
  }
  return all;
}

/**
 * Compares `matches` and a tree of all legal filters up to `longest` characters with the rules, for
 * every legal topic up to its length. Throws at the first difference; gives what was
 * compared.
 */
export function compareAll(longest: { readonly filter: number; readonly topic: number }): {
  readonly filters: number;
  readonly topics: number;
  readonly hits: number;
} {
  const filters = words(["a", "/", "+", "#", "$"], longest.filter).filter((w) => !faultOfFilter(w));
  const topics = words(["a", "b", "/", "$"], longest.topic).filter((w) => !faultOfTopic(w));
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
  return { filters: filters.length, topics: topics.length, hits };
}

/**
 * Adds and removes random filters and compares the tree with the rules after each; at the end the
 * tree is empty. Throws at the first difference.
 */
export function churn(seed: number, rounds: number): void {
  const random = seededRandom(seed);
  const level = (wild: boolean) => {
    const levels = wild ? ["a", "b", "", "+", "$x"] : ["a", "b", "", "c", "$x"];
    return levels[Math.floor(random() * levels.length)] ?? "";
  };
  const path = (wild: boolean) => {
    const levels = Array.from({ length: 1 + Math.floor(random() * 4) }, () => level(wild));
    return levels.join("/") + (wild && random() < 0.3 ? "/#" : "");
  };
  const tree = new TopicTree<string>();
  const filters = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    const filter = path(true) || "#";
    if (filters.delete(filter)) tree.remove(filter, filter);
    else {
      filters.add(filter);
      tree.add(filter, filter);
    }
    const topic = path(false) || "a";
    const expected = [...filters].filter((other) => referenceMatch(other, topic)).sort();
    assert.deepEqual(find(tree, topic), expected, `${topic} in round ${round}`);
  }
  for (const filter of filters) tree.remove(filter, filter);
  assert.ok(tree.isEmpty);
}
