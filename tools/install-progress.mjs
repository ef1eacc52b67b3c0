// SPDX-License-Identifier: MIT

// How far `npm ci` is, from what it prints with --foreground-scripts.

/** Files that npm has compiled when it is done. */
const filesInAll = 104;

/** Which step a first start is in, and how long that usually takes. */
export class InstallProgress {
  #step = "packages";
  #files = 0;
  #rest = "";

  /** "packages" or "engine". */
  get step() {
    return this.#step;
  }

  /** Takes a piece of npm's output. */
  take(text) {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      if (/^> @agoric\/xsnap/.test(line)) this.#step = "engine";
      if (/^# xsnap-worker \w+ *: cc /.test(line)) this.#files++;
    }
  }

  /** One line, after so many s. */
  text(seconds) {
    const time = `${Math.floor(seconds)} s`;
    if (this.#step === "packages") {
      return `step 1 of 2: fetching packages, ${time} (usually 5 to 30 s)`;
    }
    const part = Math.min(99, Math.floor((100 * this.#files) / filesInAll));
    return `step 2 of 2: compiling XS, ${part} %, ${time} (usually a minute in all)`;
  }
}
