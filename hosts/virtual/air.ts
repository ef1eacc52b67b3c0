// SPDX-License-Identifier: MIT

import { smoothNoise } from "./noise.ts";
import {
  type RoomState,
  relativeHumidity,
  roomAtStart,
  stateSize,
  stepRoom,
} from "./room-model.ts";
import { RoomSchedule } from "./room-schedule.ts";

/** The air of the room at one moment. */
export interface AirSample {
  /** ppm. */
  readonly CO2: number;
  /** ppb. */
  readonly tvoc: number;
  /** °C. */
  readonly temperature: number;
  /** Relative humidity in percent, 0–100. */
  readonly humidity: number;
  /** Pa. */
  readonly pressure: number;
}

export interface AirOptions {
  /** Any integer; the same seed gives the same room for ever. */
  readonly seed: number;
}

/** ms of one step of the model. */
const step = 30_000;
/** Steps in one block: states are kept for the block in use, and one per block for the others. */
const blockLength = 120;

/**
 * A closed room whose air follows people coming and going: CO2, VOC, heat and water come from them,
 * leave through ventilation and an occasionally open window; the pressure follows the weather. A
 * pure function of seed, simulated time and what has been put in through the back door.
 */
export class Air {
  readonly #seed: number;
  readonly #schedule: RoomSchedule;
  readonly #blocks: RoomState[] = [];
  readonly #states = new Float64Array((blockLength + 1) * stateSize);
  #block = -1;
  #pinned: Partial<AirSample> = {};

  constructor({ seed }: AirOptions) {
    this.#seed = seed | 0;
    this.#schedule = new RoomSchedule(this.#seed);
    this.#blocks.push(roomAtStart(this.#schedule.at(0)));
  }

  /** The air `ms` after the room began; earlier times give the beginning. */
  at(ms: number): AirSample {
    const time = Math.max(0, ms);
    const state = this.stateAt(time);
    const noise = (n: number, every: number) => smoothNoise(this.#seed + n, time / every);
    const temperature = state[2] + 0.04 * noise(11, 30_000);
    return {
      CO2: state[0] + 4 * noise(12, 15_000),
      tvoc: Math.max(0, state[1] + 2 * noise(13, 15_000)),
      temperature,
      humidity: relativeHumidity(state[3], temperature),
      pressure: 101_300 + 900 * noise(14, 12 * 3_600_000) + 3 * noise(15, 20_000),
      ...this.#pinned,
    };
  }

  /** Number of people in the room at `ms`. */
  peopleAt(ms: number): number {
    return this.#schedule.at(ms).people;
  }

  /** How bright it is at `ms`, lx: somebody who is there has the lamp on. */
  lightAt(ms: number): number {
    const lamp = this.peopleAt(ms) > 0 ? 320 : 8;
    return lamp * (1 + 0.05 * smoothNoise(this.#seed + 16, ms / 20_000));
  }

  /** Whether the window is open at `ms`. */
  isWindowOpenAt(ms: number): boolean {
    return this.#schedule.at(ms).windowOpen;
  }

  /** From `ms` on the room holds this many people; undefined: as scheduled. */
  occupy(people: number | undefined, ms: number): void {
    this.#schedule.override({ from: ms, people });
    this.forgetAfter(ms);
  }

  /** From `ms` on the window is open or closed; undefined: as scheduled. */
  openWindow(windowOpen: boolean | undefined, ms: number): void {
    this.#schedule.override({ from: ms, windowOpen });
    this.forgetAfter(ms);
  }

  /** The air has these values whatever the time, until the next call; `pin({})` lets go. */
  pin(values: Partial<AirSample>): void {
    this.#pinned = { ...values };
  }

  private stateAt(time: number): RoomState {
    const index = Math.floor(time / step);
    const block = Math.floor(index / blockLength);
    if (block !== this.#block) this.loadBlock(block);
    const offset = (index - block * blockLength) * stateSize;
    const part = time / step - index;
    const mixed = (n: number) => {
      const left = this.#states[offset + n] ?? 0;
      return left + ((this.#states[offset + stateSize + n] ?? 0) - left) * part;
    };
    return [mixed(0), mixed(1), mixed(2), mixed(3)];
  }

  private loadBlock(block: number): void {
    for (let next = this.#blocks.length - 1; next < block; next++) this.compute(next);
    this.compute(block);
    this.#block = block;
  }

  /** Fills the states of a block whose first is known; learns the first of the next. */
  private compute(block: number): void {
    let state = this.#blocks[block];
    if (!state) throw new Error("blocks are computed in order");
    this.#states.set(state, 0);
    for (let n = 1; n <= blockLength; n++) {
      const middle = (block * blockLength + n - 0.5) * step;
      state = stepRoom(state, this.#schedule.at(middle), step);
      this.#states.set(state, n * stateSize);
    }
    if (block + 1 === this.#blocks.length) this.#blocks.push(state);
  }

  private forgetAfter(ms: number): void {
    const block = Math.max(0, Math.floor(ms / step / blockLength));
    if (this.#blocks.length > block + 1) this.#blocks.length = block + 1;
    this.#block = -1;
  }
}
