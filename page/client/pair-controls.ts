// SPDX-License-Identifier: MIT

import type { SimulatedPeer } from "../../hosts/sim/node/simulation-report.ts";
import { el, setText } from "./dom.ts";
import { act, type LiveBoards } from "./server.ts";
import { pairAgeText } from "./words.ts";

/** Takes what came of it: the command, its outcome in words, and whether it is good. */
type Answer = (command: string, text: string, isGood: boolean) => void;

/** The pairs of a simulated board: who they are, and how one is made and ended. */
export class PairControls {
  readonly element: HTMLElement;
  readonly #id: string;
  readonly #answer: Answer;
  readonly #list = el("ul", { class: "peers" });
  readonly #others = el("select", { "aria-label": "Board to pair with" });
  readonly #form: HTMLElement;
  readonly #button = el("button", {}, "Pair");
  readonly #peers = new Map<string, { item: HTMLElement; age: HTMLElement }>();
  #choices = "";

  constructor(id: string, answer: Answer) {
    this.#id = id;
    this.#answer = answer;
    const submit = (event: Event) => {
      event.preventDefault();
      void this.pair(this.#others.value);
    };
    this.#form = el("form", { class: "pairing", onsubmit: submit }, this.#others, this.#button);
    const title = el("h3", {}, "Pairs");
    this.element = el("section", { class: "act", "aria-label": "Pairs" }, title);
    this.element.append(this.#list, this.#form);
    this.element.hidden = true;
  }

  show(live: LiveBoards): void {
    const state = live.simulated(this.#id);
    this.element.hidden = state === undefined;
    if (!state) return;
    this.showPeers(state.peers, live.now);
    const names = state.peers.map(({ id }) => id);
    const all = live.simulation?.boards.map(({ id }) => id) ?? [];
    const others = all.filter((id) => id !== this.#id && !names.includes(id));
    this.#form.hidden = others.length === 0;
    if (others.join("\n") === this.#choices) return;
    this.#choices = others.join("\n");
    this.#others.replaceChildren(...others.map((id) => el("option", {}, id)));
  }

  private showPeers(peers: readonly SimulatedPeer[], now: number): void {
    for (const [id, { item }] of this.#peers) {
      if (peers.some((peer) => peer.id === id)) continue;
      item.remove();
      this.#peers.delete(id);
    }
    for (const peer of peers) {
      const { age } = this.#peers.get(peer.id) ?? this.addPeer(peer.id);
      setText(age, pairAgeText(peer, now));
    }
  }

  private addPeer(id: string) {
    const age = el("span", { class: "hint" });
    const unpair = () => void this.send("unpair", id, `unpair ${id}`);
    const button = el(
      "button",
      { type: "button", onclick: unpair, "aria-label": `Unpair ${id}` },
      "Unpair",
    );
    const item = el("li", {}, el("span", {}, id, " ", age), button);
    this.#list.append(item);
    const entry = { item, age };
    this.#peers.set(id, entry);
    return entry;
  }

  private async pair(other: string): Promise<void> {
    if (other === "") return;
    this.#button.disabled = true;
    setText(this.#button, "Pairing…");
    await this.send("pair", other, `pair with ${other}`);
    this.#button.disabled = false;
    setText(this.#button, "Pair");
  }

  private async send(kind: "pair" | "unpair", value: string, command: string): Promise<void> {
    try {
      const { text = "done" } = await act({ kind, board: this.#id, value });
      this.#answer(command, kind === "pair" ? `${value}: ${text}` : text, true);
    } catch (error) {
      this.#answer(command, error instanceof Error ? error.message : String(error), false);
    }
  }
}
