// SPDX-License-Identifier: MIT

import { main } from "../../../main.ts";
import { installTextCodec } from "../../moddable/text-codec.ts";
import { createHost } from "../host.ts";
import { ESP32PulseSource } from "./pulse-source.ts";

/** Called by the SDK when a board whose build has the pulse capture has started. */
export default function start(): void {
  installTextCodec();
  main(createHost({ pulses: ESP32PulseSource }));
}
