// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { TestJob } from "../../tools/test-jobs.ts";
import { Progress } from "../../tools/test-progress.ts";

function build(isTerminal: boolean) {
  const jobs = [
    { phase: "node", name: "first.test.ts" },
    { phase: "node", name: "second.test.ts" },
    { phase: "xs", name: "third.test.ts" },
  ] as unknown as TestJob[];
  let written = "";
  let now = 0;
  const progress = new Progress({
    jobs,
    write: (text) => {
      written += text;
    },
    isTerminal,
    columns: 40,
    now: () => now,
  });
  const taken = () => {
    const text = written;
    written = "";
    return text;
  };
  const wait = (ms: number) => {
    now += ms;
  };
  return { jobs: jobs as [TestJob, TestJob, TestJob], progress, taken, wait };
}

test("progress says the time, how far each phase is, and what has run longest", () => {
  const { jobs, progress, taken, wait } = build(false);
  const [first, second, third] = jobs;
  progress.started(first);
  progress.started(second);
  assert.equal(taken(), "");
  wait(30_400);
  progress.show();
  assert.equal(taken(), "30 s  node 0/2  xs 0/1  first.test.ts\n");
  assert.equal(progress.finished(first), false);
  progress.show();
  assert.equal(taken(), "30 s  node 1/2  xs 0/1  second.test.ts\n");
  assert.equal(progress.finished(second), true);
  progress.started(third);
  assert.equal(progress.finished(third), true);
  progress.show();
  assert.equal(taken(), "30 s  node 2/2  xs 1/1\n");
});

test("on a terminal one line is written over, no longer than it is wide, and gives way to results", () => {
  const { jobs, progress, taken } = build(true);
  progress.started(jobs[0]);
  const shown = taken();
  assert.ok(shown.includes("0 s  node 0/2"));
  assert.ok(!shown.includes("\n"));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal is told
  assert.ok(shown.replace(/\x1b\[[0-9;?]*[A-Za-z]|\r/g, "").length <= 40);
  progress.print("FAILED\n");
  assert.match(taken(), /FAILED\n$/);
  progress.stop();
});
