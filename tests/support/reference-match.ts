// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { faultOfFilter, faultOfTopic, matches } from "../../modules/mqtt/codec/topic-filter.ts";
import { Subscription } from "../../modules/mqtt/subscribe/subscriptions.ts";
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

/** A subscription that only says what it wants. */
export function subscriptionTo(filter: string): Subscription {
  return new Subscription(filter, { onMessage() {} }, { unsubscribe() {} });
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
 * Compares `matches` and subscriptions to all legal filters up to `longest` characters with the
 * rules, for every legal topic up to its length. Throws at the first difference; gives what was
 * compared.
 */
export function compareAll(longest: { readonly filter: number; readonly topic: number }): {
  readonly filters: number;
  readonly topics: number;
  readonly hits: number;
} {
  const filters = words(["a", "/", "+", "#", "$"], longest.filter).filter((w) => !faultOfFilter(w));
  const topics = words(["a", "b", "/", "$"], longest.topic).filter((w) => !faultOfTopic(w));
  const subscriptions = filters.map(subscriptionTo);
  let hits = 0;
  for (const topic of topics) {
    const expected = filters.filter((filter) => referenceMatch(filter, topic));
    hits += expected.length;
    const wanted = subscriptions.filter((one) => one.wants(topic)).map(({ filter }) => filter);
    assert.deepEqual(wanted, expected, topic);
    for (const filter of filters) {
      if (matches(filter, topic) !== expected.includes(filter)) assert.fail(`${filter} ~ ${topic}`);
    }
  }
  return { filters: filters.length, topics: topics.length, hits };
}

/** Compares subscriptions to random filters with the rules. Throws at the first difference. */
export function compareRandom(seed: number, rounds: number): void {
  const random = seededRandom(seed);
  const level = (isWild: boolean) => {
    const levels = isWild ? ["a", "b", "", "+", "$x"] : ["a", "b", "", "c", "$x"];
    return levels[Math.floor(random() * levels.length)] ?? "";
  };
  const path = (isWild: boolean) => {
    const levels = Array.from({ length: 1 + Math.floor(random() * 4) }, () => level(isWild));
    return levels.join("/") + (isWild && random() < 0.3 ? "/#" : "");
  };
  const subscriptions = new Map<string, Subscription>();
  for (let round = 0; round < rounds; round++) {
    const filter = path(true) || "#";
    if (!subscriptions.delete(filter)) subscriptions.set(filter, subscriptionTo(filter));
    const topic = path(false) || "a";
    for (const one of subscriptions.values()) {
      assert.equal(one.wants(topic), referenceMatch(one.filter, topic), `${one.filter} ~ ${topic}`);
    }
  }
}
