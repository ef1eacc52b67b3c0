// SPDX-License-Identifier: MIT

import { main } from "../../main.ts";
import { installTextCodec } from "../moddable/text-codec.ts";
import { board } from "./boards/esp32-devkit.ts";
import { createHost } from "./host.ts";

/** Called by the SDK when the board has started. */
export default function start(): void {
  installTextCodec();
  main(createHost(board));
}
