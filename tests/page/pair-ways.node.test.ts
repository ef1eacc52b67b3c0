// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { wayBetween } from "../../page/client/pair-ways.ts";

const card = (column: number, row: number) => ({
  left: column * 300,
  top: row * 400,
  width: 250,
  height: 360,
});

/** All points of a path of straight pieces. */
function pointsOf(path: string): [x: number, y: number][] {
  const points: [number, number][] = [];
  for (const [, kind, numbers = ""] of path.matchAll(/([MHV])([-\d. ]+)/g)) {
    const [x = 0, y = 0] = numbers.trim().split(" ").map(Number);
    const [lastX, lastY] = points.at(-1) ?? [0, 0];
    points.push(kind === "M" ? [x, y] : kind === "H" ? [x, lastY] : [lastX, x]);
  }
  return points;
}

test("a line goes from card to card and crosses none, be they neighbours, apart, or in two rows", () => {
  const others = Array.from({ length: 12 }, (_, n) => card(n % 4, Math.floor(n / 4)));
  const inside = (x: number, y: number) =>
    others.some((o) => x > o.left && x < o.left + o.width && y > o.top && y < o.top + o.height);
  for (const [one, other] of [
    [0, 1],
    [0, 2],
    [3, 0],
    [1, 4],
    [7, 0],
    [9, 11],
  ] as const) {
    const [a, b] = [others[one], others[other]];
    if (!a || !b) throw new Error("cards");
    const points = pointsOf(wayBetween(a, b).path);
    assert.ok(points.length >= 2);
    for (const [n, [x, y]] of points.entries()) {
      const [fromX, fromY] = points[n - 1] ?? [x, y];
      for (let part = 0; part <= 20; part++) {
        const place = [
          fromX + ((x - fromX) * part) / 20,
          fromY + ((y - fromY) * part) / 20,
        ] as const;
        assert.ok(!inside(...place), `${one} to ${other}: ${place}`);
      }
    }
  }
});

test("lines of one row and lines between two rows run side by side, not on one another", () => {
  const apart = wayBetween(card(0, 0), card(2, 0));
  const rows = wayBetween(card(1, 0), card(2, 1));
  assert.notEqual(apart.y, rows.y);
});
