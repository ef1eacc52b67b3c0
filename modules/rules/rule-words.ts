// SPDX-License-Identifier: MIT

/** A text, word by word. */
export class Words {
  #rest: string;

  constructor(text: string) {
    this.#rest = text.trim();
  }

  /** The next word, which is not taken yet; empty: there is none. */
  get word(): string {
    const space = this.#rest.indexOf(" ");
    return space < 0 ? this.#rest : this.#rest.slice(0, space);
  }

  next(): string {
    const { word } = this;
    this.#rest = this.#rest.slice(word.length).trimStart();
    return word;
  }

  /** Everything that is left. */
  rest(): string {
    const rest = this.#rest;
    this.#rest = "";
    return rest;
  }
}

/** The number that a word is; undefined: it is none. */
export function numberIn(word: string): number | undefined {
  return /^-?\d{1,6}(\.\d{1,2})?$/.test(word) ? Number(word) : undefined;
}
