// SPDX-License-Identifier: MIT

import type { AccessPoint } from "../../../virtual/access-point.ts";
import type { Air } from "../../../virtual/air.ts";
import type { VirtualTime } from "../../../virtual/virtual-time.ts";

/** A sensor that can be pulled out and plugged in. */
export interface Plug {
  /** "CCS811". */
  readonly name: string;
  isIn: boolean;
}

/** The buttons of a board, all pressed at once. */
export interface RoomButton {
  /** The firmware waits for one. */
  readonly hasButton: boolean;
  /** For three seconds. */
  press(): void;
}

export interface BoardRoomOptions {
  readonly air: Air;
  /** Time of the room, ms since it began. */
  readonly time: VirtualTime;
  /** The first of the board's sensors; undefined: it has none. */
  readonly plug: Plug | undefined;
  /** What is beside the board to be pressed. */
  readonly button: RoomButton;
  /** The network that the board joins. */
  readonly accessPoint: AccessPoint | undefined;
}

/** The room of one board: what a hand can change there. */
export class BoardRoom {
  readonly #options: BoardRoomOptions;

  constructor(options: BoardRoomOptions) {
    this.#options = options;
  }

  get people(): number {
    const { air, time } = this.#options;
    return air.peopleAt(time.ticks());
  }

  /** From now on so many; nobody comes or goes any more by himself. */
  set people(count: number) {
    const { air, time } = this.#options;
    air.occupy(count, time.ticks());
  }

  get isWindowOpen(): boolean {
    const { air, time } = this.#options;
    return air.isWindowOpenAt(time.ticks());
  }

  /** From now on; it is not opened or closed any more by itself. */
  set isWindowOpen(open: boolean) {
    const { air, time } = this.#options;
    air.openWindow(open, time.ticks());
  }

  /** The board's gas sensor, or the first that it has. */
  get plug(): Plug | undefined {
    return this.#options.plug;
  }

  /** The board's button; undefined: it has none. */
  get button(): Pick<RoomButton, "press"> | undefined {
    const { button } = this.#options;
    return button.hasButton ? button : undefined;
  }

  /** Whether the access point of the board's network is on. */
  get hasNetwork(): boolean {
    return this.#options.accessPoint?.isUp ?? false;
  }

  set hasNetwork(up: boolean) {
    const { accessPoint } = this.#options;
    if (accessPoint) accessPoint.isUp = up;
  }
}
