// SPDX-License-Identifier: MIT

import { SourceMap, type SourceMapPayload } from "node:module";

const mark = "//# sourceMappingURL=data:application/json;base64,";
/** A place in a bundle: `airpair.js:12:3` in a trace of Node, `#0:12` in one of XS. */
const place = /(?:airpair\.js|#0):(\d+)(?::(\d+))?/g;

/** The name under which Node knows the bundle. */
export const bundleName = "airpair.js";

/** Leads the places in a stack trace of a bundle back to its TypeScript sources. */
export class StackMap {
  readonly #bundle: string;
  #map: SourceMap | undefined;

  /** @param bundle with its source map inside; without one, traces stay as they are */
  constructor(bundle: string) {
    this.#bundle = bundle;
  }

  translate(trace: string): string {
    return trace.replaceAll(place, (whole, line: string, column = "1") => {
      return this.#sourceOf(Number(line) - 1, Number(column) - 1) ?? whole;
    });
  }

  #sourceOf(line: number, column: number): string | undefined {
    this.#map ??= this.#load();
    const entry = this.#map?.findEntry(line, column);
    if (!entry || !("originalSource" in entry)) return undefined;
    return `${entry.originalSource}:${entry.originalLine + 1}`;
  }

  #load(): SourceMap | undefined {
    const start = this.#bundle.lastIndexOf(mark);
    if (start < 0) return undefined;
    const text = Buffer.from(this.#bundle.slice(start + mark.length), "base64").toString("utf8");
    return new SourceMap(JSON.parse(text) as SourceMapPayload);
  }
}
