// SPDX-License-Identifier: MIT

import { main } from "../../../main.ts";
import { installTextCodec } from "../../moddable/text-codec.ts";
import { createHost } from "../host.ts";
import { ESP32PulseSource } from "../pulses/pulse-source.ts";
import { ESP32FrameSource } from "../sniffer/frame-source.ts";

/** Called by the SDK when a board whose build has both options has started. */
export default function start(): void {
  installTextCodec();
  main(createHost({ pulses: ESP32PulseSource, frames: ESP32FrameSource }));
}
