// SPDX-License-Identifier: MIT

import { type Frame, FrameWriter, readFrames, turnHeadLength } from "../../protocol.ts";
import type { Machine, Turn } from "./machine.ts";
import type { SimClock } from "./sim-clock.ts";

export interface TurnLoopOptions {
  readonly clock: Pick<SimClock, "ticks" | "now" | "hold" | "step" | "release">;
  /** Takes what the firmware wants done. */
  readonly onFrame: (frame: Frame) => void;
  /** Told after each turn, for measurements, with the command that it was given. */
  readonly onTurn?: ((turn: Turn, command: Uint8Array) => void) | undefined;
}

/**
 * Feeds one machine: collects frames, sends them in one turn as soon as the machine is free, and
 * hands on what it answers.
 */
export class TurnLoop {
  readonly #machine: Machine;
  readonly #options: TurnLoopOptions;
  readonly #out = new FrameWriter(turnHeadLength);
  #running = false;
  #stopped = false;

  constructor(machine: Machine, options: TurnLoopOptions) {
    this.#machine = machine;
    this.#options = options;
  }

  /** Sends a frame with the next turn. */
  post(channel: number, operation: number, handle: number, payload?: Uint8Array): void {
    if (this.#stopped) return;
    this.#out.add(channel, operation, handle, payload);
    if (this.#running) return;
    this.#running = true;
    this.#options.clock.hold();
    this.run();
  }

  /** Nothing is sent or handed on any more. */
  stop(): void {
    this.#stopped = true;
  }

  private async run(): Promise<void> {
    try {
      const { clock } = this.#options;
      await this.#machine.loaded;
      while (!this.#out.isEmpty && !this.#stopped) {
        const command = this.#out.take();
        const view = new DataView(command.buffer);
        view.setFloat64(0, clock.ticks());
        view.setFloat64(8, clock.now());
        const turn = await this.#machine.turn(command);
        if (this.#stopped) return;
        readFrames(turn.reply, 0, (frame) => {
          if (!this.#stopped) this.#options.onFrame(frame);
        });
        this.#options.onTurn?.(turn, command);
        if (!this.#out.isEmpty) clock.step();
      }
      // Another loop may hold the clock already, for a board that has been restarted.
      if (this.#stopped) return;
      this.#running = false;
      clock.release();
    } catch {
      // The machine has ended; its owner hears of it by `onExit`.
      this.#stopped = true;
    }
  }
}
