// SPDX-License-Identifier: MIT

import { parse } from "@babel/parser";
import { membersOf, type Node } from "./syntax-node.ts";

/**
 * The names that TypeScript sources give to nothing but private members, which are used as `this.name`
 * only. Nobody outside of a class can mean such a member, also not by a text with its name in it.
 */
export function privateNames(sources: Iterable<string>): Set<string> {
  const privates = new Set<string>();
  const others = new Set<string>();
  for (const source of sources) {
    const { program } = parse(source, { sourceType: "module", plugins: ["typescript"] });
    collect(program as unknown as Node, privates, others);
  }
  for (const name of others) privates.delete(name);
  return privates;
}

function collect(node: Node, privates: Set<string>, others: Set<string>): void {
  if (node.type === "StringLiteral") others.add(node.value as string);
  const key = keyOf(node);
  if (key) (node.accessibility === "private" ? privates : others).add(key);
  for (const [, child] of membersOf(node)) collect(child, privates, others);
}

/** The name of the member that a node declares, or means in another object than `this`. */
function keyOf(node: Node): string | undefined {
  const named = (value: unknown) => {
    const { type, name } = (value ?? {}) as Node;
    return type === "Identifier" && node.computed !== true ? (name as string) : undefined;
  };
  switch (node.type) {
    case "MemberExpression":
    case "OptionalMemberExpression":
      return (node.object as Node).type === "ThisExpression" ? undefined : named(node.property);
    case "TSParameterProperty":
      throw new Error("a parameter of a constructor that is a member as well: declare the member");
    default:
      return named(node.key);
  }
}
