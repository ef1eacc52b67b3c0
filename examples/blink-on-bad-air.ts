// SPDX-License-Identifier: MIT

// An LED at pin 2 that blinks while the air is bad.
// npm run example -- examples/blink-on-bad-air.ts

import type { ExampleBoard } from "../modules/app/example/example-board.ts";

/** ppm from which on the air is bad. */
const limit = 1_000;

export default function (board: ExampleBoard): void {
  const led = board.output(2);
  let isBad = false;

  board.onReading(({ co2 }) => {
    if (co2 === undefined) return;
    if (co2 > limit !== isBad) board.log(`co2 is ${co2} ppm: ${isBad ? "good" : "bad"} air`);
    isBad = co2 > limit;
  });

  board.every(500, () => {
    if (isBad) led.toggle();
    else led.write(false);
  });
}
