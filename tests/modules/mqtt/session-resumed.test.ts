// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { SessionBench } from "../../support/session-bench.ts";

test("a broker that keeps the session but forgets its QoS 0 filters, as RabbitMQ does, is asked again", () => {
  const bench = new SessionBench();
  const session = bench.online();
  const heard: string[] = [];
  const onMessage = ({ topic }: { readonly topic: string }) => void heard.push(topic);
  session.subscribe("readings", { QoS: 0, onMessage });
  session.subscribe("command", { QoS: 1, onMessage });
  bench.time.advance(100);
  for (let i = 1; i <= 3; i++) {
    bench.network.link.cut();
    const filters = bench.broker.sessions.get("board")?.filters;
    for (const [filter, QoS] of filters ?? []) if (QoS === 0) filters?.delete(filter);
    bench.until(() => session.counters.connects === 1 + i);
    bench.time.advance(100);
    assert.equal(session.counters.resumed, i);
    bench.broker.publish("readings", { QoS: 1 });
    bench.broker.publish("command", { QoS: 1 });
    bench.time.advance(100);
    assert.deepEqual(heard.splice(0), ["readings", "command"]);
    const asked = bench.broker.connection.packets.flatMap((packet) => {
      return packet.type === "SUBSCRIBE" ? packet.requests.map(({ filter }) => filter) : [];
    });
    assert.deepEqual(asked, ["readings"], "what the broker has kept is not asked for");
  }
});
