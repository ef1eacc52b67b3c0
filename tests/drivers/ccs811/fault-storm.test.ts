// SPDX-License-Identifier: MIT

import test from "node:test";
import { seedCount } from "../../support/seeds.ts";
import { runFaultStorms } from "./fault-storm.ts";

test("samples come again after any random storm of faults", () => {
  runFaultStorms(1, seedCount(100));
});
