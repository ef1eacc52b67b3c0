// SPDX-License-Identifier: MIT

import { messageOf } from "../../base/app-error.ts";
import type { BoardWiring, Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import { pinIn } from "../../base/pin-text.ts";
import type { BoardSettings } from "../setting-list.ts";
import { isOnBus, noPin, openPin } from "./pin-use.ts";

/** The host with the pins and the antenna of the settings; what it cannot have is logged, and not used. */
export function wireBoard(host: Host, settings: BoardSettings, log: Log): Host {
  let { board } = host;
  for (const change of [withBus, withAntenna]) {
    try {
      board = change(board, settings);
    } catch (error) {
      const text = `${messageOf(error)}; it is not used`;
      log({ level: "warn", part: "boot", event: "no-pin", text });
    }
  }
  return board === host.board ? host : { ...host, board };
}

/** Throws an Error that says what the settings cannot have. */
function withBus(board: BoardWiring, settings: BoardSettings): BoardWiring {
  const { i2c } = board;
  const data = pinOf("i2c.sda", i2c.data, board, settings);
  const clock = pinOf("i2c.scl", i2c.clock, board, settings);
  if (data === i2c.data && clock === i2c.clock) return board;
  if (data === clock) throw new Error(`i2c.scl cannot have pin ${clock}: i2c.sda has it`);
  return { ...board, i2c: { ...i2c, data, clock } };
}

function pinOf(
  name: "i2c.sda" | "i2c.scl",
  usual: number,
  board: BoardWiring,
  settings: BoardSettings,
): number {
  const pin = pinIn(settings.get(name)) ?? usual;
  // The two may change places.
  if (isOnBus(board, pin)) return pin;
  try {
    openPin(board, pin, "InputPullUp").close();
    return pin;
  } catch (error) {
    throw new Error(`${name} ${noPin(pin, error)}`);
  }
}

/** High is the antenna at the socket. The pin is in use for as long as the host is. */
function withAntenna(board: BoardWiring, settings: BoardSettings): BoardWiring {
  if (settings.get("wifi.antenna") === "internal") return board;
  const { antenna, digital } = board;
  if (!antenna || !digital) throw new Error("wifi.antenna: there is no switch");
  const { io } = digital;
  const output = new io({ pin: antenna.pin, mode: io.Output });
  output.write(1);
  return { ...board, antenna: { ...antenna, output } };
}
