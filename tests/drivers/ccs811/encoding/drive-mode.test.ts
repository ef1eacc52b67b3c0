// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  type DriveMode,
  isDriveMode,
  ModeRule,
} from "../../../../drivers/ccs811/encoding/drive-mode.ts";
import { CCS811ModeRule } from "../../../../hosts/virtual/chips/ccs811-mode-rule.ts";
import { seededRandom } from "../../../support/random.ts";

const minute = 60_000;

function inMode(mode: DriveMode): ModeRule {
  const rule = new ModeRule();
  rule.attempt(mode, 0);
  rule.confirm(mode, 0);
  return rule;
}

test("0 to 4 are drive modes", () => {
  for (const mode of [0, 1, 2, 3, 4]) assert.equal(isDriveMode(mode), true);
  for (const mode of [-1, 5, 7, 1.5, Number.NaN, "1", undefined, null]) {
    assert.equal(isDriveMode(mode), false);
  }
});

test("a faster mode, the same mode and idling need no wait", () => {
  const ways: [DriveMode, DriveMode][] = [
    [3, 2],
    [3, 1],
    [2, 1],
    [1, 4],
    [2, 4],
    [3, 4],
    [1, 1],
    [4, 0],
  ];
  for (const [from, to] of ways) assert.equal(inMode(from).wait(to, 1), 0, `${from} to ${to}`);
});

test("a slower mode needs ten minutes of idling", () => {
  const ways: [DriveMode, DriveMode][] = [
    [4, 1],
    [4, 2],
    [4, 3],
    [1, 2],
    [1, 3],
    [2, 3],
  ];
  for (const [from, to] of ways) {
    const rule = inMode(from);
    assert.equal(rule.wait(to, 5), undefined, `${from} to ${to}`);
    rule.attempt(0, 1_000);
    rule.confirm(0, 1_000);
    assert.equal(rule.wait(to, 1_000), 10 * minute);
    assert.equal(rule.wait(to, 1_000 + 9 * minute), minute);
    assert.equal(rule.wait(to, 1_000 + 10 * minute), 0);
    assert.equal(rule.wait(from, 2_000), 0);
  }
});

test("from a start in idle every mode may be entered", () => {
  for (const mode of [1, 2, 3, 4] as const) assert.equal(new ModeRule().wait(mode, 0), 0);
});

test("a mode that may have been entered counts as entered", () => {
  const rule = inMode(1);
  rule.attempt(4, 10);
  assert.equal(rule.wait(1, 20), undefined);
});

test("going to idle twice does not restart the ten minutes", () => {
  const rule = inMode(4);
  rule.confirm(0, 0);
  rule.confirm(0, 5 * minute);
  assert.equal(rule.wait(1, 10 * minute), 0);
});

test("a sensor that is found idle may have measured every second, and rests before less", () => {
  const rule = new ModeRule();
  rule.confirmFoundIdle(1_000);
  assert.equal(rule.wait(1, 1_000), 0);
  assert.equal(rule.wait(3, 1_000), 10 * minute);
  assert.equal(rule.wait(3, 1_000 + 10 * minute), 0);
});

test("found idle says nothing new about a sensor that is known", () => {
  const started = new ModeRule();
  started.confirm(0, 0);
  started.confirmFoundIdle(10);
  assert.equal(started.wait(3, 10), 0);
  const slow = inMode(3);
  slow.confirmFoundIdle(10);
  assert.equal(slow.wait(3, 10), 0);
});

test("what the rule allows the simulated chip allows, over random ways", () => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = seededRandom(seed);
    const rule = new ModeRule();
    const chip = new CCS811ModeRule();
    let now = 0;
    for (let i = 0; i < 200; i++) {
      now += Math.floor(random() * 7 * minute);
      const mode = Math.floor(random() * 5) as DriveMode;
      const wait = rule.wait(mode, now);
      const target = wait === undefined ? 0 : mode;
      if (wait !== undefined && wait > 0) continue;
      rule.attempt(target, now);
      assert.equal(chip.change(target, now), undefined, `seed ${seed}, step ${i}`);
      rule.confirm(target, now);
    }
  }
});
