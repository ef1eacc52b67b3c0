// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { encodeBaselineRecord } from "../../../modules/air-quality/baseline-record.ts";
import { CuttingStore } from "../../support/powered-board.ts";
import { Board, baselineOf, check48Hours, day, hour, minute, wall } from "./baseline-board.ts";

test("48 hours: run-in, a baseline learned and saved, power cycled, restored after run-in", () => {
  check48Hours(3);
});

test("a baseline of another mode or another firmware is not used", () => {
  const first = new Board({ time: wall });
  first.bench.time.advance(2 * hour);
  assert.equal(first.manager.writes, 1);
  first.off();
  const { store } = first;
  const faster = new Board({ store, time: wall, driver: { mode: 2 } });
  faster.bench.time.advance(30 * minute);
  assert.deepEqual(faster.kinds, []);
  const other = new Board({ store, time: wall, chip: { firmware: "1.1.0" } });
  other.bench.time.advance(30 * minute);
  assert.deepEqual(other.kinds, []);
  const same = new Board({ store, time: wall + 3 * hour });
  same.bench.time.advance(30 * minute);
  assert.deepEqual(same.kinds, ["restored"]);
});

test("a change to a faster mode brings that mode's own baseline", () => {
  const board = new Board({ time: wall });
  board.bench.time.advance(2 * hour);
  board.driver.configure({ mode: 1 });
  board.bench.time.advance(2 * hour);
  assert.deepEqual(board.kinds, ["saved", "saved"]);
  assert.deepEqual([...board.store].sort(), ["bl1-2000-a", "bl3-2000-a"]);
  assert.equal(board.manager.record?.minutes, 60);
});

test("raw data has no baseline to keep", () => {
  const board = new Board({ driver: { mode: 4 } });
  board.bench.time.advance(90 * minute);
  assert.equal(board.store.writes, 0);
  assert.equal(board.manager.save(), false);
});

test("a stored baseline that is too old is ignored, says so, and is replaced after an hour", () => {
  for (const [maximumAgeDays, pause, isUsed] of [
    [28, 27 * day, true],
    [28, 29 * day, false],
    [2, 3 * day, false],
    [100, 90 * day, true],
  ] as const) {
    const first = new Board({ time: wall });
    first.bench.time.advance(2 * hour);
    const second = first.powerCycle(pause, { maximumAgeDays });
    second.bench.time.advance(59 * minute);
    assert.deepEqual(second.kinds, [isUsed ? "restored" : "ignored"], `${maximumAgeDays}`);
    second.bench.time.advance(3 * minute);
    if (!isUsed) assert.deepEqual(second.kinds, ["ignored", "saved"]);
  }
});

test("refuses an age that is out of range", () => {
  for (const maximumAgeDays of [0, -1, 3_651, Number.NaN]) {
    assert.throws(() => new Board({ manager: { maximumAgeDays } }), RangeError);
  }
});

test("waits for the clock, and ignores a baseline whose age it never learns", () => {
  const first = new Board({ time: wall });
  first.bench.time.advance(2 * hour);
  first.off();
  const { store } = first;
  const late = new Board({ store });
  late.bench.time.advance(40 * minute);
  assert.deepEqual(late.kinds, []);
  late.bench.time.set(wall + day);
  late.bench.time.advance(minute);
  assert.deepEqual(late.kinds, ["restored"]);
  late.off();
  const never = new Board({ store });
  never.bench.time.advance(119 * minute);
  assert.deepEqual(never.kinds, []);
  never.bench.time.advance(3 * minute);
  assert.equal(never.kinds[0], "ignored");
});

test("a board that never knows the time still has its baseline back", () => {
  const first = new Board({});
  first.bench.time.advance(2 * hour);
  const second = first.powerCycle(hour);
  second.bench.time.advance(30 * minute);
  assert.deepEqual(second.kinds, ["restored"]);
});

test("forgetting leaves nothing to restore, and the next save comes a day later", () => {
  const board = new Board({ time: wall });
  board.bench.time.advance(2 * hour);
  board.manager.forget();
  assert.equal(board.manager.writes, 2);
  board.bench.time.advance(23 * hour);
  assert.deepEqual(board.kinds, ["saved"]);
  const next = board.powerCycle(minute);
  next.bench.time.advance(30 * minute);
  assert.deepEqual(next.kinds, [], "nothing is restored");
  assert.equal(next.baseline.length, 4);
  next.manager.forget();
  next.bench.time.advance(25 * hour);
  assert.deepEqual(next.kinds, ["saved"]);
});

test("a sensor that drops out has its baseline back after another run-in, and not before", () => {
  const board = new Board({ time: wall });
  const { bench } = board;
  bench.time.advance(3 * hour);
  const saved = baselineOf(board, "saved");
  bench.chip.brownOut();
  bench.time.advance(20 * minute);
  assert.deepEqual(board.kinds, ["saved"]);
  bench.time.advance(4 * minute);
  assert.deepEqual(board.kinds, ["saved", "restored"]);
  assert.equal(board.baseline, saved);
  assert.deepEqual(bench.bus.violations, []);
});

test("a sensor that is found running keeps the baseline it has", () => {
  const first = new Board({ time: wall, driver: { keepRunning: true } });
  const { bench, store } = first;
  bench.time.advance(3 * hour);
  assert.equal(first.manager.isRestored, true);
  const { memory: before } = first.driver;
  first.manager.close();
  first.driver.close();
  const second = new Board({ bench, store, driver: { before } });
  bench.time.advance(30 * minute);
  assert.equal(second.driver.isAttached, true);
  assert.deepEqual(second.kinds, []);
  bench.time.advance(day);
  assert.deepEqual(second.kinds, ["saved"]);
});

test("a sensor that was taken over in its run-in has its baseline back all the same", () => {
  const first = new Board({ time: wall });
  const { bench, store } = first;
  bench.time.advance(2 * hour);
  const second = first.powerCycle(minute);
  const saved = baselineOf(first, "saved");
  second.driver.configure({ keepRunning: true });
  bench.time.advance(10 * minute);
  assert.equal(second.manager.isRestored, false);
  const { memory } = second.driver;
  assert.ok(memory);
  second.manager.close();
  second.driver.close();
  const before = { ...memory, hasBaseline: second.manager.isRestored };
  const third = new Board({ bench, store, driver: { before } });
  bench.time.advance(9 * minute);
  assert.deepEqual(third.kinds, []);
  bench.time.advance(3 * minute);
  assert.deepEqual(third.kinds, ["restored"]);
  assert.equal(third.baseline, saved);
  assert.equal(third.manager.isRestored, true);
  bench.chip.brownOut();
  bench.time.advance(3 * minute);
  assert.equal(third.manager.isRestored, false, "another run");
});

test("save before power is switched off works only after run-in", () => {
  const board = new Board({ time: wall });
  board.bench.time.advance(10 * minute);
  assert.equal(board.manager.save(), false);
  board.bench.time.advance(15 * minute);
  assert.equal(board.manager.save(), true);
  assert.equal(board.store.writes, 1);
});

test("a store that refuses is told, counted, and tried again an hour later", () => {
  const board = new Board({ time: wall });
  board.store.failAt = 0;
  board.bench.time.advance(150 * minute);
  assert.deepEqual(board.kinds, ["failed", "failed"]);
  assert.equal(board.manager.failures, 2);
  board.store.failAt = undefined;
  board.bench.time.advance(hour);
  assert.deepEqual(board.kinds, ["failed", "failed", "saved"]);
  assert.equal(board.driver.state.kind, "ready");
});

test("a bus that fails just then costs a minute, not the baseline", () => {
  const first = new Board({ time: wall });
  first.bench.time.advance(2 * hour);
  const second = first.powerCycle(hour);
  const { bench } = second;
  bench.bus.onTransfer = ({ write }) =>
    write?.[0] === 0x11 ? { kind: "fail", fault: "timeout" } : undefined;
  bench.time.advance(40 * minute);
  assert.deepEqual(second.kinds, []);
  bench.bus.onTransfer = undefined;
  bench.time.advance(2 * minute);
  assert.deepEqual(second.kinds, ["restored"]);
});

test("after a power cut at any write the newest whole baseline is restored", () => {
  for (let cutAt = 0; cutAt < 4; cutAt++) {
    const store = new CuttingStore();
    store.cutAt = cutAt;
    let isOn = true;
    store.onCut = () => {
      isOn = false;
    };
    let board = new Board({ store, time: wall });
    let known: string | undefined;
    for (let hours = 0; hours < 10 * 24 && isOn; hours++) {
      board.bench.time.advance(hour);
      for (const event of board.events) if (event.kind === "saved") known = event.baseline;
    }
    assert.equal(isOn, false);
    assert.equal(store.writes, cutAt);
    store.cutAt = Number.POSITIVE_INFINITY;
    board = board.powerCycle(minute);
    board.bench.time.advance(30 * minute);
    assert.equal(baselineOf(board, "restored"), known, `cut at write ${cutAt}`);
    assert.equal(known === undefined, cutAt === 0);
    assert.deepEqual(board.bench.bus.violations, []);
  }
});

test("one turn makes at most one transaction, and closing leaves no timer", () => {
  const board = new Board({ time: wall });
  const { bench } = board;
  bench.time.advance(30 * minute);
  let most = 0;
  const end = bench.time.ticks() + 2 * hour;
  while (bench.time.ticks() < end) {
    const before = bench.bus.transfers;
    bench.time.step();
    most = Math.max(most, bench.bus.transfers - before);
  }
  assert.equal(most, 1);
  assert.equal(board.manager.writes, 1);
  board.off();
  bench.chip.close();
  assert.equal(bench.time.pending, 0);
});

test("a baseline that was broken on the bus is not stored, and the next look has it", () => {
  for (const xor of ["ones", 0x04] as const) {
    const board = new Board({ time: wall });
    const { bench } = board;
    let left = 3;
    bench.bus.onTransfer = ({ write }) => {
      if (write?.[0] !== 0x11 || write.length > 1 || left === 0) return undefined;
      left--;
      // The first, the second of the next pair, and the first again.
      return left === 1 ? undefined : { kind: "corrupt", xor };
    };
    bench.time.advance(70 * minute);
    assert.deepEqual(board.kinds, ["saved"]);
    bench.bus.onTransfer = undefined;
    assert.equal(baselineOf(board, "saved"), board.baseline, `${xor}`);
  }
});

test("neither FFFF nor 0000 is ever stored or put back", () => {
  for (const bytes of [
    [0xff, 0xff],
    [0x00, 0x00],
  ] as const) {
    const board = new Board({ time: wall });
    const { bench, driver, manager } = board;
    driver.readBaseline = () => Uint8Array.from(bytes);
    bench.time.advance(3 * hour);
    assert.equal(manager.save(), false);
    assert.deepEqual(board.kinds, []);
    assert.equal(board.store.writes, 0);
    // As an older version has left it.
    board.store.write(
      "bl3-2000-a",
      encodeBaselineRecord({
        baseline: Uint8Array.from(bytes),
        writes: 1,
        minutes: 60,
        time: wall,
      }),
    );
    const next = board.powerCycle(minute);
    next.bench.time.advance(30 * minute);
    assert.deepEqual(next.kinds, []);
    assert.equal(next.manager.record?.baseline, undefined);
  }
});

test("a sensor that is in trouble has nothing that is worth saving", () => {
  const board = new Board({ time: wall, driver: { mode: 1 } });
  const { bench, driver, manager } = board;
  bench.time.advance(30 * minute);
  bench.chip.hardwareFaults = 0x08;
  bench.time.advance(2 * hour);
  assert.equal(driver.state.kind, "fault");
  assert.equal(driver.isSettled, true);
  assert.equal(manager.save(), false);
  assert.deepEqual(board.kinds, []);
  bench.chip.hardwareFaults = 0;
  bench.time.advance(2 * minute);
  assert.deepEqual(board.kinds, ["saved"]);
});
