// SPDX-License-Identifier: MIT

// Writes a history until it is killed: the process of a test.

import { History } from "../../page/server/history.ts";

const [, , file = ""] = process.argv;
const now = Date.UTC(2026, 0, 31, 12);
const history = new History({ file, source: "test", now: () => now });
let written = 0;
setInterval(() => {
  for (let n = 0; n < 100; n++) {
    history.add("a", { time: now - 3_000_000 + ++written * 1_000, values: { co2: 400 + written } });
  }
  history.flush();
  if (written === 500) process.stdout.write(`${written}\n`);
}, 1);
