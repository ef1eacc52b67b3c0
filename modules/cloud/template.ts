// SPDX-License-Identifier: MIT

import type { Body, JsonPart, JsonTemplate, Template } from "./profile.ts";

/** What templates are filled with. */
export interface Scope {
  /** Undefined: there is no such value now; nothing takes its place. */
  valueOf(name: string): string | number | boolean | undefined;
  /** Names and values of a reading, values as JSON. */
  members(): readonly (readonly [name: string, json: string])[];
  /** Whether it is so. */
  is(condition: string): boolean;
}

/** A name in braces; those of a template of Home Assistant have spaces. `=`: a value by itself. */
const placeholder = /\{(=?)([a-z][A-Za-z]*)\}/g;
const onlyPlaceholder = /^\{([a-z][A-Za-z]*)\}$/;

/** How a value is written in a text. */
type Escaping = "none" | "uri";

/** A text with its values. */
export function fillText(template: Template, scope: Scope, escaping: Escaping = "none"): string {
  // Most have none, and looking for a pattern costs more.
  if (!template.includes("{")) return template;
  return template.replace(placeholder, (_, _mark: string, name: string) => {
    const text = String(scope.valueOf(name) ?? "");
    return escaping === "uri" ? encodeURIComponent(text) : text;
  });
}

/** The text of a body. */
export function fillBody(body: Body, scope: Scope): string {
  if ("text" in body) return fillText(body.text, scope);
  if ("form" in body) return fillForm(body.form, scope);
  return fillParts("parts" in body ? body.parts : compiled(body.json), scope);
}

/** JSON with its values, as text: no object is made of it, and no name that a heap would keep. */
export function fillJson(template: JsonTemplate, scope: Scope): string {
  return fillParts(compiled(template), scope);
}

/** A template as pieces of text, which are soon filled in: done once, where a profile is built in. */
export function compiled(template: JsonTemplate): JsonPart[] {
  const parts: { text: string; only?: string }[] = [{ text: "" }];
  const add = (text: string, only: string | undefined) => {
    const last = parts.at(-1);
    if (last?.only === only && last) last.text += text;
    else parts.push(only === undefined ? { text } : { text, only });
  };
  const write = (value: JsonTemplate, only: string | undefined): void => {
    if (typeof value !== "object")
      add(typeof value === "string" ? quoted(value) : String(value), only);
    else if (isList(value)) {
      add("[", only);
      for (const each of value) {
        write(each, only);
        add(",", only);
      }
      add("]", only);
    } else {
      add("{", only);
      for (const [name, member] of Object.entries(value)) {
        const [key = "", condition = only] = name.split("?");
        if (key === "*") add("{=members},", condition);
        else {
          add(`${JSON.stringify(key)}:`, condition);
          write(member, condition);
          add(",", condition);
        }
      }
      add("}", only);
    }
  };
  write(template, undefined);
  return parts.flatMap(splitAtValues);
}

/** A piece of text with its placeholders, as one piece for each of them. */
function splitAtValues({ text, only }: JsonPart): JsonPart[] {
  const clean = text.replace(/,([\]}])/g, "$1");
  const more = only === undefined ? {} : { only };
  const parts: JsonPart[] = [];
  let from = 0;
  for (const { 0: all, 1: mark, 2: name = "", index } of clean.matchAll(placeholder)) {
    const isBare = mark === "=" ? ({ isBare: true } as const) : {};
    parts.push({ text: clean.slice(from, index), name, ...isBare, ...more });
    from = index + all.length;
  }
  return from < clean.length ? [...parts, { text: clean.slice(from), ...more }] : parts;
}

function isList(template: JsonTemplate): template is readonly JsonTemplate[] {
  return Array.isArray(template);
}

function quoted(template: Template): string {
  const name = onlyPlaceholder.exec(template)?.[1];
  return name === undefined ? JSON.stringify(template) : `{=${name}}`;
}

function fillParts(parts: readonly JsonPart[], scope: Scope): string {
  return fillOn(parts, scope, notBegun, parts.length).text;
}

/** A text that is being put together of parts: what there is of it, and how many it has taken. */
export interface BegunText {
  readonly text: string;
  readonly at: number;
}

export const notBegun: BegunText = Object.freeze({ text: "", at: 0 });

/**
 * Goes on with a text by at most so many parts; it is whole when `at` is their number. What conditions say
 * must not change in between. No regular expression looks at the whole: a document of Home Assistant has 2 KB.
 */
export function fillOn(
  parts: readonly JsonPart[],
  scope: Scope,
  begun: BegunText,
  count: number,
): BegunText {
  const end = Math.min(parts.length, begun.at + count);
  let { text, at } = begun;
  for (; at < end; at++) {
    const part = parts[at] as JsonPart;
    const { text: more, name, only } = part;
    if (only !== undefined && !scope.is(only)) continue;
    const isOver = text.endsWith(",") && (more.startsWith("}") || more.startsWith("]"));
    text = (isOver ? text.slice(0, -1) : text) + more;
    if (name !== undefined) text += valueText(name, part.isBare === true, scope);
  }
  // A value may end with a comma, too; only the last part has none behind it.
  if (end === parts.length && text.endsWith(",")) text = text.slice(0, -1);
  return { text, at: end };
}

/** A value as JSON, or as a part of a text in JSON. */
function valueText(name: string, isBare: boolean, scope: Scope): string {
  if (isBare && name === "members") return membersOf(scope);
  if (isBare && name === "values") return `{${membersOf(scope)}}`;
  const value = scope.valueOf(name);
  return isBare ? JSON.stringify(value ?? null) : JSON.stringify(String(value ?? "")).slice(1, -1);
}

function membersOf(scope: Scope): string {
  return scope
    .members()
    .map(([name, json]) => `${JSON.stringify(name)}:${json}`)
    .join(",");
}

function fillForm(form: { readonly [name: string]: Template }, scope: Scope): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(form)) {
    if (name === "*") parts.push(...scope.members().map(([key, json]) => `${key}=${json}`));
    else parts.push(`${name}=${fillText(value, scope, "uri")}`);
  }
  return parts.join("&");
}
