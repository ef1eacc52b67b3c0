// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import type { Random } from "../../modules/base/clock.ts";
import type { MqttSession } from "../../modules/mqtt/session.ts";
import { seededRandom } from "./random.ts";
import { SessionBench } from "./session-bench.ts";

type QoS = 0 | 1 | 2;

/** What one direction has taken and what came out of it, by topic. */
class Direction {
  readonly #taken = new Map<string, { text: string; QoS: QoS }[]>();
  readonly #came = new Map<string, string[]>();

  take(topic: string, text: string, QoS: QoS): void {
    const list = this.#taken.get(topic) ?? [];
    this.#taken.set(topic, list);
    list.push({ text, QoS });
  }

  came(topic: string, text: string): void {
    const list = this.#came.get(topic) ?? [];
    this.#came.set(topic, list);
    list.push(text);
  }

  /** True when nothing is missing. */
  get complete(): boolean {
    for (const [topic, list] of this.#taken) {
      const came = this.#came.get(topic) ?? [];
      if (list.some(({ text, QoS }) => QoS > 0 && !came.includes(text))) return false;
    }
    return true;
  }

  /** No loss, QoS 0 and 2 not twice (2: `exactly`), nothing invented, order kept per topic. */
  check(what: string, exactly: boolean, except: readonly string[] = []): void {
    for (const [topic, list] of this.#taken) {
      if (except.includes(topic)) continue;
      const came = this.#came.get(topic) ?? [];
      const sure = list.filter(({ QoS }) => QoS > 0).map(({ text }) => text);
      const firsts = [...new Set(came)];
      const known = new Set(list.map(({ text }) => text));
      assert.ok(
        firsts.every((text) => known.has(text)),
        `${what} ${topic}: invented`,
      );
      const order = firsts.filter((text) => sure.includes(text));
      if (exactly) assert.deepEqual(order, sure, `${what} ${topic}: lost or out of order`);
      else assert.deepEqual([...order].sort(), [...sure].sort(), `${what} ${topic}: lost`);
      for (const { text, QoS } of list) {
        const times = came.filter((other) => other === text).length;
        if (QoS === 0 || (QoS === 2 && exactly)) {
          assert.ok(times <= 1, `${what} ${topic} ${text}: QoS ${QoS}, ${times} times`);
        }
      }
    }
  }
}

/** A session, a broker, a bad network, and what must come of them. */
class Run {
  readonly bench = new SessionBench();
  readonly out = new Direction();
  readonly in = new Direction();
  readonly random: Random;
  readonly session: MqttSession;
  /** Calls of `ack` that are put off. */
  readonly acks: (() => void)[] = [];
  /** Topics of messages that were given up. */
  readonly refused: string[] = [];
  readonly #window: number;
  #count = 0;

  constructor(seed: number) {
    this.random = seededRandom(seed);
    const { bench, random } = this;
    bench.network.latency = this.below(30);
    const window = 1 + this.below(8);
    this.#window = window;
    this.session = bench.session({
      random,
      // An ack that is too late asks for the message again; that is not what is modelled here.
      limits: {
        window,
        sendBuffer: 128,
        unacknowledged: 4,
        outboxCount: 24,
        ackDeadline: 3_600_000,
      },
      keepAlive: 20_000,
      birth: { topic: "status", payload: "online" },
      onDropped: ({ topic, outcome }) => {
        if (outcome === "refused") this.refused.push(topic);
      },
    });
    const decoder = new TextDecoder();
    this.session.subscribe("in/#", {
      QoS: 2,
      onMessage: ({ topic, payload }) => this.in.came(topic, decoder.decode(payload)),
    });
    this.session.subscribe("later/#", {
      QoS: 2,
      manualAck: true,
      onMessage: ({ topic, payload, ack }) => {
        this.in.came(topic, decoder.decode(payload));
        if (ack) this.acks.push(ack);
      },
    });
    this.session.start();
    bench.until(() => bench.broker.sessions.get("board")?.filters.size === 2);
  }

  /** Messages to the client that the broker keeps. */
  get unconfirmed(): number | undefined {
    return this.bench.broker.sessions.get("board")?.unconfirmed;
  }

  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  /** At most one birth is on its way beside the window, over any number of connections. */
  checkWindow(): void {
    const { unconfirmed } = this.session;
    const most = this.#window + 1;
    assert.ok(unconfirmed <= most, `${unconfirmed} unconfirmed, at most ${most} are allowed`);
  }

  /** The broker closes at messages on this topic, as it does without rights. */
  forbid(): void {
    this.bench.broker.onPacket = (packet, { link }) => {
      if (packet.type !== "PUBLISH" || packet.topic !== "forbidden") return false;
      link.shut();
      return true;
    };
  }

  /** A step with a good network; true when it has published what is forbidden. */
  stepWithRights(): boolean {
    const kind = this.below(9);
    if (kind < 6) this.publish();
    else if (kind < 8) this.bench.time.advance(this.below(3_000));
    if (kind < 8) return false;
    const QoS = (1 + this.below(2)) as QoS;
    const text = "x".repeat(this.below(200));
    return this.session.publish("forbidden", text, { QoS, policy: "reject" });
  }

  step(): void {
    const { bench } = this;
    const { network, time } = bench;
    const kind = this.below(14);
    if (kind < 4) this.publish();
    else if (kind < 7) this.receive();
    else if (kind === 7) network.link.cutToBrokerAt = network.link.toBroker + this.below(150);
    else if (kind === 8) network.link.cutToClientAt = network.link.toClient + this.below(150);
    else if (kind === 9) this.trouble();
    else if (kind === 10) this.acks.splice(this.below(this.acks.length), 1)[0]?.();
    else time.advance(this.below(kind === 11 ? 20_000 : 60));
  }

  publish(): void {
    const QoS = this.below(3) as QoS;
    const topic = `out/${this.below(2)}`;
    const text = `${this.#count++} ${"x".repeat(this.below(2) * this.below(300))}`;
    if (this.session.publish(topic, text, { QoS, policy: "reject" }))
      this.out.take(topic, text, QoS);
  }

  receive(): void {
    const QoS = this.below(3) as QoS;
    const topic = `${this.below(2) === 0 ? "in" : "later"}/${this.below(2)}`;
    const text = String(this.#count++);
    this.in.take(topic, text, QoS);
    this.bench.broker.publish(topic, { payload: text, QoS });
  }

  trouble(): void {
    const { network, broker } = this.bench;
    const kind = this.below(7);
    if (kind === 0) network.link.cut();
    else if (kind === 1) network.link.silent = true;
    else if (kind === 2) network.piece = 1 + this.below(20);
    else if (kind === 3) network.window = 10 + this.below(300);
    else if (kind === 4) network.connects = this.below(2) === 0 ? "refuse" : "accept";
    else if (kind === 5) {
      const types = ["PUBLISH", "PUBREL", "PUBACK", "PUBREC", "PUBCOMP", "SUBSCRIBE"] as const;
      broker.muted.add(types[this.below(types.length)] ?? "PUBLISH");
    } else {
      this.session.suspend();
      this.bench.time.advance(this.below(2_000));
      this.session.resume();
    }
  }

  /** The network and the broker are well again: everything must arrive. */
  settle(): void {
    const { bench } = this;
    bench.network.connects = "accept";
    bench.broker.muted.clear();
    bench.network.link.cut();
    for (let second = 0; second < 20_000; second++) {
      if (this.in.complete && this.session.outgoing === 0 && this.unconfirmed === 0) break;
      for (const ack of this.acks.splice(0)) ack();
      bench.time.advance(1_000);
    }
    for (const ack of this.acks.splice(0)) ack();
    bench.time.advance(1_000);
  }
}

/**
 * Random publications both ways over a network that is cut at random bytes, and a broker that keeps
 * the session (or, with `forgets`, loses it now and then). With `forbids` it closes at some messages,
 * and the network is no worse than slow. Throws when anything is lost, doubled or out of order; returns
 * the number of connections, and of messages that were given up: three cuts in a row at the same
 * message look like a broker that refuses it.
 */
export function runDelivery(
  seed: number,
  { forgets = false, forbids = false } = {},
): { readonly connections: number; readonly givenUp: number } {
  const run = new Run(seed);
  const { bench, session } = run;
  const steps = 20 + run.below(60);
  let forbidden = 0;
  if (forbids) run.forbid();
  for (let step = 0; step < steps; step++) {
    if (!forbids) run.step();
    else if (run.stepWithRights()) forbidden++;
    run.checkWindow();
    if (forgets && run.below(20) === 0) {
      bench.network.link.cut();
      bench.broker.forget();
    }
  }
  run.settle();
  run.checkWindow();
  if (forbids) assert.deepEqual(run.refused, Array(forbidden).fill("forbidden"));
  const decoder = new TextDecoder();
  for (const { topic, payload } of bench.broker.arrived) {
    if (topic.startsWith("out/")) run.out.came(topic, decoder.decode(payload));
  }
  const what = `seed ${seed}`;
  run.out.check(`${what}, out,`, !forgets, run.refused);
  if (!forgets) run.in.check(`${what}, in,`, true);
  assert.equal(session.outgoing, 0, `${what}: the outbox is not empty`);
  assert.equal(session.counters.faults, 0, `${what}: faults\n${bench.book.text}`);
  if (!forgets) assert.equal(run.unconfirmed, 0, what);
  session.stop();
  bench.time.advance(5_000);
  assert.equal(bench.network.open, 0, `${what}: something was left open`);
  assert.equal(bench.time.pending, 0, `${what}: a timer was left`);
  return { connections: bench.broker.connections.length, givenUp: run.refused.length };
}
