// SPDX-License-Identifier: MIT

/** A node of the syntax tree, as far as it is looked at here. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [member: string]: unknown;
}

/** The nodes below a node. */
export function membersOf(node: Node): [member: string, node: Node][] {
  const isNode = (value: unknown): value is Node =>
    typeof value === "object" && value !== null && typeof (value as Node).type === "string";
  return Object.entries(node).flatMap(([member, value]) => {
    if (/Comments$|^(loc|extra|errors|tokens)$/.test(member)) return [];
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.filter(isNode).map((one): [string, Node] => [member, one]);
  });
}
