// SPDX-License-Identifier: MIT

import test from "node:test";
import { runFaultStorms } from "./fault-storm.ts";

test("samples come again after any of three thousand random storms of faults", () => {
  runFaultStorms(1_000, 3_000);
});
