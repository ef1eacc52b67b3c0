// SPDX-License-Identifier: MIT

import type { BoardView } from "../board-view.ts";
import { el, setData, setText } from "./dom.ts";
import { type Box, wayBetween } from "./pair-ways.ts";
import { pairAgeText, shortAgeText } from "./words.ts";

const namespace = "http://www.w3.org/2000/svg";

/** Two boards that are paired, and what one of them has heard of the other last. */
export interface Pair {
  readonly one: string;
  readonly other: string;
  readonly heardAt: number | undefined;
  readonly isAway: boolean;
}

/** Each pair once, in the order of the boards. */
export function pairsOf(boards: readonly Pick<BoardView, "id" | "peers">[]): Pair[] {
  const pairs = new Map<string, Pair>();
  for (const { id, peers = [] } of boards) {
    for (const { id: peer, heardAt, isAway } of peers) {
      const [one, other] = pairs.has(`${peer}\n${id}`) ? [peer, id] : [id, peer];
      const key = `${one}\n${other}`;
      const known = pairs.get(key);
      const latest = Math.max(heardAt ?? 0, known?.heardAt ?? 0);
      pairs.set(key, {
        one,
        other,
        heardAt: latest === 0 ? undefined : latest,
        isAway: isAway || known?.isAway === true,
      });
    }
  }
  return [...pairs.values()];
}

interface Line {
  readonly path: SVGPathElement;
  readonly label: HTMLElement;
}

/**
 * Lines between the cards of paired boards, with the age of the last message; for the eye only, the
 * cards have words. Places are measured when cards or the window change, not with each message.
 */
export class PairLines {
  readonly #svg = document.createElementNS(namespace, "svg");
  readonly #labels = el("div", { class: "pair-labels", "aria-hidden": "true" });
  readonly #lines = new Map<string, Line>();
  readonly #sizes = new ResizeObserver(() => this.place());
  #holder: HTMLElement | undefined;
  #cards: ReadonlyMap<string, HTMLElement> = new Map();
  #pairs: readonly Pair[] = [];
  #shape = "";

  constructor() {
    this.#svg.setAttribute("class", "pair-lines");
    this.#svg.setAttribute("aria-hidden", "true");
  }

  /** Draws them among the cards of `holder`; undefined: there are no cards. */
  show(
    holder: HTMLElement | undefined,
    cards: ReadonlyMap<string, HTMLElement>,
    pairs: readonly Pair[],
    now: number,
  ): void {
    this.#cards = cards;
    this.#pairs = pairs.filter(({ one, other }) => cards.has(one) && cards.has(other));
    this.move(holder);
    if (!holder) return;
    setData(holder, "paired", String(this.#pairs.length > 0));
    const shape = [...cards.keys(), ...this.#pairs.map(keyOf)].join("\r");
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.make();
      this.place();
    }
    for (const pair of this.#pairs) {
      const line = this.#lines.get(keyOf(pair));
      if (!line) continue;
      const { heardAt, isAway } = pair;
      const state = isAway ? "away" : heardAt === undefined ? "new" : "here";
      if (line.path.getAttribute("data-state") !== state) {
        line.path.setAttribute("data-state", state);
      }
      setData(line.label, "state", state);
      setText(line.label, shortAgeText(heardAt, now));
      const title = `${pair.one} and ${pair.other}: ${pairAgeText(pair, now)}`;
      if (line.label.title !== title) line.label.title = title;
    }
  }

  private move(holder: HTMLElement | undefined): void {
    if (holder === this.#holder) return;
    this.#sizes.disconnect();
    this.#svg.remove();
    this.#labels.remove();
    this.#holder = holder;
    this.#shape = "";
    if (!holder) return;
    holder.append(this.#svg, this.#labels);
    this.#sizes.observe(holder);
  }

  private make(): void {
    this.#lines.clear();
    for (const pair of this.#pairs) {
      const path = document.createElementNS(namespace, "path");
      this.#lines.set(keyOf(pair), { path, label: el("span", {}) });
    }
    const lines = [...this.#lines.values()];
    this.#svg.replaceChildren(...lines.map(({ path }) => path));
    this.#labels.replaceChildren(...lines.map(({ label }) => label));
  }

  private place(): void {
    for (const pair of this.#pairs) {
      const line = this.#lines.get(keyOf(pair));
      const [a, b] = [pair.one, pair.other].map((id) => boxOf(this.#cards.get(id)));
      if (!line || !a || !b) continue;
      const { path, x, y } = wayBetween(a, b);
      line.path.setAttribute("d", path);
      line.label.style.left = `${x}px`;
      line.label.style.top = `${y}px`;
    }
  }
}

function keyOf({ one, other }: Pair): string {
  return `${one}\n${other}`;
}

function boxOf(card: HTMLElement | undefined): Box | undefined {
  if (!card) return undefined;
  const { offsetLeft: left, offsetTop: top, offsetWidth: width, offsetHeight: height } = card;
  return { left, top, width, height };
}
