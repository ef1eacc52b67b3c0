// SPDX-License-Identifier: MIT

import test from "node:test";
import { seedCount } from "../../support/seeds.ts";
import { runFaultStorms } from "./fault-storm.ts";

const storms = seedCount(3_000);

test(`samples come again after any of ${storms} random storms of faults`, () => {
  runFaultStorms(1_000, storms);
});
