// SPDX-License-Identifier: MIT

import type { Edit } from "./edited-text.ts";
import { membersOf, type Node } from "./syntax-node.ts";

interface Variable {
  readonly name: string;
  readonly node: Node;
  /** What stands before the name, where one word is both the name of a property and the variable. */
  readonly prefix: string;
}

interface PrivateUse {
  readonly node: Node;
  readonly name: string;
  readonly of: ClassNames;
}

/** A class and its private members, `name` for `#name` and `.name` for those of TypeScript. */
interface ClassNames {
  readonly node: Node;
  readonly members: ReadonlySet<string>;
  /** Those that are methods or accessors. */
  readonly methods: ReadonlySet<string>;
  /** The variables that it may be in; none: nobody can extend it. */
  readonly names: readonly string[];
}

/** Words that no variable may be called, and names that mean something of their own. */
const reserved = new Set(
  `abstract arguments async await break case catch class const continue debugger default delete do
  else enum eval export extends false finally for function get if implements import in instanceof
  interface let native new null of package private protected public return set static super switch
  this throw true try typeof undefined var void while with yield`.split(/\s+/),
);

const word = /^[A-Za-z_$][\w$]*$/;

/** All short words, the shortest first. */
function* shortWords(prefix = ""): Generator<string> {
  const letters = "abcdefghijklmnopqrstuvwxyz";
  for (let number = 0; ; number++) {
    let text = "";
    for (let rest = number + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
      text = letters[(rest - 1) % 26] + text;
    }
    yield prefix + text;
  }
}

/** What a program calls by which name. */
export class ProgramSurvey {
  readonly #properties = new Set<string>();
  readonly #variables: Variable[] = [];
  readonly #declared = new Set<string>();
  readonly #assigned = new Set<string>();
  readonly #exported = new Set<string>();
  readonly #privateUses: PrivateUse[] = [];
  readonly #classes: ClassNames[] = [];
  readonly #bareFields: Node[] = [];
  /** Variables whose name is also that of a property. */
  readonly #shorthands = new Set<Node>();
  readonly #top: readonly Node[];
  /** Declarations of the program that only give a number its name. */
  readonly #numbers: readonly Node[];
  /** The classes that the walk is inside of, the innermost last. */
  readonly #inside: ClassNames[] = [];
  /** Names that stand behind `new` or `extends`, or whose members are looked at. */
  readonly #usedAsObjects = new Set<string>();
  /** Names of members that are private in TypeScript. */
  readonly #privateNames: ReadonlySet<string>;

  constructor(program: object, privateNames: ReadonlySet<string>) {
    this.#privateNames = privateNames;
    this.#top = membersOf(program as Node).map(([, node]) => node);
    for (const node of this.#top) this.visit(node, program as Node, "body");
    this.#numbers = this.#top.filter((node) => this.isNumber(node));
  }

  /** Calls variables like properties; where there are more of them, by the shortest free words. */
  variableEdits(): Edit[] {
    const free = new Set(this.#variables.map(({ name }) => name));
    for (const name of this.#declared) free.delete(name);
    const isOpen = (name: string) => word.test(name) && !reserved.has(name) && !free.has(name);
    const known = new Set([...this.#properties].filter(isOpen));
    const names = known[Symbol.iterator]();
    const others = shortWords();
    const nextName = (): string => {
      for (;;) {
        const { value, done } = names.next();
        if (!done) return value;
        const other = others.next().value as string;
        if (isOpen(other) && !known.has(other)) return other;
      }
    };
    const numbers = this.numbers();
    const named = [...this.#declared].filter((name) => !numbers.has(name));
    const renamed = new Map([...numbers, ...named.map((name) => [name, nextName()] as const)]);
    return this.#variables
      .filter(({ name, node }) => renamed.has(name) && !this.isDropped(node))
      .map(({ name, node, prefix }) => ({
        start: node.start,
        end: node.start + name.length,
        text: prefix + renamed.get(name),
      }));
  }

  /** Numbers that have a name of their own in the program, as texts. They stand for themselves then. */
  private numbers(): Map<string, string> {
    return new Map(
      this.#numbers.map(({ declarations }) => {
        const [{ id, init }] = declarations as [Node];
        return [(id as Node).name as string, numberText(init as Node) as string];
      }),
    );
  }

  private isNumber({ type, kind, declarations }: Node): boolean {
    if (type !== "VariableDeclaration" || kind !== "var") return false;
    const [{ id, init }, ...others] = declarations as [Node, ...Node[]];
    const isNamed = (id as Node).type === "Identifier" && others.length === 0;
    if (!isNamed || !init || numberText(init as Node) === undefined) return false;
    const name = (id as Node).name as string;
    const isValue = !this.#assigned.has(name) && !this.#exported.has(name);
    return isValue && !this.#usedAsObjects.has(name);
  }

  private isDropped(node: Node): boolean {
    return this.#numbers.some(({ start, end }) => start <= node.start && node.start < end);
  }

  /** Makes constants of the variables of the program that nobody assigns to. */
  constantEdits(): Edit[] {
    const dropped = this.#numbers.map(({ start, end }) => ({ start, end, text: "" }));
    const isConstant = ({ id, init }: Node) => {
      const names = bindingsOf(id as Node).map(({ name }) => name as string);
      return init !== null && init !== undefined && !names.some((name) => this.#assigned.has(name));
    };
    const constants = this.#top
      .filter((node) => node.type === "VariableDeclaration" && node.kind === "var")
      .filter((node) => !this.#numbers.includes(node))
      .filter(({ declarations }) => (declarations as Node[]).every(isConstant))
      .map(({ start }) => ({ start, end: start + "var".length, text: "const" }));
    return [...dropped, ...constants];
  }

  /**
   * The functions of the program that can be arrow functions: those that are only called, and have
   * neither `this` nor `arguments`. They are to go before all else, where functions are in effect.
   */
  arrowFunctions(): { readonly start: number; readonly end: number; readonly edits: Edit[] }[] {
    return this.#top
      .filter((node) => this.isPlain(node))
      .map(({ start, end, id, body }) => {
        const name = id as Node;
        const open = { start, end: name.start, text: "const " };
        const equals = { start: name.end, end: name.end, text: " = " };
        const { start: bodyStart, end: bodyEnd } = body as Node;
        const arrow = { start: bodyStart, end: bodyStart, text: "=> " };
        const semicolon = { start: bodyEnd, end: bodyEnd, text: ";" };
        return { start, end, edits: [open, equals, arrow, semicolon] };
      });
  }

  private isPlain(node: Node): boolean {
    if (node.type !== "FunctionDeclaration" || node.generator === true || node.async === true)
      return false;
    const { name } = node.id as Node;
    return !this.#usedAsObjects.has(name as string) && !usesItsCall(node.body as Node);
  }

  /** Makes properties of private members; fields without a value come with their first assignment. */
  privateEdits(): Edit[] {
    const families = this.families();
    const renamed = new Map<Set<ClassNames>, Map<string, string>>();
    for (const family of new Set(families.values())) renamed.set(family, this.namesFor(family));
    const bare = this.#bareFields.map(({ start, end }) => ({ start, end, text: "" }));
    const isBare = (at: number) => bare.some(({ start, end }) => start <= at && at < end);
    const uses = this.#privateUses
      .filter(({ node }) => !isBare(node.start))
      .map(({ node, name, of }) => ({
        start: node.start,
        end: node.end,
        text:
          renamed.get(families.get(of) as Set<ClassNames>)?.get(`${of.node.start} ${name}`) ?? "",
      }));
    return [...bare, ...uses];
  }

  /**
   * Different names for the members of classes that may be in one object. No field is called like a
   * method of any class: see moveFields().
   */
  private namesFor(family: ReadonlySet<ClassNames>): Map<string, string> {
    const [fields, methods] = [shortWords("_"), shortWords("$")];
    const nextName = (words: Generator<string>): string => {
      for (;;) {
        const name = words.next().value as string;
        if (!this.#properties.has(name)) return name;
      }
    };
    return new Map(
      [...family].flatMap((one) =>
        [...one.members].map((member) => {
          const words = one.methods.has(member) ? methods : fields;
          return [`${one.node.start} ${member}`, nextName(words)] as const;
        }),
      ),
    );
  }

  /** For each class all that extend it, that it extends, and so on. */
  private families(): ReadonlyMap<ClassNames, Set<ClassNames>> {
    const families = new Map(this.#classes.map((one) => [one, new Set([one])]));
    for (const one of this.#classes) {
      const parent = one.node.superClass as Node | null;
      if (parent === null) continue;
      const isName = parent.type === "Identifier";
      const parents = this.#classes.filter(({ names }) => names.includes(parent.name as string));
      const isOutside = isName && !this.#declared.has(parent.name as string);
      if (parents.length === 0 && !isOutside && one.members.size > 0 && !this.isImported(parent)) {
        throw new Error(
          `nobody can tell what class ${one.names[0] ?? ""} extends, and it has private members: extend a class by its name`,
        );
      }
      for (const other of parents) {
        const joined = new Set([...(families.get(one) ?? []), ...(families.get(other) ?? [])]);
        for (const member of joined) families.set(member, joined);
      }
    }
    return families;
  }

  /** Whether a class comes from a module outside of the program. */
  private isImported(parent: Node): boolean {
    return this.#top
      .filter(({ type }) => type === "ImportDeclaration")
      .flatMap(({ specifiers }) => specifiers as Node[])
      .some(({ local }) => (local as Node).name === parent.name);
  }

  private visit(node: Node, parent: Node, member: string): void {
    switch (node.type) {
      case "Identifier":
        this.identifier(node, parent, member);
        return;
      case "PrivateName":
        this.privateName(node);
        return;
      case "ClassDeclaration":
      case "ClassExpression":
        this.classBody(node, parent);
        return;
      case "ClassPrivateProperty":
      case "ClassProperty":
        if (node.value === null && node.static !== true && this.privateMember(node) !== undefined)
          this.#bareFields.push(node);
        break;
      case "ObjectProperty":
        if (node.shorthand === true) this.#shorthands.add(variableIn(node.value as Node));
        break;
      case "AssignmentExpression":
        this.assign(node.left as Node);
        break;
      case "UpdateExpression":
        this.assign(node.argument as Node);
        break;
      case "ForInStatement":
      case "ForOfStatement":
        this.assign(node.left as Node);
        break;
    }
    this.declare(node);
    for (const [name, child] of membersOf(node)) this.visit(child, node, name);
  }

  private identifier(node: Node, parent: Node, member: string): void {
    const name = node.name as string;
    switch (parent.type) {
      case "MemberExpression":
      case "OptionalMemberExpression":
        if (member === "property" && parent.computed !== true) {
          const isOwn = (parent.object as Node).type === "ThisExpression";
          if (!isOwn || !this.usePrivate(node, asMember(name))) this.#properties.add(name);
          return;
        }
        if (member === "object") this.#usedAsObjects.add(name);
        break;
      case "ClassDeclaration":
      case "ClassExpression":
        this.#usedAsObjects.add(name);
        break;
      case "ObjectProperty":
      case "ObjectMethod":
      case "ClassMethod":
      case "ClassProperty":
        if (member === "key" && parent.computed !== true) {
          const isOfClass = parent.type.startsWith("Class");
          if (!isOfClass || !this.usePrivate(node, asMember(name))) this.#properties.add(name);
          return;
        }
        break;
      case "LabeledStatement":
      case "BreakStatement":
      case "ContinueStatement":
        if (member === "label") return;
        break;
      case "MetaProperty":
        return;
      case "NewExpression":
        if (member === "callee") this.#usedAsObjects.add(name);
        break;
      case "ImportSpecifier":
        if (member === "imported") return;
        break;
      case "ExportSpecifier":
        if (member === "exported") return;
        this.#exported.add(name);
        break;
    }
    this.#variables.push({ name, node, prefix: this.prefixOf(node, parent) });
  }

  /** What goes before a variable where the same word also names a property or what is imported. */
  private prefixOf(node: Node, parent: Node): string {
    if (this.#shorthands.has(node)) return `${node.name}: `;
    const { imported, local } = parent as { imported?: Node; local?: Node };
    const isBoth = parent.type === "ImportSpecifier" && imported?.start === local?.start;
    return isBoth ? `${node.name} as ` : "";
  }

  private privateName(node: Node): void {
    const { name } = node.id as Node & { readonly name: string };
    if (!this.usePrivate(node, name)) throw new Error(`#${name} is in no class that has it`);
  }

  /** Notes the use of a private member; false: none of the classes around has it. */
  private usePrivate(node: Node, name: string): boolean {
    const of = this.#inside.findLast(({ members }) => members.has(name));
    if (of) this.#privateUses.push({ node, name, of });
    return of !== undefined;
  }

  /** The private member that a key declares. */
  private privateMember({ type, key, computed }: Node): string | undefined {
    const { type: kind, name, id } = (key ?? {}) as Node;
    if (kind === "PrivateName") return (id as Node).name as string;
    const isMember = type === "ClassMethod" || type === "ClassProperty";
    const isPrivate = isMember && computed !== true && this.#privateNames.has(name as string);
    return isPrivate ? asMember(name as string) : undefined;
  }

  private classBody(node: Node, parent: Node): void {
    this.declare(node);
    const body = (node.body as Node).body as Node[];
    const privateOf = (nodes: readonly Node[]) =>
      new Set(nodes.map((one) => this.privateMember(one)).filter((name) => name !== undefined));
    const names = [node.id, parent.type === "VariableDeclarator" ? parent.id : null]
      .filter((id) => id !== null && id !== undefined)
      .flatMap((id) => bindingsOf(id as Node).map(({ name }) => name as string));
    const methods = privateOf(body.filter(({ type }) => type.endsWith("Method")));
    const one: ClassNames = { node, members: privateOf(body), methods, names };
    this.#classes.push(one);
    if (node.id) this.visit(node.id as Node, node, "id");
    if (node.superClass) this.visit(node.superClass as Node, node, "superClass");
    this.#inside.push(one);
    this.visit(node.body as Node, node, "body");
    this.#inside.pop();
  }

  private assign(target: Node): void {
    for (const { name } of bindingsOf(target)) this.#assigned.add(name as string);
  }

  private declare(node: Node): void {
    for (const pattern of patternsOf(node)) {
      for (const { name } of bindingsOf(pattern)) this.#declared.add(name as string);
    }
  }
}

/** A member that is private in TypeScript only, beside which a class may have a `#name`. */
function asMember(name: string): string {
  return `.${name}`;
}

/** What a node declares. */
function patternsOf(node: Node): Node[] {
  const present = (nodes: unknown[]) => nodes.filter((one) => one !== null && one !== undefined);
  switch (node.type) {
    case "VariableDeclarator":
      return present([node.id]) as Node[];
    case "FunctionDeclaration":
    case "FunctionExpression":
      return present([node.id, ...(node.params as Node[])]) as Node[];
    case "ArrowFunctionExpression":
    case "ObjectMethod":
    case "ClassMethod":
    case "ClassPrivateMethod":
      return node.params as Node[];
    case "ClassDeclaration":
    case "ClassExpression":
      return present([node.id]) as Node[];
    case "CatchClause":
      return present([node.param]) as Node[];
    case "ImportSpecifier":
    case "ImportDefaultSpecifier":
    case "ImportNamespaceSpecifier":
      return present([node.local]) as Node[];
    default:
      return [];
  }
}

/** The names in a pattern. */
function bindingsOf(pattern: Node): Node[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern];
    case "ObjectPattern":
      return (pattern.properties as Node[]).flatMap((property) =>
        bindingsOf((property.type === "RestElement" ? property.argument : property.value) as Node),
      );
    case "ArrayPattern":
      return (pattern.elements as (Node | null)[]).flatMap((one) => (one ? bindingsOf(one) : []));
    case "AssignmentPattern":
      return bindingsOf(pattern.left as Node);
    case "RestElement":
      return bindingsOf(pattern.argument as Node);
    default:
      return [];
  }
}

/** Whether a function's body has `this`, `arguments`, `super` or `new.target` of its own. */
function usesItsCall(node: Node): boolean {
  switch (node.type) {
    case "ThisExpression":
    case "Super":
    case "MetaProperty":
      return true;
    case "Identifier":
      return node.name === "arguments";
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ObjectMethod":
    case "ClassDeclaration":
    case "ClassExpression":
      return false;
    default:
      return membersOf(node).some(([, child]) => usesItsCall(child));
  }
}

/** A number as it is written, or undefined for anything else. */
function numberText(node: Node): string | undefined {
  if (node.type === "NumericLiteral") return String(node.value);
  const { type, operator, argument } = node;
  const isNegative = type === "UnaryExpression" && operator === "-";
  const text = isNegative ? numberText(argument as Node) : undefined;
  return text === undefined ? undefined : `(-${text})`;
}

/** The variable in a property such as `{ name }` or `{ name = 1 }`. */
function variableIn(value: Node): Node {
  return value.type === "AssignmentPattern" ? (value.left as Node) : value;
}
