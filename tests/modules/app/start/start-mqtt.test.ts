// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { boardTopics } from "../../../../modules/app/board-topics.ts";
import { NetworkOrder } from "../../../../modules/app/network-order.ts";
import { settingList } from "../../../../modules/app/setting-list.ts";
import { startMqtt } from "../../../../modules/app/start/start-mqtt.ts";
import { toBase64 } from "../../../../modules/base/base64.ts";
import type { Host } from "../../../../modules/base/host.ts";
import { Settings } from "../../../../modules/settings/settings.ts";
import { LogBook } from "../../../support/log-book.ts";
import { MemoryKeyValue } from "../../../support/memory-key-value.ts";
import { seededRandom } from "../../../support/random.ts";
import { SessionBench } from "../../../support/session-bench.ts";

const authority = toBase64(Uint8Array.of(0x30, 2, 1, 2));

function open(given: Record<string, unknown>, tls = true, chunkLimit?: number) {
  const bench = new SessionBench();
  const book = new LogBook();
  const settings = new Settings({ list: settingList, store: new MemoryKeyValue(), given });
  const { tls: provider, ...network } = bench.network.providers;
  const host = {
    system: { memory: { use: () => ({ slots: 1, chunkLimit }) } },
    clock: bench.time,
    timers: bench.time,
    random: seededRandom(1),
    network: tls ? { ...network, tls: provider } : network,
    storage: { open: () => new MemoryKeyValue() },
  } as unknown as Host;
  const order = new NetworkOrder();
  const topics = boardTopics("airpair", "board");
  const started = startMqtt(host, { settings, log: book.log, order, id: "board", topics });
  return { bench, book, order, ...started, problems: settings.problems };
}

test("a board without a broker says so and goes on", () => {
  const { session, book } = open({});
  assert.equal(session, undefined);
  assert.match(book.text, /mqtt\.broker is not set; readings are shown here only/);
});

test("mqtt.outbox says how many messages wait for the broker, each with room for its payload", () => {
  for (const [given, room] of [
    [{}, 60],
    [{ "mqtt.outbox": 4 }, 4],
    [{ "mqtt.outbox": 300 }, 300],
  ] as const) {
    const { session } = open({ "mqtt.broker": "mqtt://one.test", ...given });
    assert.equal(session?.outboxCount, room);
    const publish = () => session?.publish("t", "x".repeat(250), { QoS: 1, policy: "reject" });
    for (let i = 0; i < room; i++) assert.equal(publish(), true, `${i} of ${room}`);
    assert.equal(publish(), false);
    assert.equal(session?.outgoing, room);
  }
});

test("messages that wait take no more than a third of a heap that does not grow, whatever mqtt.outbox is", () => {
  const chunkLimit = 57_344;
  const kept = (given: Record<string, unknown>) => {
    const { session } = open({ "mqtt.broker": "mqtt://one.test", ...given }, true, chunkLimit);
    for (let i = 0; i < 400; i++) session?.publish("t", `${i}`.padEnd(250), { QoS: 1 });
    return session?.outgoing ?? 0;
  };
  assert.equal(kept({}), 60);
  const most = kept({ "mqtt.outbox": 300 });
  assert.ok(most > 60 && most * 250 <= chunkLimit / 3, `${most} messages`);
});

test("several brokers are tried in turn, the first again after the last", () => {
  const { session, bench, order, problems } = open({
    "mqtt.broker": "mqtt://one.test, mqtt://two.test:1884",
  });
  assert.deepEqual(problems, []);
  bench.network.connects = "refuse";
  order.online();
  bench.until(() => bench.network.lookups.length >= 4);
  assert.deepEqual(bench.network.lookups.slice(0, 4), [
    ...["one.test", "two.test", "one.test", "two.test"],
  ]);
  bench.network.connects = "accept";
  bench.until(() => session?.state.kind === "online");
});

test("a list that is too long is refused by the settings, and the board goes on without a broker", () => {
  const { session, whyNoSession, book, problems } = open({
    "mqtt.broker": Array(9).fill("mqtt://one.test").join(","),
  });
  assert.equal(session, undefined);
  assert.equal(problems.length, 1);
  assert.match(problems.join(), /mqtt\.broker takes .*: there are more than 8 in the list/);
  assert.match(whyNoSession ?? "", /mqtt\.broker takes .*: there are more than 8 in the list/);
  assert.match(book.text, /more than 8 in the list.*; readings are shown here only/);
});

test("mqtts:// without mqtt.ca leaves it to the host which authorities are trusted", () => {
  const { session, bench, order } = open({ "mqtt.broker": "mqtts://one.test" });
  order.online();
  bench.until(() => session?.state.kind === "online");
  const { secure } = bench.network.link.options as unknown as Record<string, unknown>;
  assert.deepEqual(secure, { certificateAuthorities: [] });
});

test("a certificate or key that is none is refused when it is set, without being shown", () => {
  for (const name of ["mqtt.ca", "mqtt.cert", "mqtt.key"]) {
    const { problems } = open({ [name]: "c2VjcmV0" });
    assert.match(problems.join(), new RegExp(`${name} takes .*DER`));
    assert.doesNotMatch(problems.join(), /c2VjcmV0/);
  }
  assert.match(open({ "mqtt.key": `${authority},${authority}` }).problems.join(), /takes one/);
});

test("mqtts:// with a certificate without its key, or on a host without TLS, is refused before anything is sent", () => {
  const cases: [Record<string, unknown>, boolean, RegExp][] = [
    [{ "mqtt.cert": authority }, true, /^error mqtt\.cert and mqtt\.key belong together/],
    [{ "mqtt.ca": authority }, false, /^error this host has no TLS; use mqtt:\/\/ or another host/],
  ];
  for (const [more, tls, rule] of cases) {
    const { session, whyNoSession, bench, book, order } = open(
      { "mqtt.broker": "mqtts://one.test", ...more },
      tls,
    );
    assert.equal(session, undefined);
    assert.match(`error ${whyNoSession}`, rule);
    order.online();
    bench.time.advance(10_000);
    assert.equal(bench.network.links.length, 0);
    assert.match(book.text, rule);
  }
});

test("mqtts:// hands name and certificates to the TLS class", () => {
  const { session, bench, order } = open({
    "mqtt.broker": "mqtts://one.test",
    "mqtt.ca": `${authority},${authority}`,
    "mqtt.cert": authority,
    "mqtt.key": authority,
  });
  order.online();
  bench.until(() => session?.state.kind === "online");
  const der = Uint8Array.of(0x30, 2, 1, 2);
  const { host, port, secure } = bench.network.link.options as unknown as Record<string, unknown>;
  assert.equal(`${host}:${port}`, "one.test:8883");
  assert.deepEqual(secure, {
    certificateAuthorities: [der, der],
    clientCertificates: [der],
    clientKey: der,
  });
});
