// SPDX-License-Identifier: MIT

import { type BoardView, quantities } from "../board-view.ts";
import { el, setData, setText } from "./dom.ts";
import {
  ageText,
  airOf,
  presenceOf,
  quantityTexts,
  sensorText,
  signalText,
  valueText,
} from "./words.ts";

/** The head of the list of boards. */
export function rowHead(): HTMLElement {
  const values = quantities.map((quantity) => {
    const { name, unit } = quantityTexts[quantity];
    return `${name}, ${unit}`;
  });
  const names = ["Board", "Presence", "Air", ...values, "Signal", "Reading", "Sensor"];
  return el("thead", {}, el("tr", {}, ...names.map((name) => el("th", { scope: "col" }, name))));
}

/** One board as a row of the list. */
export class Row {
  readonly element: HTMLElement;
  readonly #cells: readonly HTMLElement[];

  constructor(id: string, onOpen: () => void) {
    const name = el("button", { type: "button", class: "name", onclick: onOpen }, id);
    this.#cells = Array.from({ length: quantities.length + 5 }, () => el("td"));
    this.element = el("tr", {}, el("th", { scope: "row" }, name), ...this.#cells);
  }

  show(board: BoardView, now: number): void {
    const presence = presenceOf(board, now);
    const air = airOf(board);
    setData(this.element, "presence", presence.state);
    setData(this.element, "air", air ? String(air.index) : "");
    const texts = [
      presence.text,
      air?.word ?? "–",
      ...quantities.map((quantity) => valueText(quantity, board.values[quantity])),
      signalText(board),
      ageText(board.readingAt, now),
      sensorText(board),
    ];
    for (const [index, cell] of this.#cells.entries()) setText(cell, texts[index] ?? "");
  }
}
