// SPDX-License-Identifier: MIT

import type { TestJob } from "./test-jobs.ts";

/** Where nobody watches, a line comes this often, ms. */
const linePause = 30_000;
/** On a terminal the line is renewed this often, ms: it shows that time goes on. */
const renewal = 1_000;

export interface ProgressOptions {
  readonly jobs: readonly TestJob[];
  readonly write: (text: string) => void;
  /** Whether a line can be written over on what `write` writes to. */
  readonly isTerminal: boolean;
  /** Width of that terminal. */
  readonly columns: number;
  /** ms */
  readonly now: () => number;
}

/** Says how far the jobs of each phase are: in place on a terminal, else a line now and then. */
export class Progress {
  readonly #options: ProgressOptions;
  readonly #start: number;
  readonly #phases = new Map<string, { all: number; done: number }>();
  /** What runs now, oldest first. */
  readonly #running = new Set<TestJob>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #isShown = false;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#start = options.now();
    for (const { phase } of options.jobs) {
      const entry = this.#phases.get(phase) ?? { all: 0, done: 0 };
      entry.all++;
      this.#phases.set(phase, entry);
    }
  }

  /** Shows itself from now on until `stop`. */
  start(): void {
    const pause = this.#options.isTerminal ? renewal : linePause;
    this.#timer = setInterval(() => this.show(), pause);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.clear();
  }

  started(job: TestJob): void {
    this.#running.add(job);
    if (this.#options.isTerminal) this.show();
  }

  /** Returns whether this was the last job of its phase. */
  finished(job: TestJob): boolean {
    this.#running.delete(job);
    const phase = this.#phases.get(job.phase);
    if (!phase) return false;
    phase.done++;
    if (this.#options.isTerminal) this.show();
    return phase.done === phase.all;
  }

  /** Prints a line that stays. */
  print(text: string): void {
    this.clear();
    this.#options.write(text);
  }

  show(): void {
    const { isTerminal, columns, now, write } = this.#options;
    const seconds = Math.round((now() - this.#start) / 1000);
    const phases = [...this.#phases].map(([name, { all, done }]) => `${name} ${done}/${all}`);
    const [oldest] = this.#running;
    const line = `${seconds} s  ${phases.join("  ")}${oldest ? `  ${oldest.name}` : ""}`;
    if (!isTerminal) {
      write(`${line}\n`);
      return;
    }
    this.clear();
    write(line.slice(0, columns - 1));
    this.#isShown = true;
  }

  private clear(): void {
    if (this.#isShown) this.#options.write("\r\x1b[K");
    this.#isShown = false;
  }
}
