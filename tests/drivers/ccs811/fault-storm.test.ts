// SPDX-License-Identifier: MIT

import test from "node:test";
import { runFaultStorms } from "./fault-storm.ts";

test("samples come again after any of a hundred random storms of faults", () => {
  runFaultStorms(1, 100);
});
