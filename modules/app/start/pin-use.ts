// SPDX-License-Identifier: MIT

import type { BoardWiring } from "../../base/host.ts";
import type { Digital } from "../../ecma-419/digital.ts";

/** The pin that a setting such as `ccs811.int` names; undefined: none. */
export function pinIn(text: string): number | undefined {
  return text === "" ? undefined : Number(text);
}

/** What keeps a pin of this board from another use; undefined: nothing. */
function useOfPin(
  { i2c, pulses, digital, reserved }: BoardWiring,
  pin: number,
): string | undefined {
  if (pin === i2c.data || pin === i2c.clock) return "the I2C bus is there";
  if (pin === pulses?.pin) return "the DHT sensor is there";
  if (pin === digital?.reset || pin === digital?.wake) return "the CCS811 is there";
  return reserved?.includes(pin) ? "the board itself needs it, or cannot drive it" : undefined;
}

/** Opens a pin of the board. Throws an Error that says why it cannot be had. */
export function openPin(board: BoardWiring, pin: number, mode: "Output" | "InputPullUp"): Digital {
  const use = useOfPin(board, pin);
  if (use !== undefined) throw new Error(use);
  const io = board.digital?.io;
  if (!io) throw new Error("this board has no pins to be used");
  return new io({ pin, mode: io[mode] });
}
