// SPDX-License-Identifier: MIT

// Stands in for `node:assert/strict` when a test file is bundled for XS. Only what the tests use.

/** What a failed assertion throws. */
export class AssertionError extends Error {
  override get name(): string {
    return "AssertionError";
  }
}

type Expected = RegExp | ((error: unknown) => boolean) | Readonly<Record<string, unknown>>;

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} [${String(value)}]`;
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  try {
    return JSON.stringify(value);
  } catch {
    return String(value);
  }
}

function failure(message: string | undefined, text: string): AssertionError {
  return new AssertionError(message === undefined ? text : `${message}: ${text}`);
}

function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (!ArrayBuffer.isView(value)) return undefined;
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

function sameEntries(a: ReadonlyMap<unknown, unknown>, b: ReadonlyMap<unknown, unknown>): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) if (!b.has(key) || !same(value, b.get(key))) return false;
  return true;
}

function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  const left = bytesOf(a);
  const right = bytesOf(b);
  if (left && right) return left.length === right.length && left.every((x, i) => x === right[i]);
  if (a instanceof Map && b instanceof Map) return sameEntries(a, b);
  if (a instanceof Set && b instanceof Set)
    return a.size === b.size && [...a].every((x) => b.has(x));
  if (a instanceof Error && b instanceof Error && a.message !== b.message) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  const x = a as Record<string, unknown>;
  const y = b as Record<string, unknown>;
  return keys.every((key) => Object.hasOwn(y, key) && same(x[key], y[key]));
}

function fits(error: unknown, expected: Expected | undefined): boolean {
  if (expected === undefined) return true;
  if (expected instanceof RegExp) return expected.test(String(error));
  if (typeof expected === "function") {
    const isClass = expected.prototype instanceof Error || Object.is(expected, Error);
    return isClass ? error instanceof expected : expected(error) === true;
  }
  const actual = error as Record<string, unknown>;
  return Object.keys(expected).every((key) => {
    const wanted = expected[key];
    const value = actual[key];
    return wanted instanceof RegExp ? wanted.test(String(value)) : same(value, wanted);
  });
}

function ok(value: unknown, message?: string): asserts value {
  if (!value) throw failure(message, `${show(value)} is not true`);
}

const assert: {
  ok(value: unknown, message?: string): asserts value;
  equal(actual: unknown, expected: unknown, message?: string): void;
  notEqual(actual: unknown, expected: unknown, message?: string): void;
  deepEqual(actual: unknown, expected: unknown, message?: string): void;
  notDeepEqual(actual: unknown, expected: unknown, message?: string): void;
  throws(body: () => unknown, expected?: Expected | string, message?: string): void;
  doesNotThrow(body: () => unknown, message?: string): void;
  match(actual: string, pattern: RegExp, message?: string): void;
  doesNotMatch(actual: string, pattern: RegExp, message?: string): void;
  fail(message?: string): never;
} = {
  ok,
  equal(actual, expected, message) {
    if (!Object.is(actual, expected)) {
      throw failure(message, `${show(actual)} should be ${show(expected)}`);
    }
  },
  notEqual(actual, expected, message) {
    if (Object.is(actual, expected)) throw failure(message, `should not be ${show(expected)}`);
  },
  deepEqual(actual, expected, message) {
    if (!same(actual, expected)) {
      throw failure(message, `${show(actual)} should be ${show(expected)}`);
    }
  },
  notDeepEqual(actual, expected, message) {
    if (same(actual, expected)) throw failure(message, `should not be ${show(expected)}`);
  },
  throws(body, expected, message) {
    try {
      body();
    } catch (error) {
      if (typeof expected === "string" || fits(error, expected)) return;
      throw failure(message, `threw ${show(error)}, which does not fit`);
    }
    throw failure(message, "nothing was thrown");
  },
  doesNotThrow(body, message) {
    try {
      body();
    } catch (error) {
      throw failure(message, `threw ${show(error)}`);
    }
  },
  match(actual, pattern, message) {
    if (!pattern.test(actual)) throw failure(message, `${show(actual)} does not match ${pattern}`);
  },
  doesNotMatch(actual, pattern, message) {
    if (pattern.test(actual)) throw failure(message, `${show(actual)} matches ${pattern}`);
  },
  fail(message): never {
    throw failure(message, "failed");
  },
};

export default assert;
