// SPDX-License-Identifier: MIT

import { parse } from "@babel/parser";
import type { Edit } from "./edited-text.ts";
import { EditedText } from "./edited-text.ts";
import { membersOf, type Node } from "./syntax-node.ts";

/**
 * Lets constructors give the fields of a class their first values, in the order in which the fields stand.
 * XS makes a function of its own for fields. A class is left as it is where a field has the name of some
 * method or accessor: an assignment would not make a property then.
 */
export function moveFields(source: string): string {
  const classes: Node[] = [];
  const methods = new Set<string>();
  const visit = (node: Node): void => {
    if (/^Class(Declaration|Expression)$/.test(node.type)) classes.push(node);
    if (node.type === "ClassMethod") methods.add(nameOf(node) ?? "");
    for (const [, child] of membersOf(node)) visit(child);
  };
  visit(parse(source, { sourceType: "module" }).program as unknown as Node);
  const edits = classes.flatMap((one) => movesIn(one, source, methods));
  return new EditedText(source, edits).between(0, source.length);
}

function movesIn(one: Node, source: string, methods: ReadonlySet<string>): Edit[] {
  const isDerived = one.superClass !== null;
  const members = (one.body as Node).body as Node[];
  const fields = members.filter(
    ({ type, static: isStatic }) => type === "ClassProperty" && !isStatic,
  );
  const isPlain = fields.every((field) => {
    const name = nameOf(field);
    return name !== undefined && !methods.has(name) && !holdsClass(field);
  });
  if (fields.length === 0 || !isPlain) return [];
  const texts = fields.map((field) => {
    const value = field.value as Node | null;
    const text = value ? source.slice(value.start, value.end) : "void 0";
    return `this.${nameOf(field)} = ${text};`;
  });
  const gone = fields.map(({ start, end }) => ({ start, end, text: "" }));
  const maker = members.find(({ kind }) => kind === "constructor");
  if (!maker) {
    if (isDerived) return [];
    const [{ start, end }, ...others] = gone as [Edit, ...Edit[]];
    return [{ start, end, text: `constructor() { ${texts.join(" ")} }` }, ...others];
  }
  const { start, body: statements } = maker.body as Node & { readonly body: Node[] };
  const call = statements.find(
    ({ type, expression }) =>
      type === "ExpressionStatement" &&
      ((expression as Node).callee as Node | undefined)?.type === "Super",
  );
  if (isDerived && !call) return [];
  const at = call ? call.end : start + 1;
  return [...gone, { start: at, end: at, text: ` ${texts.join(" ")}` }];
}

/** The name of a member, if it is a plain one. */
function nameOf({ key, computed }: Node): string | undefined {
  const { type, name } = key as Node;
  return type === "Identifier" && computed !== true ? (name as string) : undefined;
}

function holdsClass(node: Node): boolean {
  return node.type === "ClassBody" || membersOf(node).some(([, child]) => holdsClass(child));
}
