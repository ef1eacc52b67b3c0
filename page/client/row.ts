// SPDX-License-Identifier: MIT

import { type BoardView, type PeerView, quantities } from "../board-view.ts";
import { el, setData, setText } from "./dom.ts";
import { airOf, presenceOf, quantityTexts, sensorText, shortAgeText, valueText } from "./words.ts";

/** The head of the list of boards. */
export function rowHead(): HTMLElement {
  const values = quantities.map((quantity) => quantityTexts[quantity].short);
  const names = ["Board", "Presence", "Air", ...values, "dBm", "Age", "Sensor", "Paired"];
  return el("thead", {}, el("tr", {}, ...names.map((name) => el("th", { scope: "col" }, name))));
}

/** "board-b 3 s". */
function shortPeer({ id, heardAt, isAway }: PeerView, now: number): string {
  return `${id} ${isAway ? "away" : shortAgeText(heardAt, now)}`;
}

const sensorCell = quantities.length + 4;

/** One board as a row of the list. */
export class Row {
  readonly element: HTMLElement;
  readonly #cells: readonly HTMLElement[];

  constructor(id: string, onOpen: () => void) {
    const name = el("button", { type: "button", class: "name", onclick: onOpen }, id);
    this.#cells = Array.from({ length: quantities.length + 6 }, () => el("td"));
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
      board.health?.RSSI === undefined ? "–" : String(board.health.RSSI),
      board.readingAt === undefined ? "–" : shortAgeText(board.readingAt, now),
      sensorText(board)
        .replace(/^Sensor /, "")
        .replace(/ left$/, ""),
      (board.peers ?? []).map((peer) => shortPeer(peer, now)).join(", "),
    ];
    for (const [index, cell] of this.#cells.entries()) setText(cell, texts[index] ?? "");
    const sensor = this.#cells[sensorCell];
    if (sensor) setData(sensor, "state", board.sensor?.state ?? "");
  }
}
