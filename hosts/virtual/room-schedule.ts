// SPDX-License-Identifier: MIT

import { hash, smoothNoise } from "./noise.ts";

/** What acts on the air of the room at one moment. */
export interface RoomInputs {
  readonly people: number;
  readonly windowOpen: boolean;
  /** Extra VOC, ppb per hour: somebody cleans, cooks, or opens a marker. */
  readonly solvent: number;
  /** °C. */
  readonly outdoorTemperature: number;
  /** g/m³. */
  readonly outdoorWater: number;
}

/** From a moment on: an own value, or undefined to return to the schedule. */
export interface RoomOverride {
  /** ms since the room began. */
  readonly from: number;
  readonly people?: number | undefined;
  readonly windowOpen?: boolean | undefined;
}

/** One person's rhythm: ms of one stay or absence, and where in it the room's time begins. */
interface Habit {
  readonly seed: number;
  readonly rhythm: number;
  /** 0–1. */
  readonly offset: number;
}

/** People who use the room. */
const regulars = 6;
const minute = 60_000;

/**
 * Who is in the room, when the window is open and what the weather is, as a pure function of seed
 * and time: each person has an own rhythm of 20 to 60 minutes and is there 40 % of it.
 */
export class RoomSchedule {
  readonly #seed: number;
  readonly #people: RoomOverride[] = [];
  readonly #windows: RoomOverride[] = [];

  readonly #habits: readonly Habit[];

  constructor(seed: number) {
    this.#seed = seed;
    this.#habits = Array.from({ length: regulars }, (_, person) => {
      const own = seed + 1_000 * (person + 1);
      return { seed: own, rhythm: (20 + 40 * hash(own, -1)) * minute, offset: hash(own, -2) };
    });
  }

  /** What holds at `ms`. */
  at(ms: number): RoomInputs {
    return {
      people: lastBefore(this.#people, ms)?.people ?? this.countPeople(ms),
      windowOpen: lastBefore(this.#windows, ms)?.windowOpen ?? this.isAired(ms),
      solvent: this.solventAt(ms),
      outdoorTemperature: 12 + 7 * smoothNoise(this.#seed + 5, ms / (8 * 60 * minute)),
      outdoorWater: 6.5 + 1.5 * smoothNoise(this.#seed + 6, ms / (10 * 60 * minute)),
    };
  }

  /** Adds what holds from a moment on; a later call for an earlier moment ends what came after. */
  override(entry: RoomOverride): void {
    const list = "people" in entry ? this.#people : this.#windows;
    while ((list.at(-1)?.from ?? -1) >= entry.from) list.pop();
    list.push(entry);
  }

  private countPeople(ms: number): number {
    let people = 0;
    for (const { seed, rhythm, offset } of this.#habits) {
      if (hash(seed, Math.floor(ms / rhythm + offset)) < 0.4) people++;
    }
    return people;
  }

  /** Now and then the window is opened for the first 8 of 25 minutes. */
  private isAired(ms: number): boolean {
    const slot = ms / (25 * minute) + hash(this.#seed + 1, -1);
    const index = Math.floor(slot);
    return slot - index < 0.32 && hash(this.#seed + 2, index) < 0.3;
  }

  /** In one of six half hours something is used for two minutes. */
  private solventAt(ms: number): number {
    const slot = Math.floor(ms / (30 * minute));
    if (hash(this.#seed + 3, slot) >= 0.17) return 0;
    const start = 28 * minute * hash(this.#seed + 4, slot);
    const since = ms - slot * 30 * minute - start;
    return since >= 0 && since < 2 * minute ? 9_000 : 0;
  }
}

function lastBefore(list: readonly RoomOverride[], ms: number): RoomOverride | undefined {
  return list.findLast(({ from }) => from <= ms);
}
