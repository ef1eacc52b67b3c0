// SPDX-License-Identifier: MIT

import type { AccessPoint, AccessPointOptions } from "../../../modules/base/access-point.ts";
import { channels, operations } from "../protocol.ts";
import { link } from "./machine-link.ts";

/**
 * The board's own network, which is on the Node side. Nobody can join it from the PC; its page is reached by a port of
 * the PC's loopback.
 */
export class SimAccessPoint implements AccessPoint {
  readonly address = "127.0.0.1";

  constructor(options: AccessPointOptions) {
    const text = new TextEncoder().encode(JSON.stringify(options));
    link.send(channels.accessPoint, operations.accessPointOpen, 0, text);
  }

  serves(): boolean {
    return true;
  }

  close(): void {
    link.send(channels.accessPoint, operations.accessPointClose, 0);
  }
}
