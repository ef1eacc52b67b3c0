// SPDX-License-Identifier: MIT

export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/** Columns of a line, as in biome.json. */
const widest = 100;

function format(value: Json, indent: string, used: number): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => format(item, inner, inner.length));
    const line = `[${items.join(", ")}]`;
    if (!line.includes("\n") && used + line.length + 1 <= widest) return line;
    return `[\n${items.map((item) => inner + item).join(",\n")}\n${indent}]`;
  }
  const entries = Object.entries(value as { readonly [key: string]: Json });
  if (entries.length === 0) return "{}";
  const lines = entries.map(([key, item]) => {
    const name = `${inner}${JSON.stringify(key)}: `;
    return name + format(item, inner, name.length);
  });
  return `{\n${lines.join(",\n")}\n${indent}}`;
}

/** A JSON document in the layout of the formatter: short arrays in one line, objects never. */
export function formatJson(value: Json): string {
  return `${format(value, "", 0)}\n`;
}
