// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { connackBytes } from "../../../support/broker-packets.ts";
import { Fleet, type FleetReport } from "../../../support/fleet.ts";
import { seedCount } from "../../../support/seeds.ts";

const boards = 1_000;
/** The limit: this part of the peak of boards that all wait equally long. */
const share = 0.05;

let naive: FleetReport | undefined;

/** The peak when every board's random source gives the same: the wait is fixed then. */
function naivePeak(): number {
  naive ??= new Fleet(boards, () => () => 0.5).restart(0);
  return naive.peak;
}

function tell(what: string, { peak, peakAccepted, attempts }: Partial<FleetReport>): void {
  const percent = ((100 * (peak ?? 0)) / naivePeak()).toFixed(1);
  process.stdout.write(
    `measured: ${boards} boards, ${what}: peak ${peak} connects/s, ${percent} % of the naive ${naivePeak()} (${peakAccepted} accepted; ${attempts} attempts)\n`,
  );
}

test("boards that all wait equally long come back in one second", () => {
  assert.equal(naivePeak(), boards);
});

const outages = [
  ["broker away for 1 min", 60_000],
  ["broker back at once", 0],
  ["broker away for 5 s", 5_000],
  ["broker away for 1 h", 3_600_000],
] as const;

// Not with fewer boards: how evenly they spread is seen with many only.
for (const [what, away] of outages.slice(0, seedCount(outages.length))) {
  test(`a thousand boards return spread: ${what}`, () => {
    const report = new Fleet(boards).restart(away);
    tell(what, report);
    process.stdout.write(
      `measured: ${what}: half of the boards online after ${report.halfOnline} s, all after ${report.allOnline} s\n`,
    );
    assert.ok(report.attempts >= boards);
    assert.ok(report.peak < share * naivePeak(), `${report.peak} in one second`);
    assert.ok(report.halfOnline <= 90, `half after ${report.halfOnline} s`);
    assert.ok(report.allOnline <= 200, `all after ${report.allOnline} s`);
  });
}

test("a broker that accepts a thousand boards and kicks them at once meets growing pauses", () => {
  const fleet = new Fleet(boards);
  const minutes = 5;
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
  const report = fleet.seen(0);
  tell(`accepted and kicked for ${minutes} min`, report);
  const accepted = fleet.sessions.map(({ counters }, i) => counters.connects - (before[i] ?? 0));
  assert.ok(Math.min(...accepted) >= 2, "every board keeps trying");
  assert.ok(report.peak < share * naivePeak(), `${report.peak} in one second`);
  // With the cap of 120 s and full jitter a board tries about once a minute, not more often.
  assert.ok(report.attempts <= 1.2 * boards * minutes, `${report.attempts} attempts`);
  fleet.broker.onPacket = () => false;
  fleet.time.advance(120_000 + 1_000);
  assert.equal(fleet.online, boards);
});
