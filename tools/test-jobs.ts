// SPDX-License-Identifier: MIT

/** How many tests did what. */
export interface TestCount {
  passed: number;
  failed: number;
  skipped: number;
}

/** Takes what happens in a job. */
export interface TestReport {
  passed(): void;
  /** `name` says in which file, too; `text` may have several lines. */
  failed(name: string, text: string): void;
  skipped(name: string, reason: string): void;
  /** Something that people want to read although it has passed. */
  measured(text: string): void;
}

/** What runs in one go: a command that must end with 0, or a file of tests on one engine. */
export interface TestJob {
  readonly phase: string;
  readonly name: string;
  /** Never rejects. */
  run(report: TestReport): Promise<void>;
}

/** Counts what the jobs of a phase do and prints what a person has to know. */
export class PhaseReport implements TestReport {
  readonly count: TestCount = { passed: 0, failed: 0, skipped: 0 };
  readonly #print: (text: string) => void;

  /** `print` gets whole lines. */
  constructor(options: { readonly print: (text: string) => void }) {
    this.#print = options.print;
  }

  passed(): void {
    this.count.passed++;
  }

  failed(name: string, text: string): void {
    this.count.failed++;
    this.#print(`FAILED   ${name}\n${text.trimEnd().replaceAll(/^/gm, "         ")}\n`);
  }

  skipped(name: string, reason: string): void {
    this.count.skipped++;
    this.#print(`skipped  ${name}: ${reason}\n`);
  }

  measured(text: string): void {
    this.#print(text.endsWith("\n") ? text : `${text}\n`);
  }
}

/** Runs jobs in their order, so many at a time. */
export async function runJobs(
  jobs: readonly TestJob[],
  parallel: number,
  run: (job: TestJob) => Promise<void>,
): Promise<void> {
  const waiting = [...jobs];
  const work = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await run(job);
  };
  await Promise.all(Array.from({ length: parallel }, work));
}
