// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import type { HostCrypto } from "../../modules/base/host-crypto.ts";
import { ACCEPT, REFUSE } from "../../modules/pairing/exchange/exchange-message.ts";
import { makeCode } from "../../modules/pairing/pairing-code.ts";
import { changedMessage } from "./changed-message.ts";
import { ExchangeBench } from "./exchange-bench.ts";
import { seededRandom } from "./random.ts";
import { testCrypto } from "./test-crypto.ts";

/** Enough for each message to be sent twice. */
const time = 4_500;
/** Of the last messages so many are kept, to be mixed with later ones. */
const maxOthers = 32;

export interface ChangeOptions {
  /** The group is one of numbers; default true. */
  readonly quick?: boolean;
  /** What does the rest; its random bytes are not used. */
  readonly crypto?: HostCrypto;
}

/** Another code with the same nameplate. */
export function otherCode(code: string): string {
  const crypto = testCrypto(77);
  let other = makeCode(crypto);
  while (other.slice(3) === code.slice(3)) other = makeCode(crypto);
  return code.slice(0, 3) + other.slice(3);
}

/**
 * Makes so many exchanges in which every message of one kind arrives changed, each in another way, and
 * checks that none of them makes a pair that the two ends share, or ends a run.
 */
export function changeExchanges(
  kind: number,
  count: number,
  { quick = true, crypto }: ChangeOptions = {},
): void {
  const random = seededRandom(kind);
  const others: Uint8Array[] = [];
  for (let run = 1; run <= count; run++) {
    const bench = new ExchangeBench({ seed: run, quick, ...(crypto && { crypto }) });
    let changes = 0;
    bench.bus.change = ({ payload }) => {
      if (payload[0] !== kind) return payload;
      const changed = changedMessage(payload, random, others);
      others.push(payload);
      if (others.length > maxOthers) others.shift();
      changes++;
      return changed;
    };
    bench.a.offer(bench.code);
    bench.b.join(kind === REFUSE ? otherCode(bench.code) : bench.code);
    bench.run(time);
    const at = `run ${run} of ${kind}`;
    assert.ok(changes > 0, `${at}: nothing was changed`);
    assert.deepEqual(bench.b.peers, [], at);
    // Whoever offers has looked at a right proof, and waits for the first sealed message.
    if (kind !== ACCEPT) assert.deepEqual(bench.a.peers, [], at);
    if (kind === REFUSE) assert.deepEqual(bench.b.outcomes, [], `${at}: it has ended a run`);
  }
}
