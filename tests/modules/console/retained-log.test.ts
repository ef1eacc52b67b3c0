// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { RetainedLog } from "../../../modules/console/retained-log.ts";
import { MemoryRetained } from "../../support/memory-retained.ts";
import { seededRandom } from "../../support/random.ts";

/** Lines that fit one half of 4 KB. */
const room = 16;

function lines(count: number, name = "line"): string[] {
  return Array.from({ length: count }, (_, i) => `${i} wifi ${name} ${i}`);
}

/** A run of the firmware that logs lines and then ends. */
function run(memory: MemoryRetained, texts: readonly string[]): RetainedLog {
  const log = new RetainedLog(memory);
  for (const text of texts) log.add(text);
  return log;
}

test("the lines of a run are there in the next, in their order, and in that alone", () => {
  const memory = new MemoryRetained();
  assert.deepEqual(run(memory, lines(3, "first")).before, []);
  const second = run(memory, lines(2, "second"));
  assert.deepEqual(second.before, lines(3, "first"));
  const third = run(memory, []);
  assert.deepEqual(third.before, lines(2, "second"));
  // A run that said nothing has left nothing; the one before it has.
  assert.deepEqual(run(memory, []).before, lines(2, "second"));
});

test("of many lines the last stay, and the run after does not touch them", () => {
  for (const count of [room - 1, room, room + 1, 100, 1_000]) {
    const memory = new MemoryRetained();
    run(memory, lines(count));
    const next = run(memory, lines(100, "next"));
    assert.deepEqual(next.before, lines(count).slice(-room), `${count} lines`);
  }
});

test("runs follow each other for ever", () => {
  const memory = new MemoryRetained();
  let expected: string[] = [];
  for (let i = 0; i < 300; i++) {
    const log = new RetainedLog(memory);
    assert.deepEqual(log.before, expected, `run ${i}`);
    expected = lines(1 + (i % 20), `run ${i}`).slice(-room);
    for (const line of lines(1 + (i % 20), `run ${i}`)) log.add(line);
  }
});

test("a long line is cut at a whole character, and an empty one is a line too", () => {
  const memory = new MemoryRetained();
  // 116 bytes are there: the characters of two and of three bytes do not end there.
  const texts = ["x".repeat(200), `x${"é".repeat(100)}`, "€".repeat(100), "", "x".repeat(116)];
  run(memory, texts);
  assert.deepEqual(new RetainedLog(memory).before, [
    "x".repeat(116),
    `x${"é".repeat(57)}`,
    "€".repeat(38),
    "",
    "x".repeat(116),
  ]);
});

test("what is in the memory when power comes on is no line, whatever it is", () => {
  const random = seededRandom(1);
  for (let round = 0; round < 300; round++) {
    const memory = new MemoryRetained(1_024);
    for (let i = 0; i < memory.bytes.length; i++) memory.bytes[i] = 256 * random();
    assert.deepEqual(run(memory, lines(1)).before, []);
    assert.deepEqual(new RetainedLog(memory).before, lines(1));
  }
  for (const byte of [0, 0x55, 0xff]) {
    const memory = new MemoryRetained();
    memory.bytes.fill(byte);
    assert.deepEqual(new RetainedLog(memory).before, [], `all ${byte}`);
  }
});

test("a changed byte, wherever it is, costs at most the line in which it is", () => {
  const texts = lines(room, "a text of some length");
  for (let at = 0; at < 2_048; at++) {
    const memory = new MemoryRetained();
    // The first run, with the number 1, writes the second half.
    run(memory, texts);
    const before = memory.bytes[2_048 + at] ?? 0;
    memory.bytes[2_048 + at] = before ^ (1 << (at & 7));
    const line = texts[at >> 7];
    const found = new RetainedLog(memory).before;
    const isHit = (at & 127) < 12 + (line?.length ?? 0);
    const rest = texts.filter((text) => text !== line);
    if (isHit) assert.deepEqual(found, rest, `byte ${at}`);
    // Behind the text: counted with it when it is in its last word, and harmless otherwise.
    else assert.ok(found.length >= room - 1, `byte ${at}`);
  }
});

test("a write that is torn at any byte costs its line and the one that it replaces, no other", () => {
  const texts = lines(room + 5, "of the first run");
  const torn = texts.length - 1;
  let kept = 0;
  for (let left = 0; left <= 128; left++) {
    const memory = new MemoryRetained();
    memory.tornAt = torn;
    memory.left = left;
    run(memory, texts);
    const found = new RetainedLog(memory).before;
    const safe = texts.slice(-room, -1);
    // Nothing written leaves the old line, which is older than all others; all written is whole.
    const whole = [safe, texts.slice(-room), [texts[torn - room], ...safe]];
    assert.ok(
      whole.some((wanted) => JSON.stringify(wanted) === JSON.stringify(found)),
      `${left} bytes: ${found.join()}`,
    );
    if (found.includes(texts[torn] ?? "")) kept++;
  }
  assert.ok(kept > 80 && kept < 120, `${kept} times kept`);
});

test("the memory may be of any size that holds a line for each run", () => {
  for (const byteLength of [256, 300, 1_000, 8_192]) {
    const memory = new MemoryRetained(byteLength);
    run(memory, lines(200));
    const half = Math.floor(byteLength / 256);
    assert.deepEqual(new RetainedLog(memory).before, lines(200).slice(-half), `${byteLength}`);
  }
});
