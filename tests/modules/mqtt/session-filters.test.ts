// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { MqttSession } from "../../../modules/mqtt/session.ts";
import { MemoryKeyValue } from "../../support/memory-key-value.ts";
import { CuttingStore, PoweredTimers } from "../../support/powered-board.ts";
import { seededRandom } from "../../support/random.ts";
import { SessionBench } from "../../support/session-bench.ts";

const onMessage = () => {};

/** A board whose power can be cut, and which starts again with the same store. */
class Board {
  readonly bench = new SessionBench();
  readonly store: MemoryKeyValue;
  #timers = new PoweredTimers(this.bench);
  #lives = 0;

  constructor(store = new MemoryKeyValue()) {
    this.store = store;
  }

  /** One more life, with these filters; connected. */
  start(...filters: string[]): MqttSession {
    this.#timers = new PoweredTimers(this.bench);
    const { store } = this;
    const random = seededRandom(++this.#lives);
    const session = this.bench.session({ store, timers: this.#timers, random });
    for (const filter of filters) session.subscribe(filter, { QoS: 1, onMessage });
    session.start();
    this.bench.until(() => session.state.kind === "online");
    this.bench.time.advance(100);
    return session;
  }

  cut(): void {
    this.#timers.cut();
    this.bench.network.link.powerless = true;
    this.bench.network.link.cut();
  }

  /** What the broker has of it. */
  get filters(): string[] {
    return [...(this.bench.broker.sessions.get("board")?.filters.keys() ?? [])].sort();
  }

  /** Filters given up on the last connection. */
  get givenUp(): string[] {
    const { packets } = this.bench.broker.connection;
    return packets.flatMap((packet) => (packet.type === "UNSUBSCRIBE" ? packet.filters : []));
  }
}

test("what only an earlier life wanted is given up when the broker still has the session", () => {
  const board = new Board();
  board.start("command", "old/peer/#", "#");
  assert.deepEqual(board.filters, ["#", "command", "old/peer/#"]);
  board.cut();
  const second = board.start("command", "new/peer/#");
  assert.deepEqual(board.filters, ["command", "new/peer/#"]);
  assert.deepEqual(board.givenUp.sort(), ["#", "old/peer/#"]);
  const { received } = second.counters;
  board.bench.broker.publish("anything", { QoS: 1 });
  board.bench.time.advance(100);
  assert.equal(second.counters.received, received, "nobody here wants that");
  board.cut();
  board.start("command", "new/peer/#");
  assert.deepEqual(board.givenUp, [], "once");
});

test("a board that only starts again stores nothing and gives up nothing", () => {
  const board = new Board();
  board.start("a", "b/+");
  const { writes } = board.store;
  for (let life = 0; life < 5; life++) {
    board.cut();
    board.start("a", "b/+");
    assert.deepEqual(board.givenUp, []);
  }
  assert.equal(board.store.writes, writes);
});

test("what comes and goes again and again wears nothing out", () => {
  const board = new Board();
  const session = board.start("a");
  const { writes } = board.store;
  for (let i = 0; i < 50; i++) {
    session.subscribe("look/#", { onMessage }).close();
    board.bench.time.advance(100);
  }
  assert.deepEqual(board.filters, ["a"]);
  assert.ok(board.store.writes - writes <= 1, `${board.store.writes - writes} writes`);
});

test("nothing is given up that is wanted again before the broker has answered", () => {
  const board = new Board();
  board.start("a", "b");
  board.cut();
  board.bench.broker.muted.add("UNSUBSCRIBE");
  const second = board.start("a");
  assert.deepEqual(board.givenUp, ["b"]);
  second.subscribe("b", { onMessage });
  board.bench.broker.muted.clear();
  board.bench.network.link.cut();
  board.bench.until(() => second.counters.connects === 2);
  board.bench.time.advance(100);
  assert.deepEqual(board.filters, ["a", "b"]);
  assert.deepEqual(board.givenUp, []);
});

test("a filter whose UNSUBSCRIBE went down with the connection is given up on the next", () => {
  const board = new Board();
  const session = board.start("a");
  const look = session.subscribe("#", { onMessage });
  board.bench.time.advance(100);
  board.bench.broker.onPacket = ({ type }) => type === "UNSUBSCRIBE";
  look.close();
  board.bench.time.advance(100);
  board.bench.broker.onPacket = () => false;
  board.bench.network.link.cut();
  board.bench.until(() => session.counters.connects === 2);
  board.bench.time.advance(100);
  assert.deepEqual(board.filters, ["a"]);
});

test("a broker that has lost the session is asked for what is wanted now, and that is on record", () => {
  const board = new Board();
  board.start("a", "b");
  board.cut();
  board.bench.broker.forget();
  board.start("a", "c");
  assert.deepEqual(board.filters, ["a", "c"]);
  board.cut();
  board.start("c");
  assert.deepEqual(board.filters, ["c"]);
});

test("a power cut at any write leaves no filter behind that the next life does not know of", () => {
  for (let at = 0; at < 12; at++) {
    const store = new CuttingStore();
    const board = new Board(store);
    board.start("a", "b");
    board.cut();
    store.cutAt = store.writes + at;
    store.onCut = () => board.cut();
    try {
      const session = board.start("b", "c", "d/#");
      session.subscribe("e", { onMessage }).close();
      board.bench.time.advance(100);
    } catch {
      // It never comes online: the power went before.
    }
    store.cutAt = Number.POSITIVE_INFINITY;
    board.cut();
    board.start("b", "x");
    assert.deepEqual(board.filters, ["b", "x"], `cut at write ${at}`);
  }
});

test("a store that fails or holds nonsense costs no subscription", () => {
  const broken = new MemoryKeyValue();
  broken.failAt = 0;
  const board = new Board(broken);
  board.start("a", "b");
  assert.deepEqual(board.filters, ["a", "b"]);
  assert.ok(board.bench.book.events.includes("mqtt/store"));
  for (const bytes of [[0xff], [0], [0x61, 0, 0, 0x62], [0x61, 0x23], Array(5_000).fill(0x78)]) {
    const store = new MemoryKeyValue();
    store.write("filters", Uint8Array.from(bytes));
    const other = new Board(store);
    other.start("a");
    assert.deepEqual(other.filters, ["a"]);
    other.cut();
    other.start("a");
    assert.equal(other.bench.broker.connections.length, 2, "no connection is lost by it");
  }
});

test("a filter that nobody here wants can be given up by its name", () => {
  const board = new Board();
  const session = board.start("a");
  board.bench.broker.sessions.get("board")?.filters.set("left/by/others", 1);
  assert.equal(session.unsubscribe("a"), false, "it is wanted");
  assert.equal(session.unsubscribe("left/by/others"), true);
  assert.throws(() => session.unsubscribe("x/#/y"), { code: "mqtt/illegal" });
  board.bench.time.advance(100);
  assert.deepEqual(board.filters, ["a"]);
});
