// SPDX-License-Identifier: MIT

/**
 * The value of a JavaScript expression in which the names of `scope` are known, and otherwise the
 * language only. Throws SyntaxError, and whatever the expression throws.
 */
export function evaluate(source: string, scope: Readonly<Record<string, unknown>>): unknown {
  const names = Object.keys(scope);
  // On a line of its own, so that a comment at its end does not take the bracket away.
  const run = new Function(...names, `"use strict"; return (${source}\n);`);
  return run(...names.map((name) => scope[name]));
}
