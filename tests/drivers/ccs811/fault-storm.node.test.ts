// SPDX-License-Identifier: MIT

import test from "node:test";
import { seedCount } from "../../support/seeds.ts";
import { runFaultStorms, runNoiseStorm } from "./fault-storm.ts";

const storms = seedCount(3_000);
const noises = seedCount(300);

test(`samples come again after any of ${storms} random storms of faults`, () => {
  runFaultStorms(1_000, storms);
});

test(`no random noise of ${noises} costs a reset, or readings that could be had`, () => {
  for (let seed = 1_000; seed < 1_000 + noises; seed++) runNoiseStorm(seed);
});
