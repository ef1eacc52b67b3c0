// SPDX-License-Identifier: MIT

import { CCS811Chip } from "../../../virtual/chips/ccs811.ts";
import type { DHTChip } from "../../../virtual/chips/dht.ts";
import type { I2CBus, VirtualChip } from "../../../virtual/i2c-bus.ts";
import type { Plug } from "./board-room.ts";

/** What a cut of the power does to a chip: it begins anew. One that has none meanwhile is left so. */
export function powerCycle(chip: VirtualChip): void {
  if (chip instanceof CCS811Chip) {
    if (!chip.power.isOn) return;
    chip.power.isOn = false;
    chip.power.isOn = true;
  } else if ("reset" in chip) (chip as VirtualChip & { reset(): void }).reset();
}

/** A chip on I2C that can be pulled out; plugged in it begins as at power-on. */
export class BusPlug implements Plug {
  readonly name: string;
  readonly #bus: I2CBus;
  readonly #chip: VirtualChip;
  #isIn = true;

  constructor(name: string, bus: I2CBus, chip: VirtualChip) {
    this.name = name;
    this.#bus = bus;
    this.#chip = chip;
  }

  get isIn(): boolean {
    return this.#isIn;
  }

  set isIn(wanted: boolean) {
    if (wanted === this.#isIn) return;
    this.#isIn = wanted;
    const chip = this.#chip;
    if (chip instanceof CCS811Chip) chip.power.isOn = wanted;
    else if (wanted && "reset" in chip) (chip as VirtualChip & { reset(): void }).reset();
    if (wanted) this.#bus.attach(chip);
    else this.#bus.detach(chip);
  }
}

/** A sensor on a wire of its own that can be pulled out. */
export class WirePlug implements Plug {
  readonly name: string;
  readonly #wires: Map<number, DHTChip>;
  readonly #place: readonly [pin: number, chip: DHTChip];

  constructor(name: string, wires: Map<number, DHTChip>, place: readonly [number, DHTChip]) {
    this.name = name;
    this.#wires = wires;
    this.#place = place;
  }

  get isIn(): boolean {
    return this.#wires.has(this.#place[0]);
  }

  set isIn(wanted: boolean) {
    if (wanted) this.#wires.set(...this.#place);
    else this.#wires.delete(this.#place[0]);
  }
}
