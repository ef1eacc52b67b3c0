// SPDX-License-Identifier: MIT

import { parse } from "@babel/parser";
import { EditedText } from "./edited-text.ts";
import { moveFields } from "./field-moves.ts";
import { ProgramSurvey } from "./program-survey.ts";

export interface ShortenOptions {
  /** Private members stay private: for a board on which somebody may evaluate expressions. */
  readonly keepsPrivate?: boolean;
  /** Names of members that are private in TypeScript, which the bundler has left out: see privateNames(). */
  readonly privateNames?: ReadonlySet<string>;
}

/**
 * Makes a bundled program smaller on a board, without a change to what it does. XS keeps each name once,
 * in about 36 bytes, for properties and variables alike: so variables are called like properties. It
 * gives each method a slot for every private member that it touches: so private members become
 * properties with names that no other property has. The bundler makes `var` of the constants of a
 * module, for which XS keeps a place in RAM: so they become constants again. Fields have their first values
 * from the constructor.
 *
 * `source` is a module whose variables have different names wherever one scope sees the other, as the
 * bundler gives it with `minifyIdentifiers`. Throws an Error where it cannot tell what is meant.
 */
export function shortenNames(source: string, options: ShortenOptions = {}): string {
  const { keepsPrivate = false, privateNames = new Set() } = options;
  const { program } = parse(source, { sourceType: "module" });
  const survey = new ProgramSurvey(program, keepsPrivate ? new Set() : privateNames);
  const arrows = survey.arrowFunctions();
  const edits = [
    ...survey.variableEdits(),
    ...survey.constantEdits(),
    ...(keepsPrivate ? [] : survey.privateEdits()),
    ...arrows.flatMap((arrow) => arrow.edits),
  ];
  const text = new EditedText(source, edits);
  const pieces = arrows.map(({ start, end }) => text.between(start, end));
  let at = 0;
  for (const { start, end } of arrows) {
    pieces.push(text.between(at, start));
    at = end;
  }
  return moveFields([...pieces, text.between(at, source.length)].join("\n"));
}
