// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { MqttError } from "../../../modules/mqtt/mqtt-error.ts";
import { ClientBench } from "../../support/client-bench.ts";
import { seedCount } from "../../support/seeds.ts";
import { SessionBench } from "../../support/session-bench.ts";

// The same cases in every run; FC_SEED gives others.
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 1) });

const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("a", "a/+", "#", "", "a\0"));
const odd = fc.oneof(fc.anything(), text, fc.integer({ min: -1, max: 4 }), fc.double());
const maybe = (value: fc.Arbitrary<unknown>) => fc.option(value, { nil: undefined });

/** Runs it; true when it did its work, false when it threw a typed error that names the argument. */
function accepted(call: () => unknown): boolean {
  try {
    call();
    return true;
  } catch (error) {
    assert.ok(error instanceof MqttError, `${error}\n${(error as Error)?.stack}`);
    assert.ok(error.argument !== undefined, error.message);
    return false;
  }
}

test("publish takes any arguments: it works, or throws a typed error that names one", () => {
  let taken = 0;
  const options = fc.record(
    {
      QoS: odd,
      retain: odd,
      policy: odd,
      expiry: odd,
      onDone: fc.oneof(
        fc.constant(() => {}),
        odd,
      ),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(
      fc.oneof(text, odd),
      odd,
      fc.oneof(maybe(options), odd),
      (topic, payload, given) => {
        const bench = new SessionBench();
        const session = bench.online();
        const sent = bench.network.link.toBroker;
        const works = accepted(() =>
          session.publish(topic as string, payload as string, given as object),
        );
        bench.time.advance(100);
        assert.equal(session.state.kind, "online");
        if (works) taken++;
        else assert.equal(bench.network.link.toBroker, sent, "not a byte was sent");
      },
    ),
    // All of them always: few publications of random arguments are taken.
    { numRuns: 1_000 },
  );
  assert.ok(taken > 0, `${taken} were taken`);
});

test("subscribe takes any arguments: it works, or throws a typed error that names one", () => {
  let taken = 0;
  const options = fc.record({ QoS: odd, onMessage: fc.constant(() => {}), manualAck: odd });
  fc.assert(
    fc.property(fc.oneof(text, odd), fc.oneof(options, odd), (filter, given) => {
      const bench = new SessionBench();
      const session = bench.online();
      const works = accepted(() => session.subscribe(filter as string, given as never).close());
      bench.time.advance(100);
      assert.equal(session.state.kind, "online");
      assert.equal(session.counters.faults, 0);
      if (works) taken++;
    }),
    { numRuns: seedCount(1_000) },
  );
  assert.ok(taken > 0, `${taken} were taken`);
});

test("the client takes any options and anything to write: it works, or throws a typed error", () => {
  const given = fc.record(
    {
      ...{ host: odd, port: odd, id: odd, user: odd, password: odd, clean: odd, keepAlive: odd },
      will: fc.oneof(fc.record({ topic: odd, message: odd, QoS: odd, retain: odd }), odd),
    },
    { requiredKeys: [] },
  );
  const write = fc.record(
    {
      ...{
        operation: fc.oneof(fc.integer({ min: 0, max: 16 }), odd),
        id: odd,
        topic: odd,
        QoS: odd,
      },
      ...{ retain: odd, duplicate: odd, byteLength: odd },
      items: fc.oneof(fc.array(fc.oneof(fc.record({ topic: odd, QoS: odd }), odd)), odd),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(given, odd, fc.oneof(write, odd), (options, data, how) => {
      accepted(() => new ClientBench().client(options as object));
      const bench = new ClientBench();
      const client = bench.online();
      try {
        client.write(data as null, how as object);
      } catch (error) {
        assert.ok(error instanceof MqttError, `${error}\n${(error as Error)?.stack}`);
        bench.time.advance(10);
        assert.equal(bench.broker.connection.types, "CONNECT");
      }
    }),
    { numRuns: seedCount(2_000) },
  );
});
