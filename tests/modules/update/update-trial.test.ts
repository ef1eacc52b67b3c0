// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { UpdateTrial } from "../../../modules/update/update-trial.ts";
import { FakeTime } from "../../support/fake-time.ts";
import { LogBook } from "../../support/log-book.ts";

test("flash memory that refuses the confirmation is asked again, and told of once", () => {
  const time = new FakeTime();
  const book = new LogBook();
  let refusals = 3;
  let confirmed = 0;
  new UpdateTrial({
    slots: {
      version: "9.0.0",
      confirm: () => {
        if (refusals-- > 0) throw new Error("flash is busy");
        confirmed++;
      },
      rollBack: () => assert.fail("it works"),
    },
    timers: time,
    log: (line) => book.log(line),
    witness: { isWell: true, isUsed: false },
  });
  time.advance(2_000);
  assert.equal(confirmed, 0);
  time.advance(20_000);
  assert.equal(confirmed, 1);
  assert.deepEqual(
    book.lines.map(({ text }) => text),
    [
      "firmware 9.0.0 runs on trial: confirmed when the broker is reached",
      "firmware 9.0.0 cannot be confirmed: flash is busy",
      "firmware 9.0.0 is confirmed",
    ],
  );
});
