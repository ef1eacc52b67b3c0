// SPDX-License-Identifier: MIT

import { SourceMap, type SourceMapPayload } from "node:module";

/** A place in a bundle: `airpair.js:12:3` in a trace of Node, `#0:12` in one of XS. */
const place = /(?:airpair\.js|#0):(\d+)(?::(\d+))?/g;

/** The name under which Node knows the bundle. */
export const bundleName = "airpair.js";

/** Leads the places in a stack trace of a bundle back to its TypeScript sources. */
export class StackMap {
  readonly #json: string | undefined;
  #map: SourceMap | undefined;

  /** @param json the bundle's source map; without one, traces stay as they are */
  constructor(json: string | undefined) {
    this.#json = json;
  }

  translate(trace: string): string {
    return trace.replaceAll(place, (whole, line: string, column = "1") => {
      return this.sourceOf(Number(line) - 1, Number(column) - 1) ?? whole;
    });
  }

  private sourceOf(line: number, column: number): string | undefined {
    if (this.#json === undefined) return undefined;
    this.#map ??= new SourceMap(JSON.parse(this.#json) as SourceMapPayload);
    const entry = this.#map.findEntry(line, column);
    if (!entry || !("originalSource" in entry)) return undefined;
    return `${entry.originalSource}:${entry.originalLine + 1}`;
  }
}
