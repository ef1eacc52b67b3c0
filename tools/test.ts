// SPDX-License-Identifier: MIT

// npm test -- [check|node|xs|footprint …] [files or folders of tests]: without names, everything.

import { availableParallelism } from "node:os";
import { join } from "node:path";
import { checkJobs, footprintJob } from "./command-checks.ts";
import { nodeTest } from "./node-tests.ts";
import { testsAt, testsIn } from "./test-files.ts";
import { PhaseReport, runJobs, type TestJob } from "./test-jobs.ts";
import { Progress } from "./test-progress.ts";
import { readToolOptions } from "./tool-options.ts";
import { xsTest } from "./xs-tests.ts";

/** Jobs at a time: one for each core, and one because some only wait. */
const parallel = Math.min(4, Math.max(2, availableParallelism())) + 1;
/** Files that are named at the end of a whole run because they took longest. */
const slowest = 5;

/** Those that mostly wait for real time come first: others have the cores meanwhile. */
function waitingFirst(files: readonly string[]): readonly string[] {
  const waits = (file: string) => file.startsWith(join("tests", "system"));
  return [...files.filter(waits), ...files.filter((file) => !waits(file))];
}

function listJobs(phase: string, files: readonly string[]): readonly TestJob[] {
  if (phase === "node") return waitingFirst(files).map(nodeTest);
  if (phase === "xs") return files.filter((file) => !file.endsWith(".node.test.ts")).map(xsTest);
  return phase === "check" ? checkJobs : [footprintJob];
}

function secondsSince(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(1);
}

/** Those that take files. */
const filePhases = ["node", "xs"];
// Long jobs first: at the end every core is to have something to do.
const phases = ["footprint", "check", ...filePhases];
const { words: args } = readToolOptions({
  command: "npm test",
  purpose: `Runs everything, or what is named. Ends with a line "N passed, N failed"; the exit code is 0 only when
nothing failed, and in CI nothing was skipped.`,
  words: {
    name: "WORD... FILE...",
    help: `${phases.join(", ")}, and files or folders of tests; with files alone, ${filePhases.join(" and ")}`,
    check: (words) => words.filter((word) => !phases.includes(word)).forEach(testsAt),
  },
});
const wanted = args.filter((arg) => phases.includes(arg));
const named = args.filter((arg) => !phases.includes(arg)).flatMap(testsAt);
const files = named.length > 0 ? named : testsIn("tests");
const isForFiles = named.length > 0 && !wanted.some((phase) => filePhases.includes(phase));
const unsaid = isForFiles ? filePhases : wanted.length > 0 ? [] : phases;
const jobs = phases
  .filter((phase) => wanted.includes(phase) || unsaid.includes(phase))
  .flatMap((phase) => listJobs(phase, files));
const progress = new Progress({
  jobs,
  write: (text) => process.stdout.write(text),
  isTerminal: process.stdout.isTTY && process.env.CI === undefined,
  columns: process.stdout.columns,
  now: () => performance.now(),
});
const print = (text: string) => progress.print(text);
const reports = new Map(jobs.map(({ phase }) => [phase, new PhaseReport({ print })]));
const times: { readonly job: TestJob; readonly seconds: number }[] = [];
const start = performance.now();
progress.start();
await runJobs(jobs, parallel, async (job) => {
  const report = reports.get(job.phase);
  if (!report) return;
  progress.started(job);
  const jobStart = performance.now();
  await job.run(report);
  times.push({ job, seconds: (performance.now() - jobStart) / 1000 });
  if (progress.finished(job)) {
    const { passed, failed, skipped } = report.count;
    const counts = `${passed} passed, ${failed} failed, ${skipped} skipped`;
    print(`${job.phase.padEnd(9)} ${counts}  (after ${secondsSince(start)} s)\n`);
  }
});
progress.stop();
if (jobs.length > 100) {
  times.sort((a, b) => b.seconds - a.seconds);
  for (const { job, seconds } of times.slice(0, slowest)) {
    print(`longest   ${seconds.toFixed(1)} s  ${job.name} (${job.phase})\n`);
  }
}
const total = { passed: 0, failed: 0, skipped: 0 };
for (const { count } of reports.values()) {
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped;
}
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
print(`${total.passed} passed, ${total.failed} failed${skipped}\n`);
if (total.failed > 0 || (process.env.CI !== undefined && total.skipped > 0)) process.exitCode = 1;
