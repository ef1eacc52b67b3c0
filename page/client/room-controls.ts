// SPDX-License-Identifier: MIT

import {
  mostPeople,
  type SimulatedBoardState,
  type SimulationAction,
} from "../../hosts/sim/node/simulation-report.ts";
import { el, setText } from "./dom.ts";
import { act } from "./server.ts";

type Switch = "window" | "sensor" | "access-point" | "power";

interface SwitchText {
  readonly kind: Switch;
  readonly on: string;
  readonly off: string;
  isOn(state: SimulatedBoardState): boolean;
}

/** What each button says it will do. */
const switches: readonly SwitchText[] = [
  { kind: "window", on: "Close the window", off: "Open the window", isOn: (s) => s.isWindowOpen },
  {
    kind: "sensor",
    on: "Unplug the sensor",
    off: "Plug the sensor in",
    isOn: (s) => s.isPlugged === true,
  },
  {
    kind: "access-point",
    on: "Take Wi-Fi away",
    off: "Bring Wi-Fi back",
    isOn: (s) => s.hasNetwork,
  },
  { kind: "power", on: "Cut the power", off: "Power on", isOn: (s) => s.isPowered },
];

/** What can be done to a simulated board and its room. */
export class RoomControls {
  readonly element: HTMLElement;
  readonly #id: string;
  readonly #onError: (text: string) => void;
  readonly #people = el("output", { "aria-label": "People in the room" });
  readonly #buttons = new Map<Switch, HTMLElement>();
  #state: SimulatedBoardState | undefined;

  constructor(id: string, onError: (text: string) => void) {
    this.#id = id;
    this.#onError = onError;
    const step = (by: number) => this.changePeople(by);
    const less = el("button", { type: "button", "aria-label": "One person leaves" }, "−");
    const more = el("button", { type: "button", "aria-label": "One person comes" }, "+");
    less.addEventListener("click", () => step(-1));
    more.addEventListener("click", () => step(1));
    const people = el("p", { class: "people" }, "People in the room ", less, this.#people, more);
    const bar = el("p", { class: "bar" });
    for (const { kind } of switches) {
      const button = el("button", { type: "button", onclick: () => this.turn(kind) });
      this.#buttons.set(kind, button);
      bar.append(button);
    }
    const label = "Simulated room and board";
    this.element = el("section", { class: "act", "aria-label": label }, people, bar);
    this.element.prepend(el("h3", {}, label));
    this.element.hidden = true;
  }

  show(state: SimulatedBoardState | undefined): void {
    this.#state = state;
    this.element.hidden = state === undefined;
    if (!state) return;
    setText(this.#people, String(state.people));
    for (const { kind, on, off, isOn } of switches) {
      const button = this.#buttons.get(kind);
      if (button) setText(button, isOn(state) ? on : off);
    }
  }

  private changePeople(by: number): void {
    if (!this.#state) return;
    const value = Math.min(mostPeople, Math.max(0, this.#state.people + by));
    this.send({ kind: "people", board: this.#id, value });
  }

  private turn(kind: Switch): void {
    const text = switches.find((entry) => entry.kind === kind);
    if (this.#state && text) this.send({ kind, board: this.#id, value: !text.isOn(this.#state) });
  }

  private send(action: SimulationAction): void {
    act(action).catch((error: Error) => this.#onError(error.message));
  }
}
