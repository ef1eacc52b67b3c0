// SPDX-License-Identifier: MIT

import test from "node:test";
import { seedCount } from "../../support/seeds.ts";
import { runFaultStorms, runNoiseStorm } from "./fault-storm.ts";

test("samples come again after any random storm of faults", () => {
  runFaultStorms(1, seedCount(100));
});

test("no random noise costs a reset, or readings that could be had", () => {
  for (let seed = 1; seed <= seedCount(20); seed++) runNoiseStorm(seed);
});
