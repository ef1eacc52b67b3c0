// SPDX-License-Identifier: MIT

import type { BoardRoom } from "../../board/board-room.ts";
import type { Simulation } from "../../simulation.ts";
import type { KeyHint } from "./screen-layout.ts";

/** Who comes when somebody comes. */
const company = 4;

/** What can be done to the world of the boards: its key, and what the key would do now. */
interface Control {
  readonly key: string;
  /** Undefined: there is nothing to be done. */
  readonly hint: (rooms: readonly BoardRoom[]) => string | undefined;
  /** Does it to all; returns what has happened. */
  readonly act: (rooms: readonly BoardRoom[]) => string;
}

const controls: readonly Control[] = [
  {
    key: "o",
    hint: (rooms) => (rooms.some(isClosed) ? "open window" : "close window"),
    act: (rooms) => {
      const open = rooms.some(isClosed);
      for (const room of rooms) room.isWindowOpen = open;
      return open ? "the window is open" : "the window is closed";
    },
  },
  {
    key: "p",
    hint: (rooms) => (rooms.some(hasSeats) ? "people come" : "people go"),
    act: (rooms) => {
      const people = rooms.some(hasSeats) ? company : 0;
      for (const room of rooms) room.people = people;
      return people > 0 ? `${people} people are there` : "all people have gone";
    },
  },
  {
    key: "u",
    hint: (rooms) => {
      const plugs = plugsOf(rooms);
      if (plugs.length === 0) return undefined;
      return plugs.some(({ isIn }) => isIn) ? "unplug sensor" : "plug sensor in";
    },
    act: (rooms) => {
      const plugs = plugsOf(rooms);
      const isIn = !plugs.some((plug) => plug.isIn);
      for (const plug of plugs) plug.isIn = isIn;
      return `the ${plugs[0]?.name} is ${isIn ? "plugged in" : "unplugged"}`;
    },
  },
  {
    key: "w",
    hint: (rooms) => (rooms.some(hasNetwork) ? "Wi-Fi away" : "Wi-Fi back"),
    act: (rooms) => {
      const up = !rooms.some(hasNetwork);
      for (const room of rooms) room.hasNetwork = up;
      return up ? "the access point is back" : "the access point is away";
    },
  },
  {
    key: "k",
    hint: (rooms) => (rooms.some(({ button }) => button) ? "press button" : undefined),
    act: (rooms) => {
      for (const { button } of rooms) button?.press();
      return "the button is pressed for 3 s";
    },
  },
];

/** What somebody at the screen can do to the rooms of the boards, and to their broker. */
export class FleetControls {
  readonly #simulation: Simulation;
  readonly #say: (board: string | undefined, text: string) => void;

  /** `say` takes what has happened: to one board, or to all of them. */
  constructor(simulation: Simulation, say: (board: string | undefined, text: string) => void) {
    this.#simulation = simulation;
    this.#say = say;
  }

  /** The keys, for the board with that index or for all. */
  hints(chosen: number | undefined): KeyHint[] {
    const rooms = this.roomsOf(chosen);
    const hints = controls.flatMap(({ key, hint }) => {
      const text = hint(rooms);
      return text === undefined ? [] : [{ key, text }];
    });
    const { isBrokerUp } = this.#simulation;
    if (isBrokerUp === undefined) return hints;
    return [...hints, { key: "b", text: isBrokerUp ? "broker away" : "broker back" }];
  }

  /** Does what a key stands for. */
  act(key: string, chosen: number | undefined): void {
    if (key === "b") {
      this.switchBroker();
      return;
    }
    const control = controls.find((each) => each.key === key);
    const rooms = this.roomsOf(chosen);
    if (!control || control.hint(rooms) === undefined) return;
    const board = chosen === undefined ? undefined : this.#simulation.boards[chosen]?.id;
    const where = board === undefined && rooms.length > 1 ? "in all rooms, " : "";
    this.#say(board, `${where}${control.act(rooms)}`);
  }

  private switchBroker(): void {
    const { isBrokerUp } = this.#simulation;
    if (isBrokerUp === undefined) {
      this.#say(undefined, "the broker is not ours: it stays");
      return;
    }
    this.#simulation.switchBroker().then(
      () => {
        const now = this.#simulation.isBrokerUp;
        if (now !== isBrokerUp) {
          this.#say(undefined, now ? "the broker is back" : "the broker is away");
        }
      },
      (error: Error) => this.#say(undefined, error.message),
    );
  }

  private roomsOf(chosen: number | undefined): BoardRoom[] {
    const { boards } = this.#simulation;
    const board = chosen === undefined ? undefined : boards[chosen];
    return board ? [board.room] : boards.map(({ room }) => room);
  }
}

function isClosed({ isWindowOpen }: BoardRoom): boolean {
  return !isWindowOpen;
}

function hasSeats({ people }: BoardRoom): boolean {
  return people < company;
}

function hasNetwork(room: BoardRoom): boolean {
  return room.hasNetwork;
}

function plugsOf(rooms: readonly BoardRoom[]) {
  return rooms.flatMap(({ plug }) => plug ?? []);
}
