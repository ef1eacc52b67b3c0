// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";

/** What can stand between {{ and }}. */
export const valueNames = frozen([
  ...["co2", "voc", "pressure", "temperature", "humidity"],
  ...["name", "id", "time", "text", "rule", "active"],
] as const);

/** Gives the values that a template asks for; undefined: there is none now. */
export interface TemplateValues {
  valueOf(name: string): string | number | boolean | undefined;
}

/** How a value is written: inside JSON, in a form or an address, or as it is. */
export type Escaping = "json" | "form" | "none";

/** One loop and no more: with spaces left out here, a line of spaces would keep a board busy for minutes. */
const placeholder = /\{\{([^{}]*)\}\}/g;

/** Why a text is no template, without repeating it; undefined: it is one. */
export function whyNoTemplate(text: string): string | undefined {
  for (const [, name = ""] of text.matchAll(placeholder)) {
    if (!valueNames.some((each) => each === name.trim())) {
      return `takes {{…}} with one of ${valueNames.join(", ")}`;
    }
  }
  return undefined;
}

/** The template with its values. A value that there is not is `null` in JSON and nothing elsewhere. */
export function fillTemplate(text: string, values: TemplateValues, escaping: Escaping): string {
  return text.replace(placeholder, (_, name: string) => {
    return escaped(values.valueOf(name.trim()), escaping);
  });
}

function escaped(value: string | number | boolean | undefined, escaping: Escaping): string {
  if (value === undefined) return escaping === "json" ? "null" : "";
  switch (escaping) {
    case "json":
      return JSON.stringify(String(value)).slice(1, -1);
    case "form":
      return encodeURIComponent(value);
    case "none":
      return String(value);
  }
}
