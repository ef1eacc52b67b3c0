// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { minPause } from "../../modules/wifi/retry-plan.ts";
import { WiFiManager } from "../../modules/wifi/wifi-manager.ts";
import { type ErraticWorld, erraticRadio } from "./erratic-radio.ts";
import { FakeTime } from "./fake-time.ts";
import { MemoryKeyValue } from "./memory-key-value.ts";
import { seededRandom } from "./random.ts";
import { wifiBench } from "./wifi-bench.ts";

/** A connection of so long a time makes the pauses start small again, ms. */
const stable = 30_000;

/** From when to when the board was online, in ms. */
export interface OnlineTime {
  readonly from: number;
  readonly to: number;
}

/**
 * The rule that the radio may rest: after `n` attempts in a row, without a connection that has held
 * between them, the next comes no sooner than the least pause after `n` failures.
 */
export function assertRested(
  connects: readonly number[],
  online: readonly OnlineTime[],
  seed: number,
): void {
  let row = 0;
  for (let i = 1; i < connects.length; i++) {
    const [last = 0, next = 0] = [connects[i - 1], connects[i]];
    const held = online.some(({ from, to }) => from >= last && to <= next && to - from >= stable);
    row = held ? 0 : row + 1;
    const least = held ? 0 : minPause(row);
    assert.ok(
      next - last >= least,
      `seed ${seed}: attempt ${i} after ${next - last} ms of ${least}`,
    );
  }
}

/** Collects when a manager was online; the two calls must come in turn. */
function onlineTimes(ticks: () => number, seed: number) {
  const times: OnlineTime[] = [];
  let from: number | undefined;
  return {
    times,
    online(): void {
      from ??= ticks();
    },
    offline(): void {
      assert.ok(from !== undefined, `seed ${seed}: offline without having been online`);
      times.push({ from: from ?? 0, to: ticks() });
      from = undefined;
    },
    get isOnline(): boolean {
      return from !== undefined;
    },
  };
}

/** A store of a board that was on a network before. */
function storeWith(joined: string): MemoryKeyValue {
  const store = new MemoryKeyValue();
  store.write("joined", new TextEncoder().encode(joined));
  return store;
}

/** What a storm led to, so that a test can see that something has happened. */
export interface StormCount {
  readonly connects: number;
  readonly outages: number;
  readonly resets: number;
  /** Callbacks of interfaces that had been closed. */
  readonly late: number;
}

/** Five minutes with a radio whose events are wrong in every way, then one that is right. */
export function erraticStorm(seed: number): StormCount {
  const time = new FakeTime();
  const random = seededRandom(seed);
  const names = ["home", "attic", "cellar"];
  const world: ErraticWorld = {
    ...{ time, random, names, isErratic: true, connects: [], scans: [], pending: 0, late: 0 },
  };
  const online = onlineTimes(() => time.ticks(), seed);
  const manager = new WiFiManager({
    wifi: { io: erraticRadio(world) },
    clock: time,
    timers: time,
    random: seededRandom(seed + 1),
    log: () => {},
    store: storeWith("1 home"),
    networks: names.map((SSID) => ({ SSID, password: SSID === "attic" ? "" : "password" })),
    owner: online,
  });
  manager.start();
  for (let step = 0; step < 20; step++) {
    time.advance(random() * 30_000);
    assert.equal(online.isOnline, manager.state.kind === "online", `seed ${seed}: told otherwise`);
  }
  const connects = world.connects.length;
  world.isErratic = false;
  // A network may be left alone for 30 to 90 s after what looked like a wrong password.
  time.advance(360_000);
  assert.equal(manager.state.kind, "online", `seed ${seed}: not back, but ${manager.state.kind}`);
  assertRested(world.connects, online.times, seed);
  manager.close();
  const asked = world.connects.length + world.scans.length;
  time.advance(100_000);
  assert.equal(world.connects.length + world.scans.length, asked, `seed ${seed}: goes on`);
  assert.equal(time.pending, 0, `seed ${seed}: leaves a timer`);
  const { resets } = manager.status();
  return { connects, outages: online.times.length, resets, late: world.late };
}

/** Twenty minutes with three networks that come, go and change, then one that stays. */
export function networkStorm(seed: number): StormCount {
  const random = seededRandom(seed);
  const ticks = { now: () => 0 };
  const online = onlineTimes(() => ticks.now(), seed);
  const bench = wifiBench({
    seed,
    store: storeWith("1 attic"),
    networks: [
      { SSID: "attic", password: "" },
      { SSID: "lab", password: "right password" },
      { SSID: "cellar", password: "deep" },
    ],
    others: [
      { SSID: "attic", channel: 1, RSSI: -78 },
      { SSID: "cellar", password: "deep", channel: 11, RSSI: -80, isHidden: true },
    ],
    world: { eventDelay: random() * 3_000, ...(seed % 2 && { lateDisconnect: random() * 3_000 }) },
    owner: online,
  });
  const { time, accessPoints, manager, timesOf, lab } = bench;
  ticks.now = () => time.ticks();
  for (let step = 0; step < 60; step++) {
    const point = accessPoints.all[Math.floor(random() * accessPoints.all.length)] ?? lab;
    const dice = random();
    if (dice < 0.3) point.isUp = !point.isUp;
    else if (dice < 0.4) point.kick();
    else if (dice < 0.5) point.hasDHCP = !point.hasDHCP;
    else if (dice < 0.6) point.renumber(`10.0.${step}`);
    else if (dice < 0.8) point.RSSI = -50 - Math.floor(random() * 50);
    else if (dice < 0.9) point.password = random() < 0.5 ? "changed" : "right password";
    time.advance(random() * 40_000);
    assert.equal(online.isOnline, manager.state.kind === "online", `seed ${seed}: told otherwise`);
  }
  const connects = timesOf("connect").length;
  for (const point of accessPoints.all) point.isUp = false;
  Object.assign(lab, { isUp: true, hasDHCP: true, password: "right password", RSSI: -60 });
  time.advance(900_000);
  assert.equal(manager.state.kind, "online", `seed ${seed}: not back, but ${manager.state.kind}`);
  assertRested(timesOf("connect"), online.times, seed);
  const { resets } = manager.status();
  manager.close();
  assert.equal(time.pending, 0, `seed ${seed}: leaves a timer`);
  return { connects, outages: online.times.length, resets, late: 0 };
}

/** Runs a storm for `count` seeds from `first` on and adds up what they led to. */
export function storms(
  storm: (seed: number) => StormCount,
  first: number,
  count: number,
): StormCount {
  const sum = { connects: 0, outages: 0, resets: 0, late: 0 };
  for (let seed = first; seed < first + count; seed++) {
    const one = storm(seed);
    sum.connects += one.connects;
    sum.outages += one.outages;
    sum.resets += one.resets;
    sum.late += one.late;
  }
  return sum;
}
