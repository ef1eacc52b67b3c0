// SPDX-License-Identifier: MIT

import { type BoardProgram, main } from "../../main.ts";
import { installTextCodec } from "../moddable/text-codec.ts";
import { ignoreBrokenPipe } from "./broken-pipe.js";
import { createHost } from "./host.ts";

/** Runs the firmware, with a program that is built in beside it, and again when it asks for that. */
export function runFirmware(program?: BoardProgram): void {
  installTextCodec();
  ignoreBrokenPipe();
  const host = createHost({
    // There is no chip to reset: close the firmware and start it once more.
    onRestart: () => firmware.close(() => host.timers.set(() => run(), 0)),
  });
  let firmware = main(host, undefined, program);
  function run(): void {
    firmware = main(host, undefined, program);
  }
}
