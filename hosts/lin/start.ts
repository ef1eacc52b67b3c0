// SPDX-License-Identifier: MIT

import { main } from "../../main.ts";
import { installTextCodec } from "../moddable/text-codec.ts";
import { ignoreBrokenPipe } from "./broken-pipe.js";
import { createHost } from "./host.ts";

/** Called by the SDK when the simulator has started. */
export default function start(): void {
  installTextCodec();
  ignoreBrokenPipe();
  const host = createHost({
    // There is no chip to reset: close the firmware and start it once more.
    onRestart: () => firmware.close(() => host.timers.set(() => run(), 0)),
  });
  let firmware = main(host);
  function run(): void {
    firmware = main(host);
  }
}
