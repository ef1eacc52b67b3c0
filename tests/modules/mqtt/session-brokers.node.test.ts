// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import test from "node:test";
import { startBroker } from "../../../hosts/sim/node/broker/broker.ts";
import { matches } from "../../../modules/mqtt/codec/topic-filter.ts";
import type { MqttSession } from "../../../modules/mqtt/session.ts";
import { freePort, Mosquitto, withoutMosquitto } from "../../support/mosquitto.ts";
import { cutAll, online, stopAll, until } from "../../support/node-network.ts";
import { seededRandom } from "../../support/random.ts";
import { referenceMatch } from "../../support/reference-match.ts";
import { type RunningBroker, withSessions } from "../../support/session-crew.ts";
import { TestHub } from "../../support/test-hub.ts";

type QoS = 0 | 1 | 2;
const levels = [0, 1, 2] as const;
const decoder = new TextDecoder();

interface LastingBroker extends RunningBroker {
  /** Ends it and starts it again on the same port. */
  restart(): Promise<void>;
}

interface BrokerUnderTest {
  readonly name: string;
  readonly skip: string | false;
  readonly start: () => Promise<RunningBroker>;
  /** With sessions and messages that outlive a restart. */
  readonly startLasting: () => Promise<LastingBroker>;
  /** Lowers the QoS of a message also when it was a wildcard that matched [MQTT-3.8.4-6]. */
  readonly lowersForWildcards: boolean;
  /** A stored session may have filters that overlap, and `+` matches an empty level in it. */
  readonly storesWildcards: boolean;
  /** QoS 2 messages that may come twice when links are lost [MQTT-4.3.3-1]. */
  readonly mostRepeated: number;
}

async function startAedes(): Promise<LastingBroker> {
  let broker = await startBroker(await freePort());
  const { port } = broker;
  return {
    port,
    stop: () => broker.close(),
    restart: async () => {
      await broker.close();
      broker = await startBroker(port, broker.store);
    },
  };
}

async function startLastingMosquitto(): Promise<LastingBroker> {
  const lasting = (folder: string) =>
    `allow_anonymous true\npersistence true\npersistence_location ${folder}/\nmax_queued_messages 0`;
  const broker = await Mosquitto.start(lasting);
  return {
    port: broker.port,
    stop: () => broker.stop(),
    restart: () => broker.halt().then(() => broker.start()),
  };
}

async function startHub(): Promise<LastingBroker> {
  const hub = await TestHub.start();
  return {
    port: hub.ports.people,
    access: { user: "teacher", password: "right" },
    stop: () => hub.remove(),
    // From one moment to the next: what it has confirmed it must know.
    restart: () => hub.restart("kill"),
  };
}

// aedes 1.2 is what the simulator starts. What it does wrong, seen in the packets it sends:
// - it looks up the QoS of a subscription by the topic, so that a wildcard never lowers it;
// - its store of sessions does not let `+` match an empty level, as its dispatcher does, and of two
//   messages on their way to overlapping filters it forgets one: it then closes the connection;
// - it says "no session" to a client that has no subscription but messages on their way;
// - a message that it takes while it repeats those that a client has missed goes out twice.
// What its store did wrong is mended in hosts/sim/node/broker/broker-store.ts.
// It is held to all the rest, Mosquitto and the broker of the hub to everything.
const brokers: readonly BrokerUnderTest[] = [
  {
    name: "aedes",
    skip: false,
    start: startAedes,
    startLasting: startAedes,
    lowersForWildcards: false,
    storesWildcards: false,
    mostRepeated: 4,
  },
  {
    name: "Mosquitto",
    skip: withoutMosquitto,
    start: () => Mosquitto.start(),
    startLasting: startLastingMosquitto,
    lowersForWildcards: true,
    storesWildcards: true,
    mostRepeated: 0,
  },
  {
    name: "the hub",
    skip: false,
    start: startHub,
    startLasting: startHub,
    lowersForWildcards: true,
    storesWildcards: true,
    mostRepeated: 0,
  },
];

/** Messages that came more often than once. */
function repeated(counts: ReadonlyMap<string, number> | undefined): number {
  return [...(counts ?? [])].filter(([, count]) => count > 1).length;
}

/** Subscribes and waits for the answer. */
async function subscribed(
  session: MqttSession,
  filter: string,
  QoS: QoS,
  onText: (topic: string, text: string, QoS: QoS, retain: boolean) => void,
): Promise<void> {
  let done = false;
  session.subscribe(filter, {
    QoS,
    onMessage: ({ topic, payload, QoS: came, retain }) =>
      onText(topic, decoder.decode(payload), came, retain),
    onGranted: (granted) => {
      done = granted === QoS;
    },
  });
  await until(() => done);
}

/** Subscribes to `q1` and `q2` and counts how often each message comes. */
async function counting(to: MqttSession): Promise<readonly Map<string, number>[]> {
  const seen = [new Map<string, number>(), new Map<string, number>()];
  for (const QoS of [1, 2] as const) {
    await subscribed(to, `q${QoS}`, QoS, (_topic, text) => {
      const counts = seen[QoS - 1];
      counts?.set(text, (counts.get(text) ?? 0) + 1);
    });
  }
  return seen;
}

for (const broker of brokers) {
  const { name, start } = broker;
  const options = { skip: broker.skip, timeout: 120_000 };

  test(`${name}: the lower of both QoS is delivered, empty payloads too`, options, () =>
    withSessions(start, async (make) => {
      const from = await online(make("from"));
      const to = await online(make("to"));
      const seen: string[] = [];
      for (const QoS of levels) {
        await subscribed(
          to,
          broker.lowersForWildcards ? `q${QoS}/+` : `q${QoS}/t`,
          QoS,
          (topic, text, came) => {
            seen.push(`${topic} ${text} ${came}`);
          },
        );
      }
      const wanted: string[] = [];
      for (const wants of levels) {
        for (const QoS of levels) {
          for (const text of ["x", ""]) {
            from.publish(`q${wants}/t`, text, { QoS });
            wanted.push(`q${wants}/t ${text} ${Math.min(wants, QoS)}`);
          }
        }
      }
      await until(() => seen.length >= wanted.length);
      assert.deepEqual(seen.sort(), wanted.sort());
      await until(() => from.counters.delivered === 12);
    }),
  );

  test(`${name}: retained messages come with their flag and go with an empty one`, options, () =>
    withSessions(start, async (make) => {
      const from = await online(make("from"));
      for (const QoS of levels) from.publish(`r/${QoS}`, "kept", { QoS, retain: true });
      await until(() => from.counters.delivered === 2);
      const to = await online(make("to"));
      const seen: string[] = [];
      await subscribed(to, "r/+", 1, (topic, text, _QoS, retain) => {
        seen.push(`${topic} ${text} ${retain}`);
      });
      await until(() => seen.length === 3);
      assert.deepEqual(seen.sort(), ["r/0 kept true", "r/1 kept true", "r/2 kept true"]);
      from.publish("r/1", "", { QoS: 1, retain: true });
      await until(() => seen.length === 4);
      const late = await online(make("late"));
      const left: string[] = [];
      await subscribed(late, "r/+", 1, (topic) => left.push(topic));
      await until(() => left.length === 2);
      assert.deepEqual(left.sort(), ["r/0", "r/2"]);
    }),
  );

  test(`${name}: wildcards are served and dispatched by the same rules`, options, () =>
    withSessions(start, async (make) => {
      const filters = [
        ...["a/b/c/d", "+/b/c/d", "a/+/c/d", "a/+/+/d", "+/+/+/+", "#", "a/#", "a/b/#", "a/b/c/#"],
        ...["+/b/c/#", "sensors/+/temperature/+", "/+", "+/+", "+"],
      ];
      const topics = [
        ...["a/b/c/d", "x/b/c/d", "a", "a/b", "a/b/c", "a//c/d", "/a", "sensors/1/temperature/2"],
        ...["A/b/c/d", "é/b/c/d", "a/b/c/d/e", "$not/for/wild/cards"],
      ];
      const from = await online(make("from"));
      const to = await online(make("to", { clean: !broker.storesWildcards }));
      const seen = new Set<string>();
      for (const filter of filters) {
        await subscribed(to, filter, 1, (topic) => seen.add(`${filter} < ${topic}`));
      }
      for (const topic of topics) from.publish(topic, "x", { QoS: 1, policy: "reject" });
      await until(() => from.counters.delivered === topics.length);
      const wanted = filters.flatMap((filter) =>
        topics
          .filter((topic) => referenceMatch(filter, topic))
          .map((topic) => `${filter} < ${topic}`),
      );
      await until(() => seen.size >= wanted.length);
      assert.deepEqual([...seen].sort(), wanted.sort());
    }),
  );

  test(`${name}: the will speaks for a lost link, the goodbye for a stop`, options, () =>
    withSessions(start, async (make) => {
      const board = make("board", {
        will: { topic: "status", message: "offline", QoS: 1, retain: true },
        birth: { topic: "status", payload: "online" },
        goodbye: { topic: "status", payload: "bye" },
        // The guard says "online" again when the broker answers its subscription with the will, which
        // it may or may not do before it has stored the birth: that depends on the load.
        guardBirth: false,
        reconnect: { first: 100_000 },
      });
      const watch = await online(make("watch"));
      const seen: string[] = [];
      await subscribed(watch, "status", 1, (_topic, text) => seen.push(text));
      await online(board);
      await until(() => seen.at(-1) === "online");
      board.suspend();
      await until(() => seen.at(-1) === "offline");
      board.resume();
      await until(() => seen.at(-1) === "online");
      await stopAll(board);
      await until(() => seen.at(-1) === "bye");
      // Who comes with the same id meets a broker that is done with the link before.
      const next = await online(make("board"));
      next.publish("status", "next", { QoS: 1 });
      await until(() => seen.at(-1) === "next");
      assert.deepEqual(seen, ["online", "offline", "online", "bye", "next"]);
    }),
  );

  test(`${name}: what comes while the link is down is delivered on resuming`, options, () =>
    withSessions(start, async (make) => {
      const from = await online(make("from"));
      const gone = { topic: "gone", message: "to", QoS: 1, retain: false } as const;
      const to = await online(make("to", { will: gone }));
      const seen: string[] = [];
      await subscribed(to, "t", 2, (_topic, text) => seen.push(text));
      let isGone = false;
      await subscribed(from, "gone", 1, () => {
        isGone = true;
      });
      to.suspend();
      await until(() => isGone);
      const texts = Array.from({ length: 12 }, (_, i) => String(i));
      texts.forEach((text, i) => {
        from.publish("t", text, { QoS: ((i % 2) + 1) as QoS });
      });
      await until(() => from.counters.delivered === texts.length);
      assert.deepEqual(seen, []);
      to.resume();
      await until(() => seen.length >= texts.length);
      assert.deepEqual(seen.sort(), texts.sort());
      assert.equal(to.counters.resumed, 1);
    }),
  );

  test(`${name}: links that are cut again and again cost none of 400 messages`, options, () =>
    withSessions(start, async (make) => {
      const from = await online(make("from"));
      const to = await online(make("to"));
      // As every board has a subscription.
      await subscribed(from, "own", 1, () => {});
      const seen = await counting(to);
      for (let i = 0; i < 400; i++) {
        const QoS = ((i % 2) + 1) as QoS;
        await until(() => from.publish(`q${QoS}`, String(i), { QoS, policy: "reject" }));
        if (i % 40 !== 39) continue;
        await until(() => from.state.kind === "online" && to.state.kind === "online");
        cutAll();
      }
      await until(() => from.outgoing === 0 && seen.every((counts) => counts.size === 200));
      assert.ok(
        repeated(seen[1]) <= broker.mostRepeated,
        `${repeated(seen[1])} of QoS 2 came twice`,
      );
      assert.ok(from.counters.connects > 8, `${from.counters.connects} connections`);
    }),
  );

  test(
    `${name} restarted in the middle of 1,000 messages of QoS 1 and 2 each: all arrive`,
    options,
    async () => {
      const running = await broker.startLasting();
      await withSessions(
        async () => running,
        async (make) => {
          const from = await online(make("from", { limits: { outboxCount: 64 } }));
          const to = await online(make("to"));
          await subscribed(from, "own", 1, () => {});
          const seen = await counting(to);
          let restart: Promise<void> | undefined;
          let open = 0;
          for (let i = 0; i < 2_000; i++) {
            const QoS = ((i % 2) + 1) as QoS;
            await until(() => from.publish(`q${QoS}`, String(i), { QoS, policy: "reject" }));
            // A broker keeps no more than 1,000 for a client that is away.
            if (i === 1_500) await until(() => to.counters.resumed > 0);
            if (i !== 1_000) continue;
            open = from.outgoing;
            restart = running.restart();
          }
          await restart;
          await until(() => from.outgoing === 0 && seen.every((counts) => counts.size === 1_000));
          const [once, twice] = [repeated(seen[0]), repeated(seen[1])];
          process.stdout.write(
            `measured: ${name} restarted with ${open} messages on their way, of 2,000: ` +
              `${once} of QoS 1 and ${twice} of QoS 2 came twice\n`,
          );
          assert.ok(open > 0, "in the middle");
          assert.ok(twice <= broker.mostRepeated, `${twice} of QoS 2 came twice`);
          for (const { counters } of [from, to]) {
            assert.ok(counters.connects >= 2 && counters.resumed >= 1, "connected again");
          }
        },
      );
    },
  );
}

const skip = withoutMosquitto;

/** A broker that knows one user with one password. */
function withPasswords(): Promise<RunningBroker> {
  return Mosquitto.start((folder) => {
    const file = join(folder, "passwords");
    spawnSync("mosquitto_passwd", ["-b", "-c", file, "user", "right"]);
    return `allow_anonymous false\npassword_file ${file}`;
  });
}

test(
  "Mosquitto with a password file: the right password connects, others are refused",
  {
    skip,
  },
  () =>
    withSessions(withPasswords, async (make) => {
      await online(make("a", { user: "user", password: "right" }));
      const bytes = new TextEncoder().encode("right");
      await online(make("b", { user: "user", password: bytes }));
      for (const login of [
        { user: "user", password: "wrong" },
        { user: "nobody", password: "right" },
        {},
      ]) {
        const session = make("c", login);
        session.start();
        await until(() => session.state.kind === "waiting");
        const { state } = session;
        assert.match(
          state.kind === "waiting" ? state.reason : "",
          /^mqtt\/refused-(credentials|authorization)$/,
        );
        assert.ok(state.kind === "waiting" && state.until - state.since >= 300_000);
        await stopAll(session);
      }
    }),
);

test(
  "Mosquitto with a limit of 300 bytes: longer messages are given up, all others arrive",
  { skip },
  () =>
    withSessions(
      () => Mosquitto.start("allow_anonymous true\nmax_packet_size 300"),
      async (make) => {
        const ends: string[] = [];
        const birth = { topic: "status", payload: "online" };
        const from = await online(make("from", { birth, limits: { outboxCount: 64 } }));
        const to = await online(make("to"));
        const seen = await counting(to);
        const onDone = (outcome: string) => ends.push(outcome);
        for (let i = 0; i < 40; i++) {
          const QoS = ((i % 2) + 1) as QoS;
          if (i % 20 >= 18) from.publish("long", "x".repeat(400), { QoS, onDone });
          await until(() => from.publish(`q${QoS}`, String(i), { QoS, policy: "reject" }));
        }
        await until(() => from.outgoing === 0 && seen.every((counts) => counts.size === 20));
        assert.deepEqual(ends, Array(4).fill("refused"));
        assert.equal(from.counters.refused, 4);
      },
    ),
);

test(
  "Mosquitto finds the same retained topics for 150 random filters as our rules do",
  {
    skip,
    timeout: 120_000,
  },
  () =>
    withSessions(
      () => Mosquitto.start("allow_anonymous true\nmax_inflight_messages 0"),
      async (make) => {
        const random = seededRandom(419);
        const pick = (levels: readonly string[]) =>
          levels[Math.floor(random() * levels.length)] ?? "";
        const path = (levels: readonly string[], wild: boolean) => {
          const all = Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(levels));
          return all.join("/") + (wild && random() < 0.3 ? "/#" : "");
        };
        const topics = new Set<string>();
        while (topics.size < 60) topics.add(path(["a", "b", "", "A", "é", "$x"], false) || "a");
        const from = await online(make("from"));
        for (const topic of topics) {
          from.publish(topic, "x", { QoS: 1, retain: true, policy: "reject" });
          await until(() => from.outgoing < 8);
        }
        await until(() => from.outgoing === 0);
        const to = await online(make("to", { clean: true }));
        let ends = 0;
        await subscribed(to, "$end/of/a/round", 1, () => ends++);
        let found = 0;
        for (let round = 1; round <= 150; round++) {
          const filter = path(["a", "b", "", "+", "+", "$x"], true) || "#";
          const seen: string[] = [];
          const handle = to.subscribe(filter, {
            QoS: 1,
            onMessage: ({ topic, retain }) => retain && seen.push(topic),
            // No filter matches its topic, and it comes behind the retained messages.
            onGranted: () => to.publish("$end/of/a/round", "", { QoS: 1 }),
          });
          await until(() => ends === round);
          handle.close();
          const wanted = [...topics].filter((topic) => matches(filter, topic));
          assert.deepEqual(seen.sort(), wanted.sort(), filter);
          found += seen.length;
        }
        assert.ok(found > 300, `${found} matches`);
      },
    ),
);

test(
  "Mosquitto without a limit sends 500 QoS 2 messages at once: each comes once, in order",
  {
    skip,
    timeout: 120_000,
  },
  () =>
    withSessions(
      () => Mosquitto.start("allow_anonymous true\nmax_inflight_messages 0\nmax_queued_messages 0"),
      async (make) => {
        const to = await online(make("to"));
        const seen: string[] = [];
        await subscribed(to, "t", 2, (_topic, text) => seen.push(text));
        to.suspend();
        const from = await online(make("from"));
        const texts = Array.from({ length: 500 }, (_, i) => String(i));
        for (const text of texts) {
          await until(() => from.publish("t", text, { QoS: 2, policy: "reject" }));
        }
        await until(() => from.outgoing === 0);
        to.resume();
        await until(() => seen.length >= 500);
        assert.deepEqual(seen, texts);
        assert.ok(to.counters.connects <= 6, `${to.counters.connects} connections`);
      },
    ),
);

test("Mosquitto tells of itself below $SYS", { skip }, () =>
  withSessions(
    () => Mosquitto.start("allow_anonymous true\nsys_interval 1"),
    async (make) => {
      const session = await online(make("board"));
      const seen = new Map<string, string>();
      await subscribed(session, "$SYS/broker/#", 0, (topic, text) => seen.set(topic, text));
      await until(() => seen.get("$SYS/broker/clients/connected") === "1");
      assert.match(seen.get("$SYS/broker/uptime") ?? "", /seconds/);
    },
  ),
);
