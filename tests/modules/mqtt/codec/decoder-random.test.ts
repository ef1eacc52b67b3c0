// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Decoder } from "../../../../modules/mqtt/codec/decoder.ts";
import { decodedFrom, singleBytes } from "../../../support/decoded.ts";
import { seededRandom } from "../../../support/random.ts";
import { mutated, randomCuts, randomStream } from "../../../support/random-broker.ts";
import { referenceOf } from "../../../support/reference-decoder.ts";
import { seedCount } from "../../../support/seeds.ts";

test("random legal streams cut at every byte give the same events", () => {
  const stream = randomStream(seededRandom(1), 5);
  const expected = referenceOf(stream);
  assert.equal(expected.length, 6);
  for (let cut = 0; cut <= stream.length; cut++) {
    const pieces = [stream.slice(0, cut), stream.slice(cut)];
    assert.deepEqual(decodedFrom(new Decoder(), pieces), expected, `cut at ${cut}`);
  }
  assert.deepEqual(decodedFrom(new Decoder(), singleBytes(stream)), expected);
});

test("random legal streams in random pieces are read as the standard says", () => {
  const decoder = new Decoder({ longestTopic: 4096 });
  for (let seed = 0; seed < seedCount(30); seed++) {
    const random = seededRandom(seed);
    const stream = randomStream(random, 8);
    decoder.reset();
    assert.deepEqual(
      decodedFrom(decoder, randomCuts(random, stream)),
      referenceOf(stream),
      `seed ${seed}`,
    );
  }
});

test("changed streams are refused, or read, where the standard says", () => {
  const decoder = new Decoder({ longestTopic: 4096 });
  for (let seed = 0; seed < seedCount(60); seed++) {
    const random = seededRandom(seed);
    const stream = mutated(random, randomStream(random, 4));
    decoder.reset();
    assert.deepEqual(
      decodedFrom(decoder, randomCuts(random, stream)),
      referenceOf(stream),
      `seed ${seed}`,
    );
  }
});
