// SPDX-License-Identifier: MIT

// What the classes of a host do and the standard does not foresee: on a board, an exception that
// gets away restarts it.

import assert from "node:assert/strict";
import test from "node:test";
import type { LogLine } from "../../../modules/base/log.ts";
import type { ResolveOptions, Resolver } from "../../../modules/ecma-419/resolver.ts";
import type { TCP, TCPOptions } from "../../../modules/ecma-419/tcp.ts";
import { MemoryKeyValue } from "../../support/memory-key-value.ts";
import { SessionBench } from "../../support/session-bench.ts";

/** Which call of a socket throws, from which one on. */
interface Plan {
  place: "constructor" | "read" | "write" | "close" | "none";
}

/** The network of the bench, with sockets that throw as planned. */
function throwingNetwork(bench: SessionBench, plan: Plan) {
  const { dns, tcp } = bench.network.providers;
  const fail = (place: Plan["place"]) => {
    if (plan.place === place) throw new Error(`${place} failed`);
  };
  class ThrowingTCP implements TCP {
    readonly #tcp: TCP;

    constructor(options: TCPOptions) {
      fail("constructor");
      this.#tcp = new tcp.io({ ...tcp, ...options });
    }

    read(wanted?: unknown): never {
      fail("read");
      return this.#tcp.read(wanted as Uint8Array) as never;
    }

    write(bytes: Uint8Array): void {
      fail("write");
      this.#tcp.write(bytes);
    }

    close(): void {
      this.#tcp.close();
      fail("close");
    }
  }
  return { dns, tcp: { io: ThrowingTCP } };
}

for (const [place, reason] of [
  ["constructor", "mqtt/tcp-failed"],
  ["read", "mqtt/lost"],
  ["write", "mqtt/lost"],
] as const) {
  test(`a socket whose ${place} throws is a lost connection, and the next one works`, () => {
    const bench = new SessionBench();
    const plan: Plan = { place };
    const session = bench.session({ network: throwingNetwork(bench, plan) });
    session.publish("t", "x", { QoS: 2 });
    session.start();
    bench.until(() => session.state.kind === "waiting");
    const { state } = session;
    assert.equal(state.kind === "waiting" && state.reason, reason);
    assert.match(state.kind === "waiting" ? state.text : "", new RegExp(`${place} failed`));
    plan.place = "none";
    bench.until(() => session.counters.delivered === 1);
    assert.deepEqual(bench.broker.payloads("t"), ["x"]);
  });
}

test("a socket that throws in the middle of a session loses no message", () => {
  for (const place of ["read", "write"] as const) {
    const bench = new SessionBench();
    const plan: Plan = { place: "none" };
    const session = bench.online({ network: throwingNetwork(bench, plan) });
    plan.place = place;
    session.publish("t", "x", { QoS: 2 });
    bench.until(() => session.state.kind === "waiting");
    plan.place = "none";
    bench.until(() => session.counters.delivered === 1);
    assert.deepEqual(bench.broker.payloads("t"), ["x"]);
  }
});

test("a socket that cannot be closed is left", () => {
  const bench = new SessionBench();
  const session = bench.online({ network: throwingNetwork(bench, { place: "close" }) });
  session.suspend();
  session.resume();
  bench.until(() => session.counters.connects === 2);
  let stopped = false;
  session.stop(() => {
    stopped = true;
  });
  bench.until(() => stopped);
});

test("a resolver that cannot be closed does not matter", () => {
  const bench = new SessionBench();
  const { dns, tcp } = bench.network.providers;
  class UnclosableResolver implements Resolver {
    readonly #resolver = new dns.io(dns);

    resolve(options: ResolveOptions): void {
      this.#resolver.resolve(options);
    }

    close(): void {
      this.#resolver.close();
      throw new Error("cannot be closed");
    }
  }
  bench.online({ network: { dns: { io: UnclosableResolver }, tcp } });
});

test("a store that cannot be read is told, and MQTT works without it", () => {
  class UnreadableStore extends MemoryKeyValue {
    override read(): never {
      throw new Error("flash is broken");
    }

    override [Symbol.iterator](): never {
      throw new Error("flash is broken");
    }
  }
  const bench = new SessionBench();
  const session = bench.online({ store: new UnreadableStore() });
  session.publish("t", "x", { QoS: 1 });
  bench.until(() => session.counters.delivered === 1);
  assert.match(bench.book.text, /error the message store has failed: flash is broken/);
  assert.ok(session.counters.journalErrors > 0);
});

test("a log that throws stops nothing", () => {
  const bench = new SessionBench();
  const log = (_line: LogLine) => {
    throw new Error("the console is full");
  };
  const session = bench.online({ log });
  session.publish("/ bad", "x", { QoS: 1 });
  bench.until(() => session.counters.delivered === 1);
});

test("a connection that is lost while the goodbye is on its way ends the stop at once", () => {
  const bench = new SessionBench();
  const session = bench.online({ goodbye: { topic: "status", payload: "offline" } });
  bench.broker.muted.add("PUBLISH");
  let stopped = 0;
  session.stop(() => {
    stopped++;
  });
  bench.time.advance(1);
  bench.network.link.cut();
  bench.time.advance(10);
  assert.equal(stopped, 1);
  assert.equal(session.state.kind, "stopped");
  bench.time.advance(10_000);
  assert.equal(stopped, 1);
  assert.equal(bench.network.open, 0);
});
