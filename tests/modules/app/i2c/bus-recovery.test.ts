// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { clearI2CBus } from "../../../../drivers/i2c-bus-clear.ts";
import { I2CBus } from "../../../../hosts/virtual/i2c-bus.ts";
import { recoverI2CBus } from "../../../../modules/app/i2c/bus-recovery.ts";
import type { BoardWiring } from "../../../../modules/base/host.ts";
import { LogBook } from "../../../support/log-book.ts";
import { VirtualPins } from "../../../support/virtual-pins.ts";

const data = 21;
const clock = 22;

/** A bus whose two lines are at pins. */
function build() {
  const [bus, pins, book] = [new I2CBus(), new VirtualPins(), new LogBook()];
  const seen = { clocks: 0, writes: 0 };
  pins.levelOf(data, () => bus.SDA);
  pins.onRise(clock, () => {
    seen.clocks++;
    bus.clockPulses(1);
  });
  pins.onWrite(data, () => seen.writes++);
  const wiring = {
    i2c: { io: class {} as never, data, clock },
    digital: { io: pins.io },
  } satisfies BoardWiring;
  const run = (board: BoardWiring = wiring) =>
    recoverI2CBus({ board, log: book.log, clear: clearI2CBus });
  return { bus, pins, book, seen, wiring, run };
}

test("a sensor left in the middle of a byte is clocked free, however many bits are missing", () => {
  for (let bits = 1; bits <= 9; bits++) {
    const { bus, pins, book, run } = build();
    bus.stickSDA(bits);
    run();
    assert.equal(bus.SDA, 1, `${bits} bits`);
    assert.deepEqual(pins.open, []);
    assert.deepEqual(
      book.lines.map(({ level, event }) => [level, event]),
      [["info", "cleared"]],
    );
  }
});

test("a bus that is free sees no clock and no start", () => {
  const { seen, pins, book, run } = build();
  run();
  assert.deepEqual(seen, { clocks: 0, writes: 0 });
  assert.deepEqual(pins.open, []);
  assert.deepEqual(book.lines, []);
});

test("a line that stays low is told with its pin, and the pins are given back", () => {
  const { bus, seen, pins, book, run } = build();
  bus.stickSDA(Number.POSITIVE_INFINITY);
  run();
  assert.equal(seen.clocks, 9);
  assert.deepEqual(pins.open, []);
  assert.match(book.lines[0]?.text ?? "", /^SDA \(GPIO 21\) stays low: .*a short/);
});

test("a pin that is taken is told, and a host without pins is left alone", () => {
  const { bus, pins, book, wiring, run } = build();
  bus.stickSDA(3);
  const taken = new pins.io({ pin: clock, mode: pins.io.Input });
  run();
  assert.match(book.lines[0]?.text ?? "", /could not be looked at: pin 22 is in use/);
  taken.close();
  book.lines.length = 0;
  run({ i2c: wiring.i2c });
  assert.deepEqual(book.lines, []);
  assert.equal(bus.SDA, 0);
});
