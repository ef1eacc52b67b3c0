// SPDX-License-Identifier: MIT

import { Link } from "./link.ts";

/** The one connection of this machine; it is to these classes what native code is to the SDK's. */
export const link = new Link();
