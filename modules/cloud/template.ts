// SPDX-License-Identifier: MIT

import type { Body, JsonTemplate, Template } from "./profile.ts";

/** What templates are filled with. */
export interface Scope {
  /** Undefined: there is no such value now; nothing takes its place. */
  valueOf(name: string): string | number | boolean | undefined;
  /** Names and values of a reading, values as JSON. */
  members(): readonly (readonly [name: string, json: string])[];
  /** Whether it is so. */
  is(condition: string): boolean;
}

/** A name in braces; those of a template of Home Assistant have spaces. */
const placeholder = /\{([a-z][A-Za-z]*)\}/g;
const onlyPlaceholder = /^\{([a-z][A-Za-z]*)\}$/;

/** How a value is written in a text. */
type Escaping = "none" | "uri";

/** A text with its values. */
export function fillText(template: Template, scope: Scope, escaping: Escaping = "none"): string {
  return template.replace(placeholder, (_, name: string) => {
    const text = String(scope.valueOf(name) ?? "");
    return escaping === "uri" ? encodeURIComponent(text) : text;
  });
}

/** The text of a body. */
export function fillBody(body: Body, scope: Scope): string {
  if ("text" in body) return fillText(body.text, scope);
  return "json" in body ? fillJson(body.json, scope) : fillForm(body.form, scope);
}

/** JSON with its values, as text: no object is made of it, and no name that a heap would keep. */
export function fillJson(template: JsonTemplate, scope: Scope): string {
  if (typeof template === "string") return jsonOf(template, scope);
  if (typeof template !== "object") return JSON.stringify(template);
  if (isList(template)) return `[${template.map((each) => fillJson(each, scope)).join(",")}]`;
  const parts: string[] = [];
  for (const [name, value] of Object.entries(template)) {
    const [key = "", condition] = name.split("?");
    if (condition !== undefined && !scope.is(condition)) continue;
    if (key === "*") parts.push(...membersOf(scope));
    else parts.push(`${JSON.stringify(fillText(key, scope))}:${fillJson(value, scope)}`);
  }
  return `{${parts.join(",")}}`;
}

function isList(template: JsonTemplate): template is readonly JsonTemplate[] {
  return Array.isArray(template);
}

function jsonOf(template: Template, scope: Scope): string {
  const name = onlyPlaceholder.exec(template)?.[1];
  if (name === "values") return `{${membersOf(scope).join(",")}}`;
  const value = name === undefined ? fillText(template, scope) : scope.valueOf(name);
  return JSON.stringify(value ?? null);
}

function membersOf(scope: Scope): string[] {
  return scope.members().map(([name, json]) => `${JSON.stringify(name)}:${json}`);
}

function fillForm(form: { readonly [name: string]: Template }, scope: Scope): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(form)) {
    if (name === "*") parts.push(...scope.members().map(([key, json]) => `${key}=${json}`));
    else parts.push(`${name}=${fillText(value, scope, "uri")}`);
  }
  return parts.join("&");
}
