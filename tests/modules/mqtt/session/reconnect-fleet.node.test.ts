// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { connackBytes } from "../../../support/broker-packets.ts";
import { Fleet, type FleetOptions, type FleetReport } from "../../../support/fleet.ts";
import { seedCount } from "../../../support/seeds.ts";

const boards = 1_000;
/** Attempts in a second, in front of a broker that accepts two hundred. */
const mostAttempts = 400;

function say(what: string, { peak, attempts, times }: FleetReport): void {
  const last = times.at(-1) ?? 0;
  process.stdout.write(
    `measured: ${boards} boards, ${what}: peak ${peak} connects/s, ${attempts} attempts, half online after ${times[times.length >> 1]} s, all after ${last} s\n`,
  );
}

/** The naive way: boards whose random sources all give the same. */
test("boards that all wait equally long come back in one second", () => {
  const fleet = new Fleet({ count: boards, randomOf: () => () => 0.5 });
  assert.equal(fleet.restart(0).peak, boards);
});

const outages: readonly (readonly [string, number, number, Partial<FleetOptions>])[] = [
  ["broker away for 5 s, then it accepts 200 a second", 5_000, 20, { rate: 200 }],
  ["links cut", 0, 6, {}],
  ["broker away for 5 s, then it accepts 20 a second", 5_000, 100, { rate: 20 }],
  ["broker away for 10 min", 600_000, 35, {}],
];

// Not with fewer boards: how evenly they spread is seen with many only.
for (const [what, away, limit, options] of outages.slice(0, seedCount(outages.length) + 1)) {
  test(`a thousand boards return spread: ${what}`, () => {
    const report = new Fleet({ count: boards, ...options }).restart(away);
    say(what, report);
    assert.ok(report.peak < mostAttempts, `${report.peak} in one second`);
    assert.ok((report.times.at(-1) ?? Infinity) <= limit, `all after ${report.times.at(-1)} s`);
  });
}

test("a broker that accepts a thousand boards and kicks them at once meets growing pauses", () => {
  const fleet = new Fleet({ count: boards });
  const minutes = 5;
  const { onPacket } = fleet.broker;
  fleet.broker.onPacket = (packet, { link }) => {
    if (packet.type !== "CONNECT") return true;
    link.send(connackBytes());
    link.shut();
    return true;
  };
  const before = fleet.sessions.map(({ counters }) => counters.connects);
  fleet.down();
  fleet.network.connects = "accept";
  fleet.time.advance(minutes * 60_000);
  const { peak, attempts } = fleet.seen(0);
  const accepted = fleet.sessions.map(({ counters }, i) => counters.connects - (before[i] ?? 0));
  assert.ok(Math.min(...accepted) >= 2, "every board keeps trying");
  assert.ok(peak < mostAttempts, `${peak} in one second`);
  // A broker that accepts and closes is asked twice as late each time, up to two minutes.
  assert.ok(attempts <= 2.5 * boards * minutes, `${attempts} attempts`);
  fleet.broker.onPacket = onPacket;
  fleet.time.advance(120_000 + 6_000);
  assert.equal(fleet.online, boards);
});
