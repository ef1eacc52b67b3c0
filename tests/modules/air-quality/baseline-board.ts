// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import type { CCS811 } from "../../../drivers/ccs811/ccs811.ts";
import type { CCS811Options } from "../../../drivers/ccs811/ccs811-options.ts";
import type { CCS811ChipOptions } from "../../../hosts/virtual/chips/ccs811.ts";
import {
  type BaselineEvent,
  BaselineManager,
  type BaselineManagerOptions,
} from "../../../modules/air-quality/baseline-manager.ts";
import { Bench } from "../../drivers/ccs811/ccs811-bench.ts";
import { MemoryKeyValue } from "../../support/memory-key-value.ts";

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
export const wall = 1_700_000_000_000;

/** A driver and its manager on a simulated chip: everything that goes when the power goes. */
export class Board {
  readonly bench: Bench;
  readonly events: BaselineEvent[] = [];
  readonly driver: CCS811;
  readonly manager: BaselineManager;
  readonly store: MemoryKeyValue;

  constructor(parts: {
    readonly bench?: Bench;
    readonly chip?: Partial<CCS811ChipOptions>;
    readonly store?: MemoryKeyValue;
    readonly driver?: Partial<CCS811Options>;
    readonly manager?: Partial<BaselineManagerOptions>;
    readonly time?: number;
  }) {
    const { bench = new Bench({ wired: true, ...(parts.chip && { chip: parts.chip }) }) } = parts;
    this.bench = bench;
    if (parts.time !== undefined) bench.time.set(parts.time);
    this.store = parts.store ?? new MemoryKeyValue();
    // One sample a minute makes long times short.
    this.driver = bench.open({ mode: 3, ...parts.driver });
    this.manager = new BaselineManager({
      sensor: this.driver,
      store: this.store,
      clock: bench.time,
      timers: bench.time,
      onEvent: (event) => this.events.push(event),
      ...parts.manager,
    });
  }

  get kinds(): string[] {
    return this.events.map(({ kind }) => kind);
  }

  /** What the chip has in BASELINE, in hex. */
  get baseline(): string {
    const bytes = this.driver.readBaseline() ?? [];
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /** Power goes, for `pause` ms, and comes back: another driver on the same chip and store. */
  powerCycle(pause: number, manager: Partial<BaselineManagerOptions> = {}): Board {
    const { bench, store } = this;
    const { mode } = this.driver;
    this.off();
    bench.time.advance(pause);
    bench.power(true);
    assert.deepEqual(bench.bus.violations, []);
    return new Board({ bench, store, driver: { mode }, manager });
  }

  off(): void {
    this.bench.power(false);
    this.manager.close();
    this.driver.close();
  }
}

/** The baseline of the first event of that kind. */
export function baselineOf(board: Board, kind: "saved" | "restored"): string | undefined {
  const event = board.events.find((each) => each.kind === kind);
  return event && "baseline" in event ? event.baseline : undefined;
}

/**
 * 48 hours of measuring in a mode, a power cycle, and run-in again: the baseline is learned, saved
 * and restored, each at its time.
 */
export function check48Hours(mode: 1 | 3): void {
  const period = mode === 1 ? 1_000 : minute;
  const first = new Board({ driver: { mode }, time: wall });
  const { bench } = first;
  bench.time.advance(19 * minute);
  assert.equal(first.driver.state.kind, "run-in");
  bench.time.advance(2 * minute);
  assert.equal(first.driver.state.kind, "ready");
  bench.time.advance(37 * minute);
  assert.deepEqual(first.kinds, []);
  bench.time.advance(47 * hour + 2 * minute);
  assert.deepEqual(first.kinds, ["saved", "saved"]);
  assert.equal(first.manager.writes, 2);
  const { minutes = 0 } = first.manager.record ?? {};
  assert.ok(minutes >= 25 * 60 && minutes <= 25 * 60 + 2, `${minutes}`);
  const saved = first.events.at(-1);
  assert.ok(saved?.kind === "saved");
  assert.ok(first.driver.counters.readings > 171_000_000 / period);

  const second = first.powerCycle(hour);
  bench.time.advance(20 * minute);
  assert.deepEqual(second.kinds, [], "not before run-in is over");
  assert.notEqual(second.baseline, saved.baseline);
  bench.time.advance(2 * minute);
  assert.deepEqual(second.kinds, ["restored"]);
  assert.equal(second.baseline, saved.baseline);
  assert.equal(second.manager.writes, 0, "restoring writes nothing");
  assert.deepEqual(bench.bus.violations, []);
}
