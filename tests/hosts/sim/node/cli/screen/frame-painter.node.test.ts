// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  type Frame,
  FramePainter,
} from "../../../../../../hosts/sim/node/cli/screen/frame-painter.ts";
import { PaintedScreen } from "../../../../../support/painted-screen.ts";

function frame(...texts: readonly string[]): Frame {
  return { rows: texts.map((text) => [{ text }]), continued: [], cursor: undefined };
}

function bench(columns: number, rows: number) {
  const screen = new PaintedScreen(columns, rows);
  const painter = new FramePainter((text) => screen.write(text));
  return { screen, painter, size: { columns, rows } };
}

test("only rows that have changed are written, and nothing when none has", () => {
  const { screen, painter, size } = bench(80, 24);
  const texts = Array.from({ length: 24 }, (_, n) => `row ${n} `.repeat(9).trim());
  painter.paint(frame(...texts), size);
  assert.deepEqual(screen.lines, texts);
  const whole = screen.bytes;
  painter.paint(frame(...texts), size);
  assert.equal(screen.bytes, whole);
  painter.paint(frame(...texts.with(7, "other")), size);
  assert.deepEqual(screen.lines, texts.with(7, "other"));
  assert.ok(screen.bytes - whole < 50, `${screen.bytes - whole} bytes`);
});

test("shorter rows and fewer of them leave nothing behind", () => {
  const { screen, painter, size } = bench(10, 3);
  painter.paint(frame("0123456789", "0123456789", "0123456789"), size);
  painter.paint(frame("01234", "0123456789"), size);
  assert.deepEqual(screen.lines, ["01234", "0123456789", ""]);
});

test("a line over two rows is one for whoever copies it, also when it is drawn again", () => {
  const { screen, painter, size } = bench(10, 4);
  const drawn = { ...frame("title", "0123456789", "abc", "end"), continued: [2] };
  painter.paint(drawn, size);
  assert.match(screen.copied, /\n0123456789abc\n/);
  painter.paint({ ...drawn, rows: frame("title", "0123456789", "abcdef", "end").rows }, size);
  assert.match(screen.copied, /\n0123456789abcdef\n/);
});

test("another size is drawn from the beginning", () => {
  const screens = [new PaintedScreen(20, 3), new PaintedScreen(10, 5)];
  let current = screens[0];
  const painter = new FramePainter((text) => current?.write(text));
  painter.paint(frame("one", "two"), { columns: 20, rows: 3 });
  current = screens[1];
  if (current) current.isPainted = true;
  painter.paint(frame("one", "two"), { columns: 10, rows: 5 });
  assert.deepEqual(current?.lines, ["one", "two", "", "", ""]);
});

test("the cursor is seen only where somebody types, and the terminal comes back as it was", () => {
  const { screen, painter, size } = bench(20, 3);
  painter.paint(frame("a"), size);
  assert.equal(screen.hasCursor, false);
  painter.paint({ ...frame("a", "> x"), cursor: { row: 1, column: 3 } }, size);
  assert.equal(screen.hasCursor, true);
  assert.deepEqual(screen.cursor, { row: 1, column: 3 });
  painter.close();
  painter.close();
  assert.equal(screen.isPainted, false);
  assert.equal(screen.hasCursor, true);
  assert.equal(screen.outside, "");
});
