// SPDX-License-Identifier: MIT

import { type BoardProgram, main, type RunningBoard } from "../../../main.ts";
import type { Host } from "../../../modules/base/host.ts";
import { VirtualSlots } from "../../virtual/firmware-slots.ts";
import { type BootOptions, channels, operations } from "../protocol.ts";
import { createHost } from "./host.ts";
import { type AskNode, Link } from "./link.ts";
import { link, turnTo } from "./machine-link.ts";
import { allSensors } from "./sensors.ts";

/** Provided by the worker. */
declare function gc(): void;

/** Called by the worker for each turn. */
type HandleCommand = (command: ArrayBuffer) => ArrayBuffer;

const handleCommand: HandleCommand = (command) => {
  if (command.byteLength > 0) return link.turn(command);
  // An empty command asks for a garbage collection; evaluating "gc()" would itself leave a slot.
  gc();
  return new ArrayBuffer(0);
};

/** What firmware does that cannot work: the watchdog ends it. */
function breakDown({ timers, system }: Host): void {
  timers.set(() => system.restart("task watchdog"), 5_000);
}

/** Starts the firmware of a board when the Node side says so, and lets it say goodbye. */
function serve(own: Link, program: BoardProgram | undefined): void {
  let board: RunningBoard | undefined;
  own.openHandle(channels.system, 0, (operation, payload) => {
    if (operation === operations.boot) {
      const options = JSON.parse(new TextDecoder().decode(payload)) as BootOptions;
      const host = createHost(options);
      if (host.system.slots instanceof VirtualSlots && host.system.slots.isBroken) breakDown(host);
      else board = main(host, allSensors, program);
    } else if (operation === operations.stop) {
      const exit = () => link.send(channels.system, operations.exited, 0);
      if (board) board.close(exit);
      else exit();
    }
  });
}

/**
 * Serves the board of this machine, with a program that is built in beside its firmware. A machine that
 * provides no `issueCommand` has many boards: it opens each, and takes the way to its turns.
 */
export function listen(program?: BoardProgram): void {
  if (!("issueCommand" in globalThis)) {
    const openBoard = (ask: AskNode): HandleCommand => {
      const own = new Link(ask);
      serve(own, program);
      return (command) => {
        turnTo(own);
        return own.turn(command);
      };
    };
    Object.assign(globalThis, { openBoard });
    return;
  }
  serve(link, program);
  Object.assign(globalThis, { handleCommand });
  // The link has it. The console's js must not read what is stored, passwords among it, past the host.
  Reflect.deleteProperty(globalThis, "issueCommand");
}
