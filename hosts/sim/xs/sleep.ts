// SPDX-License-Identifier: MIT

import type { HostSleep } from "../../../modules/base/host.ts";
import { channels, noPin, operations } from "../protocol.ts";
import { link } from "./machine-link.ts";
import { SimRetainedMemory } from "./retained-memory.ts";

/** Those that can wake an ESP32: the pins of its RTC. */
const wakePins: readonly number[] = Object.freeze([
  0, 2, 4, 12, 13, 14, 15, 25, 26, 27, 32, 33, 34, 35, 36, 37, 38, 39,
]);

/** Deep sleep: the Node side ends this engine, and starts another one when it is time. */
export const simSleep: HostSleep = Object.freeze({
  start(duration: number, wakePin?: number): void {
    if (wakePin !== undefined && !simSleep.canWakeBy(wakePin)) {
      throw new RangeError(`pin ${wakePin} cannot wake the chip`);
    }
    const payload = new Uint8Array(9);
    new DataView(payload.buffer).setFloat64(0, duration);
    payload[8] = wakePin ?? noPin;
    link.send(channels.system, operations.sleep, 0, payload);
  },

  canWakeBy: (pin: number) => wakePins.includes(pin),

  memory: new SimRetainedMemory(true),
});
