// SPDX-License-Identifier: MIT

import { parse } from "@babel/parser";
import { ProgramSurvey } from "./program-survey.ts";

/** One piece of a source that becomes another text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface ShortenOptions {
  /** Private members stay private: for a board on which somebody may evaluate expressions. */
  readonly keepsPrivate?: boolean;
}

/**
 * Makes a bundled program smaller on a board, without a change to what it does. XS keeps each name once,
 * in about 36 bytes, for properties and variables alike: so variables are called like properties. It
 * gives each method a slot for every private member that it touches: so private members become
 * properties with names that no other property has. The bundler makes `var` of the constants of a
 * module, for which XS keeps a place in RAM: so they become constants again.
 *
 * `source` is a module whose variables have different names wherever one scope sees the other, as the
 * bundler gives it with `minifyIdentifiers`. Throws an Error where it cannot tell what is meant.
 */
export function shortenNames(source: string, options: ShortenOptions = {}): string {
  const survey = new ProgramSurvey(parse(source, { sourceType: "module" }).program);
  const arrows = survey.arrowFunctions();
  const edits = [
    ...survey.variableEdits(),
    ...survey.constantEdits(),
    ...(options.keepsPrivate ? [] : survey.privateEdits()),
    ...arrows.flatMap((arrow) => arrow.edits),
  ];
  const text = new EditedText(source, edits);
  const pieces = arrows.map(({ start, end }) => text.between(start, end));
  let at = 0;
  for (const { start, end } of arrows) {
    pieces.push(text.between(at, start));
    at = end;
  }
  return [...pieces, text.between(at, source.length)].join("\n");
}

/** A source with all its changes. */
class EditedText {
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
