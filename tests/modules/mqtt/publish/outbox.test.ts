// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Outbox } from "../../../../modules/mqtt/publish/outbox.ts";
import {
  givesWay,
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
  readonly policy?: PublishPolicy;
  readonly since?: number;
  readonly expires?: number;
  readonly onDone?: (outcome: PublishOutcome) => void;
}

function message(given: Given = {}): OutgoingMessage {
  const { topic = "t", text = "", QoS = 1, policy, since = 0, expires = Infinity } = given;
  const payload = new TextEncoder().encode(text);
  const header = topic.length + 9;
  const retain = text.length % 2 === 1;
  const { onDone } = given;
  const one = outgoingMessage(topic, payload, header, { QoS, retain, policy, onDone });
  one.since = since;
  if (expires !== Infinity) one.expires = expires;
  return one;
}

/** What a message says, all of it. */
function lineOf(message: OutgoingMessage): string {
  const { topic, payload, header, QoS, retain, since, expires, onDone } = message;
  const { id, isJournaled = false, duplicate, endings = 0, policy } = message;
  const text = new TextDecoder().decode(payload);
  const stays = `${givesWay(message)} ${policy === "latest"}`;
  const flags = `${retain} ${stays} ${isJournaled} ${duplicate} ${endings} ${onDone !== undefined}`;
  return `${topic} ${text} ${header} ${QoS} ${since} ${expires} ${id} ${flags}`;
}

/** The same rules on a plain list: what an outbox has to do, without a thought for memory. */
class PlainOutbox {
  readonly gone: string[] = [];
  readonly taken: OutgoingMessage[] = [];
  waiting: OutgoingMessage[] = [];
  readonly #limits: { readonly count: number; readonly bytes: number };

  constructor(limits: { readonly count: number; readonly bytes: number }) {
    this.#limits = limits;
  }

  offer(one: OutgoingMessage): boolean {
    const { topic, payload, policy } = one;
    const isLatest = policy === "latest";
    const at = this.waiting.findIndex(
      (other) => other.policy === "latest" && other.topic === topic,
    );
    const old = this.waiting[at];
    const growth = payload.length - (old?.payload.length ?? 0);
    if (isLatest && old && this.#bytes + growth <= this.#limits.bytes) {
      this.waiting[at] = one;
      this.#lose(old, "replaced");
      return true;
    }
    while (policy !== "reject" && policy !== "drop-newest" && !this.#fits(payload.length)) {
      const oldest = this.waiting.find(givesWay);
      if (!oldest) break;
      this.waiting = this.waiting.filter((other) => other !== oldest);
      this.#lose(oldest, "dropped");
    }
    if (!this.#fits(payload.length)) return false;
    this.waiting.push(one);
    return true;
  }

  shift(): OutgoingMessage | undefined {
    const first = this.waiting.shift();
    if (first) this.taken.push(first);
    return first;
  }

  expire(now: number): void {
    const old = this.waiting.filter(({ expires = Infinity }) => expires <= now);
    this.waiting = this.waiting.filter(({ expires = Infinity }) => expires > now);
    for (const one of old) this.#lose(one, "expired");
  }

  get count(): number {
    return this.waiting.length + this.taken.length;
  }

  get #bytes(): number {
    const all = [...this.waiting, ...this.taken];
    return all.reduce((sum, { payload }) => sum + payload.length, 0);
  }

  #fits(size: number): boolean {
    return this.count < this.#limits.count && this.#bytes + size <= this.#limits.bytes;
  }

  #lose(one: OutgoingMessage, outcome: string): void {
    this.gone.push(`${outcome} ${lineOf(one)}`);
  }
}

/** An outbox and the plain list, told the same. */
class Twins {
  readonly gone: string[] = [];
  readonly plain: PlainOutbox;
  readonly outbox: Outbox;
  readonly taken: OutgoingMessage[] = [];
  #id = 0;

  constructor(limits: { readonly count: number; readonly bytes: number }) {
    this.plain = new PlainOutbox(limits);
    this.outbox = new Outbox({
      ...limits,
      owner: { onGone: (one, outcome) => this.gone.push(`${outcome} ${lineOf(one)}`) },
    });
  }

  offer(given: Given): void {
    const [one, two] = [message(given), message(given)];
    assert.equal(this.outbox.offer(one), this.plain.offer(two));
  }

  /** One of an earlier life, whatever the bounds. */
  restore(given: Given, id: number): void {
    for (const [list, one] of [
      [this.outbox, message(given)],
      [this.plain, message(given)],
    ] as const) {
      Object.assign(one, { id, isJournaled: true, duplicate: true, endings: id % 3 });
      if (list === this.plain) this.plain.waiting.push(one);
      else {
        this.outbox.admit(one.payload.length);
        this.outbox.append(one);
      }
    }
  }

  shift(): void {
    const [one, two] = [this.outbox.shift(), this.plain.shift()];
    if (one) this.taken.push(one);
    assert.equal(one && lineOf(one), two && lineOf(two));
  }

  /** Ends the oldest of those that were taken. */
  end(): void {
    const one = this.taken.shift();
    if (one) this.outbox.release(one.payload.length);
    this.plain.taken.shift();
  }

  /** As the journal does: an id and `stored` for some, no more than `most`. */
  save(since: number, most: number): void {
    const saved: string[] = [];
    const first = this.#id + 1;
    this.outbox.save(since, (one) => {
      if (!one.isJournaled && one.QoS > 0 && one.expires === undefined) {
        one.id = ++this.#id;
        one.isJournaled = true;
        saved.push(lineOf(one));
      }
      return saved.length < most;
    });
    const wanted = this.plain.waiting
      .filter((one) => one.QoS > 0 && one.expires === undefined && !one.isJournaled)
      .filter(({ since: published }) => published <= since)
      .slice(0, most);
    wanted.forEach((one, i) => {
      one.id = first + i;
      one.isJournaled = true;
    });
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
        const text = "x".repeat(below(4) === 0 ? below(3_000) : below(150));
        const expires = below(6) === 0 ? now + below(20) : Infinity;
        const onDone = below(6) === 0 ? () => {} : undefined;
        const topic = `t${below(4)}`;
        const QoS = below(3) as 0;
        twins.offer({ topic, text, QoS, policy, since: now, expires, ...(onDone && { onDone }) });
      } else if (what < 13) twins.shift();
      else if (what < 15) twins.end();
      else if (what < 16) {
        const policy = policies[below(2)] ?? "reject";
        twins.restore({ text: `old ${step}`, QoS: (1 + below(2)) as 1, policy }, 40_000 + step);
      } else if (what < 18) twins.save(now - below(10), 1 + below(3));
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
    twins.offer({ text: `${i} ${"é".repeat(i % 90)}`, since: i + 0.5 });
  }
  twins.check();
  twins.save(250, 40);
  for (let i = 0; i < 301; i++) twins.shift();
  twins.check();
});

test("a message larger than a block, an empty one, and one that fills a block to its end", () => {
  const twins = new Twins({ count: 40, bytes: 200_000 });
  for (let i = 0; i < 9; i++) twins.offer({ policy: "reject" });
  for (const length of [2_032, 0, 2_032, 70_000, 1_008, 1_008, 0, 2_031, 5_000, 2_033, 0]) {
    twins.offer({ text: "y".repeat(length), policy: "reject" });
  }
  twins.check();
  for (let i = 0; i < 21; i++) twins.shift();
});
