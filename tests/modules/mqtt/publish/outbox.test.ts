// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Outbox } from "../../../../modules/mqtt/publish/outbox.ts";
import {
  type OutgoingMessage,
  outgoingMessage,
} from "../../../../modules/mqtt/publish/outgoing-message.ts";
import type {
  PublishOutcome,
  PublishPolicy,
} from "../../../../modules/mqtt/publish/publish-options.ts";
import { seededRandom } from "../../../support/random.ts";

const policies: readonly PublishPolicy[] = ["reject", "drop-oldest", "drop-newest", "latest"];

interface Given {
  readonly topic?: string;
  readonly text?: string;
  readonly QoS?: 0 | 1 | 2;
  readonly latest?: boolean;
  readonly since?: number;
  readonly expires?: number;
  readonly onDone?: (outcome: PublishOutcome) => void;
}

function message(given: Given = {}): OutgoingMessage {
  const { topic = "t", text = "", QoS = 1, latest = false, since = 0, expires = Infinity } = given;
  const payload = new TextEncoder().encode(text);
  const header = topic.length + 9;
  const retain = text.length % 2 === 1;
  const { onDone } = given;
  const one = outgoingMessage(topic, payload, header, { QoS, retain, onDone });
  return Object.assign(one, { isLatest: latest, since, expires });
}

/** What a message says, all of it. */
function lineOf(message: OutgoingMessage): string {
  const { topic, payload, header, QoS, retain, isLatest, since, expires, onDone } = message;
  const { sequence, id, isJournaled, countsAsQueued } = message;
  const text = new TextDecoder().decode(payload);
  const flags = `${retain} ${isLatest} ${isJournaled} ${countsAsQueued} ${onDone !== undefined}`;
  return `${sequence} ${topic} ${text} ${header} ${QoS} ${since} ${expires} ${id} ${flags}`;
}

/** The same rules on a plain list: what an outbox has to do, without a thought for memory. */
class PlainOutbox {
  readonly gone: string[] = [];
  readonly taken: OutgoingMessage[] = [];
  waiting: OutgoingMessage[] = [];
  readonly #limits: { readonly count: number; readonly bytes: number };
  #sequence = 0;

  constructor(limits: { readonly count: number; readonly bytes: number }) {
    this.#limits = limits;
  }

  offer(one: OutgoingMessage, policy: PublishPolicy): boolean {
    one.sequence = ++this.#sequence;
    const { topic, payload, isLatest } = one;
    const at = this.waiting.findIndex((other) => other.isLatest && other.topic === topic);
    const old = this.waiting[at];
    const growth = payload.length - (old?.payload.length ?? 0);
    if (isLatest && old && this.#bytes + growth <= this.#limits.bytes) {
      one.sequence = old.sequence;
      this.waiting[at] = one;
      one.countsAsQueued = true;
      this.#lose(old, "replaced");
      return true;
    }
    while (policy.startsWith("drop-oldest") || policy === "latest") {
      const oldest = this.#fits(payload.length) ? undefined : this.waiting.shift();
      if (!oldest) break;
      this.#lose(oldest, "dropped");
    }
    if (!this.#fits(payload.length)) return false;
    one.countsAsQueued = true;
    this.waiting.push(one);
    return true;
  }

  shift(): OutgoingMessage | undefined {
    const first = this.waiting.shift();
    if (first) this.taken.push(first);
    return first;
  }

  putBack(all: readonly OutgoingMessage[]): void {
    this.waiting = [...all, ...this.waiting].sort((a, b) => a.sequence - b.sequence);
  }

  expire(now: number): void {
    const old = this.waiting.filter(({ expires }) => expires <= now);
    this.waiting = this.waiting.filter(({ expires }) => expires > now);
    for (const one of old) this.#lose(one, "expired");
  }

  get count(): number {
    return this.waiting.length + this.taken.filter(({ countsAsQueued }) => countsAsQueued).length;
  }

  get #bytes(): number {
    const all = [...this.waiting, ...this.taken.filter(({ countsAsQueued }) => countsAsQueued)];
    return all.reduce((sum, { payload }) => sum + payload.length, 0);
  }

  #fits(size: number): boolean {
    return this.count < this.#limits.count && this.#bytes + size <= this.#limits.bytes;
  }

  #lose(one: OutgoingMessage, outcome: string): void {
    one.countsAsQueued = false;
    this.gone.push(`${outcome} ${lineOf(one)}`);
  }
}

/** An outbox and the plain list, told the same. */
class Twins {
  readonly gone: string[] = [];
  readonly plain: PlainOutbox;
  readonly outbox: Outbox;
  readonly taken: OutgoingMessage[] = [];

  constructor(limits: { readonly count: number; readonly bytes: number }) {
    this.plain = new PlainOutbox(limits);
    this.outbox = new Outbox({
      ...limits,
      owner: { onGone: (one, outcome) => this.gone.push(`${outcome} ${lineOf(one)}`) },
    });
  }

  offer(given: Given, policy: PublishPolicy): void {
    const [one, two] = [message(given), message(given)];
    assert.equal(this.outbox.offer(one, policy), this.plain.offer(two, policy));
  }

  shift(): void {
    const [one, two] = [this.outbox.shift(), this.plain.shift()];
    if (one) this.taken.push(one);
    assert.equal(one && lineOf(one), two && lineOf(two));
  }

  /** Gives the oldest of those that were taken back, or ends it. */
  back(count: number): void {
    this.outbox.putBack(this.taken.splice(0, count));
    this.plain.putBack(this.plain.taken.splice(0, count));
  }

  end(): void {
    const [one, two] = [this.taken.shift(), this.plain.taken.shift()];
    if (one) this.outbox.release(one);
    if (two) two.countsAsQueued = false;
  }

  /** As the journal does: an id and `stored` for some, no more than `most`. */
  save(since: number, most: number): void {
    const saved: string[] = [];
    this.outbox.save(since, (one) => {
      if (!one.isJournaled && one.QoS > 0 && one.expires === Infinity) {
        one.id = (one.sequence % 65_535) + 1;
        one.isJournaled = true;
        saved.push(lineOf(one));
      }
      return saved.length < most;
    });
    const wanted = this.plain.waiting
      .filter((one) => one.QoS > 0 && one.expires === Infinity && !one.isJournaled)
      .filter(({ since: published }) => published <= since)
      .slice(0, most);
    for (const one of wanted) {
      one.id = (one.sequence % 65_535) + 1;
      one.isJournaled = true;
    }
    assert.deepEqual(saved, wanted.map(lineOf));
  }

  check(): void {
    assert.equal(this.outbox.count, this.plain.count);
    assert.deepEqual(this.gone, this.plain.gone);
    const ids = this.plain.waiting.map(({ id }) => id).filter((id) => id > 0);
    for (const id of ids.slice(-3)) assert.ok(this.outbox.has(id), `id ${id}`);
    assert.equal(this.outbox.has(65_000), false);
  }
}

test("an outbox does what a plain list would do, whatever it is told", () => {
  const random = seededRandom(7);
  const below = (limit: number) => Math.floor(random() * limit);
  for (let run = 0; run < 20; run++) {
    const twins = new Twins({ count: 1 + below(60), bytes: 200 + below(6_000) });
    let now = 0;
    for (let step = 0; step < 250; step++) {
      now += below(3);
      const what = below(20);
      if (what < 10) {
        const policy = policies[below(4)] ?? "reject";
        const latest = policy === "latest";
        const text = "x".repeat(below(4) === 0 ? below(3_000) : below(150));
        const expires = below(6) === 0 ? now + below(20) : Infinity;
        const onDone = below(6) === 0 ? () => {} : undefined;
        const topic = `t${below(4)}`;
        twins.offer(
          {
            topic,
            text,
            QoS: below(3) as 0,
            latest,
            since: now,
            expires,
            ...(onDone && { onDone }),
          },
          policy,
        );
      } else if (what < 13) twins.shift();
      else if (what < 15) twins.end();
      else if (what < 16) twins.back(below(12));
      else if (what < 18) twins.save(now - below(10), 1 + below(3));
      else {
        twins.outbox.expire(now);
        twins.plain.expire(now);
      }
      twins.check();
    }
    while (twins.plain.waiting.length > 0) twins.shift();
    twins.shift();
  }
});

test("300 readings that wait come out as they went in", () => {
  const twins = new Twins({ count: 300, bytes: 100_000 });
  for (let i = 0; i < 320; i++) {
    twins.offer({ text: `${i} ${"é".repeat(i % 90)}`, since: i + 0.5 }, "drop-oldest");
  }
  twins.check();
  twins.save(250, 40);
  for (let i = 0; i < 301; i++) twins.shift();
  twins.check();
});

test("a message larger than a block, an empty one, and one that fills a block to its end", () => {
  const twins = new Twins({ count: 40, bytes: 200_000 });
  for (let i = 0; i < 9; i++) twins.offer({}, "reject");
  for (const length of [2_028, 0, 2_028, 70_000, 1_004, 1_004, 0, 2_027, 5_000, 2_029, 0]) {
    twins.offer({ text: "y".repeat(length) }, "reject");
  }
  twins.check();
  for (let i = 0; i < 21; i++) twins.shift();
});
