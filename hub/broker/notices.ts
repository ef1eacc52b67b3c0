// SPDX-License-Identifier: MIT

/** The same is not said again for so long, ms: who is refused tries again and again. */
const pause = 60_000;
/** Texts that are remembered; who makes up names is not to fill the memory. */
const most = 1_000;

export interface NoticesOptions {
  readonly say: (text: string) => void;
  readonly now?: () => number;
}

/** Of a text, characters. */
const longest = 64;

/** What whoever runs the broker should know, each at most once a minute. */
export class Notices {
  readonly #say: (text: string) => void;
  readonly #now: () => number;
  readonly #said = new Map<string, number>();

  constructor({ say, now = Date.now }: NoticesOptions) {
    this.#say = say;
    this.#now = now;
  }

  say(text: string): void {
    const now = this.#now();
    const before = this.#said.get(text);
    if (before !== undefined && now - before < pause) return;
    if (this.#said.size >= most) this.#said.clear();
    this.#said.set(text, now);
    this.#say(text);
  }
}

/** What somebody in the network has sent, as one may show it: short, and without signs that act. */
export function shownText(text: string): string {
  const plain = text.replaceAll(/[^\x20-\x7e]/g, "?");
  return plain.length > longest ? `${plain.slice(0, longest)}…` : plain;
}
