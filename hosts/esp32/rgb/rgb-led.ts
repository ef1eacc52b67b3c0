// SPDX-License-Identifier: MIT

import NeoPixel from "neopixel";
import type { Digital } from "../../../modules/ecma-419/digital.ts";

/** One WS2812 of the SDK, in the order of colours that the boards have. */
export class RGBLED implements Digital {
  readonly #pixels: NeoPixel;
  #colour = 0;

  /** Throws when the chip has no channel of its remote control (RMT) left. */
  constructor({ pin }: { readonly pin: number }) {
    this.#pixels = new NeoPixel({ pin, length: 1, order: "GRB" });
  }

  /** The colour that was written. */
  read(): number {
    return this.#colour;
  }

  write(colour: number): void {
    this.#colour = colour;
    const pixels = this.#pixels;
    const [red, green, blue] = [colour >> 16, (colour >> 8) & 0xff, colour & 0xff];
    pixels.setPixel(0, pixels.makeRGB(red, green, blue));
    pixels.update();
  }

  close(): void {
    this.#pixels.close();
  }
}
