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
  return parts;
}

function isList(template: JsonTemplate): template is readonly JsonTemplate[] {
  return Array.isArray(template);
}

function quoted(template: Template): string {
  const name = onlyPlaceholder.exec(template)?.[1];
  return name === undefined ? JSON.stringify(template) : `{=${name}}`;
}

function fillParts(parts: readonly JsonPart[], scope: Scope): string {
  let text = "";
  for (const part of parts) {
    if (part.only === undefined || scope.is(part.only)) text += part.text;
  }
  // Commas behind the last, which is so only before there are values in it.
  const whole = text.replace(/,([\]}])/g, "$1").replace(/,$/, "");
  return whole.replace(placeholder, (_, mark: string, name: string) => {
    if (mark === "=" && name === "members") return membersOf(scope);
    if (mark === "=" && name === "values") return `{${membersOf(scope)}}`;
    const value = scope.valueOf(name);
    if (mark === "=") return JSON.stringify(value ?? null);
    return JSON.stringify(String(value ?? "")).slice(1, -1);
  });
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
