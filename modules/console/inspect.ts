// SPDX-License-Identifier: MIT

/** Longest text, characters. */
const maxLength = 800;
/** Characters of one string in a value. */
const maxStringLength = 200;
/** Members of one object or array that are shown, and how deep. */
const maxMembers = 32;
const maxDepth = 4;

/**
 * Any value as text for people, in one line and of bounded length. Never throws, whatever the value
 * does when it is looked at, and calls none of its methods but getters.
 */
export function inspect(value: unknown): string {
  const text = new Inspection().textOf(value);
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}

/** Anything thrown as text: `TypeError: …` of an error, or the value itself. No stack. */
export function inspectThrown(thrown: unknown): string {
  try {
    if (isError(thrown)) return errorText(thrown);
  } catch {
    // An error that hides itself is shown as any other object.
  }
  return `thrown: ${inspect(thrown)}`;
}

/** Also one that another realm has made: the engine's own, where the simulator runs on Node. */
function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
}

/** May throw. */
function errorText({ name, message }: Error): string {
  const text = `${name}: ${message}`.replaceAll("\n", " ");
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}

/** One look at a value: which objects it is inside of, and how much was written. */
class Inspection {
  readonly #open: object[] = [];
  #length = 0;

  textOf(value: unknown): string {
    const text = this.attempt(() => this.any(value));
    this.#length += text.length;
    return text;
  }

  private any(value: unknown): string {
    switch (typeof value) {
      case "string":
        return quoted(value);
      case "bigint":
        return `${value}n`;
      case "function":
        return `function ${nameOf(value)}`.trimEnd();
      case "object":
        return value === null ? "null" : this.object(value);
      default:
        return Object.is(value, -0) ? "-0" : String(value);
    }
  }

  private object(value: object): string {
    if (isError(value)) return `[${errorText(value)}]`;
    if (value instanceof Date) return dateText(value);
    if (value instanceof RegExp) return RegExp.prototype.toString.call(value);
    if (value instanceof Promise) return "a promise; its result is not waited for";
    if (this.#open.includes(value)) return "[circular]";
    const isList = Array.isArray(value) || ArrayBuffer.isView(value);
    if (this.#open.length >= maxDepth) return isList ? "[…]" : "{…}";
    this.#open.push(value);
    const text = isList ? this.list(value as ArrayLike<unknown>) : this.members(value);
    this.#open.pop();
    return text;
  }

  private list(list: ArrayLike<unknown>): string {
    const name = Array.isArray(list) ? "" : `${classOf(list)} `;
    const texts: string[] = [];
    const { length = 0 } = list;
    while (texts.length < length && this.hasRoom(texts.length)) {
      const index = texts.length;
      texts.push(this.attempt(() => this.textOf(list[index])));
    }
    if (texts.length < length) texts.push(`… ${length - texts.length} more`);
    return `${name}[${texts.join(", ")}]`;
  }

  private members(object: object): string {
    const name = classOf(object);
    const keys = Object.keys(object);
    const texts: string[] = [];
    for (const key of keys) {
      if (!this.hasRoom(texts.length)) break;
      const shown = /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key);
      const member = this.attempt(() => this.textOf((object as Record<string, unknown>)[key]));
      texts.push(`${shown}: ${member}`);
    }
    if (texts.length < keys.length) texts.push(`… ${keys.length - texts.length} more`);
    const size = sizeOf(object);
    return `${name === "Object" ? "" : `${name}${size} `}{${texts.join(", ")}}`;
  }

  private hasRoom(members: number): boolean {
    return members < maxMembers && this.#length < maxLength;
  }

  private attempt(look: () => string): string {
    const depth = this.#open.length;
    try {
      return look();
    } catch (error) {
      this.#open.length = depth;
      // Not its message: it may throw in its turn, without end.
      return `[${errorName(error)} when it was looked at]`;
    }
  }
}

function quoted(text: string): string {
  const part = text.length > maxStringLength ? `${text.slice(0, maxStringLength)}…` : text;
  return JSON.stringify(part);
}

function dateText(date: Date): string {
  const time = Date.prototype.getTime.call(date);
  return Number.isNaN(time) ? "no date" : Date.prototype.toISOString.call(date);
}

/** `(3)` of a map or a set with three entries; nothing of others. */
function sizeOf(object: object): string {
  return object instanceof Map || object instanceof Set ? `(${object.size})` : "";
}

function classOf(object: object): string {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype === null || typeof prototype !== "object") return "Object";
  return nameOf(prototype.constructor) || "Object";
}

function nameOf(named: unknown): string {
  const { name } = named as { readonly name?: unknown };
  return typeof name === "string" ? name.slice(0, 40) : "";
}

function errorName(error: unknown): string {
  try {
    return isError(error) ? `${error.name}`.slice(0, 40) : "an exception";
  } catch {
    return "an exception";
  }
}
