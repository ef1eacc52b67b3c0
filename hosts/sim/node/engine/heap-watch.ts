// SPDX-License-Identifier: MIT

import type { Machine } from "./machine.ts";

/** The first look and the pause between two later ones, ms of the PC. */
const firstLook = 1_000;
const pause = 5_000;
/** Asks an engine to collect its garbage. */
const collect = new Uint8Array();

/**
 * Counts the slots that the firmware of one engine needs. The engine tells a number after each turn
 * only, which counts garbage and the modules too, so it is made to collect its garbage now and
 * then; what it had when it had only loaded its modules is taken off.
 */
export class HeapWatch {
  readonly #machine: Machine;
  #modules = 0;
  #slots: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** `machine`: one that has not been given a turn yet. */
  constructor(machine: Machine) {
    this.#machine = machine;
    this.begin();
  }

  /** Slots in use when last looked, at most some seconds ago; undefined before the first look. */
  get slots(): number | undefined {
    return this.#slots;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  private begin(): void {
    this.look(firstLook, (slots) => {
      this.#modules = slots;
    });
  }

  private lookAgain(): void {
    this.look(pause, (slots) => {
      this.#slots = slots - this.#modules;
    });
  }

  /** Looks once, and again `wait` after that: on a busy PC the modules may take long to load. */
  private look(wait: number, onSlots: (slots: number) => void): void {
    this.#machine.turn(collect).then(
      ({ heapCount }) => {
        onSlots(heapCount);
        if (!this.#isClosed) this.#timer = setTimeout(() => this.lookAgain(), wait).unref();
      },
      // The engine has ended; its owner hears of it by `onExit`.
      () => {},
    );
  }
}
