// SPDX-License-Identifier: MIT

import type { BoardView, PeerView } from "../board-view.ts";
import { el, setText } from "./dom.ts";
import { act, type LiveBoards, pairBoards, sendCommand } from "./server.ts";
import { pairAgeText } from "./words.ts";

/** Takes what came of it: the command, its outcome in words, and whether it is good. */
type Answer = (command: string, text: string, isGood: boolean) => void;

const untold =
  "Known to the board alone, until its own console is told: set remote.pair on. " +
  "Then this page shows and makes pairs, and who is paired is told to everybody on the broker.";

/** The pairs of a board: who they are, and how one is made and ended. */
export class PairControls {
  readonly element: HTMLElement;
  readonly #id: string;
  readonly #answer: Answer;
  readonly #list = el("ul", { class: "peers" });
  readonly #others = el("select", { "aria-label": "Board to pair with" });
  readonly #form: HTMLElement;
  readonly #button = el("button", {}, "Pair");
  readonly #peers = new Map<string, { item: HTMLElement; age: HTMLElement }>();
  readonly #hint = el("p", { class: "hint" }, untold);
  #isSimulated = false;
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
    this.element.append(this.#hint, this.#list, this.#form);
  }

  show(board: BoardView, boards: readonly BoardView[], live: LiveBoards): void {
    const { peers } = board;
    this.#isSimulated = live.simulated(this.#id) !== undefined;
    this.#hint.hidden = peers !== undefined;
    this.showPeers(peers ?? [], live.now);
    const names = (peers ?? []).map(({ id }) => id);
    const all = boards.filter((other) => this.canPair(other, live)).map(({ id }) => id);
    const others = all.filter((id) => id !== this.#id && !names.includes(id));
    this.#form.hidden = peers === undefined || others.length === 0;
    if (others.join("\n") === this.#choices) return;
    this.#choices = others.join("\n");
    this.#others.replaceChildren(...others.map((id) => el("option", {}, id)));
  }

  /** Simulated boards among themselves, and others where both take it over MQTT. */
  private canPair({ id, peers }: BoardView, live: LiveBoards): boolean {
    if (this.#isSimulated) return live.simulated(id) !== undefined;
    return peers !== undefined && live.simulated(id) === undefined;
  }

  private showPeers(peers: readonly PeerView[], now: number): void {
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
      const { ok = true, text = "done" } = await this.perform(kind, value);
      this.#answer(command, kind === "pair" ? `${value}: ${text}` : text, ok);
    } catch (error) {
      this.#answer(command, error instanceof Error ? error.message : String(error), false);
    }
  }

  private perform(
    kind: "pair" | "unpair",
    value: string,
  ): Promise<{ readonly ok?: boolean; readonly text?: string }> {
    if (this.#isSimulated) return act({ kind, board: this.#id, value });
    if (kind === "pair") return pairBoards(this.#id, value);
    return sendCommand(this.#id, `unpair ${value}`);
  }
}
