// SPDX-License-Identifier: MIT

import { main } from "../../../main.ts";
import { installTextCodec } from "../../moddable/text-codec.ts";
import { createHost } from "../host.ts";
import { evaluate } from "./evaluate.ts";

/** Called by the SDK when a board whose build has the JavaScript parser has started. */
export default function start(): void {
  installTextCodec();
  main(createHost({ evaluate }));
}
