// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { timeCommand } from "../../../../modules/app/commands/time-command.ts";
import type { TimeStatus } from "../../../../modules/time/time-sync.ts";
import { FakeTime } from "../../../support/fake-time.ts";

function run(clock: FakeTime, status?: TimeStatus): string {
  const time = status && { status: () => status };
  return String(timeCommand.run([], { host: { clock }, time }, "time"));
}

test("before the clock is set, time tells the uptime and what is in the way, and never 1970", () => {
  const clock = new FakeTime();
  clock.advance(12_345);
  const status: TimeStatus = {
    ...{ age: undefined, server: "a", correction: undefined, failures: 2 },
    trouble: "no time from a: no answer",
  };
  const text = run(clock, status);
  assert.equal(text, "not set, up 12 s\nno time from a: no answer");
  assert.equal(run(clock), "not set, up 12 s\nnobody sets it");
});

test("once it is set, time tells it, and who has set it when and by how much", () => {
  const clock = new FakeTime();
  clock.advance(90_000);
  clock.set(Date.UTC(2026, 10, 24, 12));
  const status: TimeStatus = {
    ...{ age: 30_000, server: "a", correction: -1_234, failures: 0, trouble: undefined },
  };
  assert.equal(
    run(clock, status),
    "2026-11-24T12:00:00.000Z, up 90 s\nset 30 s ago by a, moved by -1.234 s",
  );
  assert.match(run(clock), /set by the host$/);
});
