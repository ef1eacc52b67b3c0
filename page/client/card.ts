// SPDX-License-Identifier: MIT

import type { BoardView, Quantity } from "../board-view.ts";
import { el, setData, setText } from "./dom.ts";
import { Sparkline } from "./sparkline.ts";
import {
  ageText,
  airOf,
  healthText,
  peersText,
  presenceOf,
  quantityTexts,
  sensorText,
  signalText,
  valueText,
} from "./words.ts";

const small: readonly Quantity[] = ["voc", "temperature", "humidity", "pressure"];

/** One board as a card. */
export class Card {
  readonly element: HTMLElement;
  readonly #presence = el("span", { class: "presence" });
  readonly #air = el("p", { class: "air" });
  readonly #co2 = el("span", { class: "number" });
  readonly #values = new Map<Quantity, HTMLElement>();
  readonly #sensor = el("p", { class: "sensor" });
  readonly #pairs = el("p", { class: "pairs" });
  readonly #age = el("span");
  readonly #signal = el("span");
  readonly #health = el("p", { class: "health" });
  readonly #sparkline: Sparkline;

  constructor(id: string, now: number, onOpen: () => void) {
    this.#sparkline = new Sparkline(id, now);
    const list = el("dl", { class: "values" });
    for (const quantity of small) {
      const value = el("dd");
      this.#values.set(quantity, value);
      list.append(el("div", {}, el("dt", {}, quantityTexts[quantity].name), value));
    }
    const name = el("button", { type: "button", class: "name", onclick: onOpen }, id);
    this.element = el(
      "article",
      { class: "card" },
      el("div", { class: "head" }, el("h2", {}, name), this.#presence),
      el(
        "div",
        { class: "main" },
        el("p", { class: "co2" }, this.#co2, " ", el("span", { class: "unit" }, "ppm CO₂")),
        this.#sparkline.element,
      ),
      this.#air,
      list,
      this.#sensor,
      this.#pairs,
      el("p", { class: "foot" }, "Reading ", this.#age, " · Signal ", this.#signal),
      this.#health,
    );
  }

  show(board: BoardView, now: number): void {
    const { values, readingAt, peers = [] } = board;
    const presence = presenceOf(board, now);
    setData(this.element, "presence", presence.state);
    setText(this.#presence, presence.text);
    const air = airOf(board);
    setData(this.element, "air", air ? String(air.index) : "");
    setText(this.#air, air ? `Air ${air.word}` : "Air not known yet");
    setText(this.#co2, valueText("co2", values.co2));
    for (const [quantity, element] of this.#values) {
      setText(element, `${valueText(quantity, values[quantity])} ${quantityTexts[quantity].unit}`);
    }
    setText(this.#sensor, sensorText(board));
    setData(this.#sensor, "state", board.sensor?.state ?? "");
    setText(this.#pairs, peersText(peers, now));
    setText(this.#age, ageText(readingAt, now));
    setText(this.#signal, signalText(board));
    setText(this.#health, healthText(board, now));
    if (readingAt !== undefined && values.co2 !== undefined) {
      this.#sparkline.add(readingAt, values.co2, now);
    }
  }
}
