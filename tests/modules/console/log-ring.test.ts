// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { LogRing } from "../../../modules/console/log-ring.ts";
import { RetainedLog } from "../../../modules/console/retained-log.ts";
import { MemoryRetained } from "../../support/memory-retained.ts";

/** A ring, and the lines that the next run finds. */
class Bench {
  readonly memory: MemoryRetained;
  readonly ring: LogRing;

  constructor(byteLength = 4_096) {
    this.memory = new MemoryRetained(byteLength);
    this.ring = new LogRing(new RetainedLog(this.memory));
  }

  add(text: string, seconds: number, level: "warn" | "info" = "info"): void {
    this.ring.add({ level, part: "wifi", event: "test", text }, seconds * 1_000);
  }

  /** What a crash now would leave. */
  get before(): string[] {
    return new LogRing(new RetainedLog(this.memory)).before ?? [];
  }

  /** The lines as they are shown, which are those that outlive a crash. */
  get lines(): string[] {
    const { lines } = this.ring;
    assert.deepEqual(this.before, lines.slice(-16));
    return lines.map((line) => line.trim());
  }
}

test("a line that comes again and again is one line with a count", () => {
  const bench = new Bench();
  bench.add("joined", 1);
  for (let i = 0; i < 58; i++) bench.add("no answer", 2 + i, "warn");
  bench.add("left", 70);
  assert.deepEqual(bench.lines, [
    "1.0 s  wifi     joined",
    "2.0 s  wifi     warning: no answer … 57 times more, last at 59.0 s",
    "70.0 s  wifi     left",
  ]);
});

test("one line a second for a day pushes nothing out", () => {
  const bench = new Bench();
  bench.add("boot", 0);
  for (let i = 1; i <= 86_400; i++) bench.add("no answer", i);
  assert.deepEqual(bench.lines, [
    "0.0 s  wifi     boot",
    "1.0 s  wifi     no answer … 86399 times more, last at 86400.0 s",
  ]);
});

test("up to four lines that take turns are folded, each with its own count", () => {
  const bench = new Bench();
  bench.add("boot", 0);
  for (let i = 0; i < 10; i++) {
    for (const [at, text] of ["a", "b", "c", "d"].entries()) bench.add(text, 1 + i + at / 10);
  }
  assert.deepEqual(bench.lines, [
    "0.0 s  wifi     boot",
    "1.0 s  wifi     a … 9 times more, last at 10.0 s",
    "1.1 s  wifi     b … 9 times more, last at 10.1 s",
    "1.2 s  wifi     c … 9 times more, last at 10.2 s",
    "1.3 s  wifi     d … 9 times more, last at 10.3 s",
  ]);
});

test("what has five others behind it is a line of its own", () => {
  const bench = new Bench();
  for (let i = 0; i < 20; i++) bench.add(`line ${i % 5}`, i);
  assert.equal(bench.lines.length, 20);
  assert.equal(
    bench.lines.some((line) => line.includes("times more")),
    false,
  );
});

test("only the whole line is a repetition: part, level and text", () => {
  const bench = new Bench();
  bench.add("x wifi y", 1);
  bench.add("y", 2);
  bench.add("y", 3, "warn");
  bench.ring.add({ level: "info", part: "mqtt", event: "test", text: "y" }, 4_000);
  bench.add("", 5);
  bench.add("", 6);
  assert.deepEqual(bench.lines, [
    "1.0 s  wifi     x wifi y",
    "2.0 s  wifi     y",
    "3.0 s  wifi     warning: y",
    "4.0 s  mqtt     y",
    "5.0 s  wifi      … once more, at 6.0 s",
  ]);
});

test("the count of a line that is too long for the memory is not cut off", () => {
  const bench = new Bench();
  const long = "€".repeat(100);
  for (let i = 1; i <= 3; i++) bench.add(long, i);
  assert.match(
    bench.ring.lines[0] ?? "",
    /^ +1\.0 s {2}wifi {5}€{100} … 2 times more, last at 3\.0 s$/,
  );
  assert.match(
    bench.before[0] ?? "",
    /^ +1\.0 s {2}wifi {5}€{30,} … 2 times more, last at 3\.0 s$/,
  );
});

test("a memory with room for one line only keeps the newest", () => {
  const bench = new Bench(256);
  for (const text of ["a", "b", "a", "b", "a"]) bench.add(text, 1);
  assert.equal(bench.before.length, 1);
  assert.match(bench.before[0] ?? "", /b … once more/);
});

test("the ring keeps 24 lines, folded or not", () => {
  const bench = new Bench();
  for (let i = 0; i < 100; i++) {
    bench.add(`line ${i}`, i);
    bench.add(`line ${i}`, i + 0.5);
  }
  const { lines } = bench;
  assert.equal(lines.length, 24);
  assert.equal(lines[0], "76.0 s  wifi     line 76 … once more, at 76.5 s");
  assert.equal(lines[23], "99.0 s  wifi     line 99 … once more, at 99.5 s");
});
