// SPDX-License-Identifier: MIT

import { SourceMap, type SourceMapPayload } from "node:module";

/** A place in a bundle: `airpair.js:12:3` in a trace of Node, `#0:12` in one of XS. */
const place = /(?:airpair\.js|#0):(\d+)(?::(\d+))?/g;

/** Sources in the repository that are no program of a user. */
const ofFirmware = /^(?:main\.ts|modules\/|drivers\/|hosts\/|node_modules\/)/;

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

  /**
   * The same for a line of an example, which ends with the places of a stack: the innermost that is in the
   * program itself stays.
   */
  translateExample(line: string): string {
    return line.replace(/, at (\S+:\d+(?: \S+:\d+)*)(?=$|")/, (_whole, places: string) => {
      const all = this.translate(places).split(" ");
      return `, at ${all.find((each) => !ofFirmware.test(each)) ?? all[0]}`;
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
