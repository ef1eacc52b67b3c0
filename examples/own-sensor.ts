// SPDX-License-Identifier: MIT

// A sensor that the firmware does not know: a BH1750 on the I2C bus says how bright it is.
// npm run example -- examples/own-sensor.ts --sensors ccs811,bme280,bh1750

import type { ExampleBoard } from "../modules/app/example/example-board.ts";

/** Where the BH1750 is with ADDR at ground; 0x5c with ADDR at 3V3. */
const address = 0x23;
/** Its command to measure once, to 1 lx, which takes up to 180 ms. */
const measure = 0x20;

export default function (board: ExampleBoard): void {
  const sensor = board.i2c(address);

  board.every(5_000, () => {
    sensor.write(measure);
    board.after(200, () => {
      const [high = 0, low = 0] = sensor.read(2);
      const lux = Math.round((high * 256 + low) / 1.2);
      board.log(`${lux} lx`);
      board.publish(board.topic("light"), { lux });
    });
  });
}
