// SPDX-License-Identifier: MIT

/** One piece of a source that becomes another text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A source with all its changes. */
export class EditedText {
  readonly #source: string;
  readonly #edits: readonly Edit[];

  constructor(source: string, edits: readonly Edit[]) {
    this.#source = source;
    this.#edits = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
    let at = 0;
    for (const { start, end } of this.#edits) {
      if (start < at) throw new Error(`two changes at once at ${source.slice(start, start + 40)}`);
      at = end;
    }
  }

  /** What becomes of a part of the source. */
  between(from: number, to: number): string {
    const texts: string[] = [];
    let at = from;
    for (const { start, end, text } of this.#edits) {
      if (start < from || end > to || (start === to && start < end)) continue;
      texts.push(this.#source.slice(at, start), text);
      at = end;
    }
    return texts.join("") + this.#source.slice(at, to);
  }
}
