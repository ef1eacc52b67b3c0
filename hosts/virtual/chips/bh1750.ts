// SPDX-License-Identifier: MIT

import type { VirtualChip } from "../i2c-bus.ts";
import type { VirtualTime } from "../virtual-time.ts";

export interface BH1750ChipOptions {
  readonly time: VirtualTime;
  /** How bright it is around it, lx, by `ticks` of `time`. */
  readonly light: { lightAt(ms: number): number };
}

/** What can be wrong with the chip: not there. */
export type BH1750Defect = "absent";

/** Commands (BH1750FVI datasheet, instruction set). */
const powerDown = 0x00;
const powerOn = 0x01;
const clear = 0x07;

/** A way to measure, by the low bits of its command. */
interface Mode {
  /** Longest time of a measurement, ms (measurement mode explanation). */
  readonly time: number;
  /** Counts for one lx. */
  readonly counts: number;
}

const modes: Readonly<Record<number, Mode>> = Object.freeze({
  0: { time: 180, counts: 1.2 },
  1: { time: 180, counts: 2.4 },
  3: { time: 24, counts: 1.2 },
});

/** ROHM BH1750 with ADDR at ground: a light sensor that takes commands of one byte and gives two. */
export class BH1750Chip implements VirtualChip {
  readonly address = 0x23;
  onViolation: ((text: string) => void) | undefined;
  /** The defect the chip has at present. */
  defect: BH1750Defect | undefined;
  readonly #time: VirtualTime;
  readonly #light: BH1750ChipOptions["light"];
  #isOn = false;
  #mode: Mode | undefined;
  #isOnce = false;
  #startedAt = 0;
  #counts = 0;

  constructor({ time, light }: BH1750ChipOptions) {
    this.#time = time;
    this.#light = light;
  }

  /** Loses everything, as at power-on or after a brown-out. */
  reset(): void {
    this.#isOn = false;
    this.#mode = undefined;
    this.#counts = 0;
  }

  acknowledges(): boolean {
    return this.defect !== "absent";
  }

  write(bytes: Uint8Array): boolean {
    this.update();
    const [command] = bytes;
    if (command === undefined) return true;
    if (bytes.length > 1) this.violate("more than one byte was written");
    this.take(command);
    return true;
  }

  read(length: number): Uint8Array {
    this.update();
    if (length > 2) this.violate(`${length} bytes were read of the two that there are`);
    const bytes = new Uint8Array(length);
    bytes.set([this.#counts >> 8, this.#counts & 0xff].slice(0, length));
    return bytes;
  }

  private take(command: number): void {
    const mode = modes[command & 0x0f];
    if (command === powerDown) this.sleep();
    else if (command === powerOn) this.#isOn = true;
    else if (command === clear && this.#isOn) this.#counts = 0;
    else if (command === clear) this.violate("it was cleared without power");
    else if (mode && (command >> 4 === 1 || command >> 4 === 2)) {
      this.#isOn = true;
      this.#isOnce = command >> 4 === 2;
      this.#mode = mode;
      this.#startedAt = this.#time.ticks();
    } else this.violate(`command 0x${command.toString(16).padStart(2, "0")} is none that it has`);
  }

  private sleep(): void {
    this.#isOn = false;
    this.#mode = undefined;
  }

  /** Takes the last measurement that is done by now. */
  private update(): void {
    const mode = this.#mode;
    if (!mode) return;
    const done = Math.floor((this.#time.ticks() - this.#startedAt) / mode.time);
    if (done < 1) return;
    const at = this.#startedAt + mode.time * (this.#isOnce ? 1 : done);
    const light = Math.max(0, this.#light.lightAt(at));
    this.#counts = Math.min(0xffff, Math.round(light * mode.counts));
    if (this.#isOnce) this.sleep();
  }

  private violate(text: string): void {
    this.onViolation?.(`BH1750 ${text}`);
  }
}
