// SPDX-License-Identifier: MIT

import { main } from "../../../main.ts";
import { installTextCodec } from "../../moddable/text-codec.ts";
import { createHost } from "../host.ts";
import { ESP32FrameSource } from "./frame-source.ts";

/** Called by the SDK when a board whose build can listen to other people's frames has started. */
export default function start(): void {
  installTextCodec();
  main(createHost({ frames: ESP32FrameSource }));
}
