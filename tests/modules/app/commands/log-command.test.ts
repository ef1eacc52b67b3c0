// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { CommandBench, type CommandBenchOptions } from "../../../support/command-bench.ts";
import { MemoryRetained } from "../../../support/memory-retained.ts";

function secondRun(reset?: CommandBenchOptions["reset"]): CommandBench {
  const retained = new MemoryRetained();
  const first = new CommandBench({ retained, offline: true });
  first.network.time.advance(61_200);
  first.log("info", "connected");
  first.log("debug", "a detail");
  first.log("error", "evil \x1b[2J\nnet");
  return new CommandBench({ retained, offline: true, ...(reset && { reset }) });
}

test("log show begins with the lines of the run before, marked, and what has ended it", () => {
  const bench = secondRun({ cause: "task watchdog", isFault: true });
  bench.log("info", "scanning");
  assert.deepEqual(bench.run("log show").split("\n"), [
    "before     61.2 s  wifi     connected",
    "before     61.2 s  wifi     ERROR evil \x1b[2J net",
    "before it ended by: task watchdog",
    "     0.0 s  wifi     scanning",
  ]);
  assert.equal(bench.run("log show before").split("\n").length, 3);
});

test("control characters of the run before do not reach the terminal either", () => {
  const bench = secondRun();
  bench.port.type("log show before\n");
  assert.match(
    bench.port.output,
    /before {5}61\.2 s {2}wifi {5}ERROR evil \\x1b\[2J net\r\nbefore it/,
  );
  assert.equal(bench.port.output.includes("\x1b[2J"), false);
});

test("a host that does not know why it started says that the run before ended", () => {
  assert.match(secondRun().run("log show before"), /\nbefore it ended$/);
});

test("without lines of a run before, or memory for them, log show is as it was", () => {
  for (const more of [{}, { retained: new MemoryRetained() }]) {
    const bench = new CommandBench({ ...more, offline: true });
    assert.equal(bench.run("log show"), "nothing was logged yet");
    assert.equal(bench.run("log show before"), "nothing is kept of the run before");
  }
});

test("the words of log are completed", () => {
  const bench = new CommandBench({ offline: true });
  assert.deepEqual(bench.commander.complete("log s"), ["show"]);
  assert.deepEqual(bench.commander.complete("log show b"), ["before"]);
  assert.deepEqual(bench.commander.complete("log level w"), ["warn"]);
  assert.deepEqual(bench.commander.complete("log show before "), []);
});
