// SPDX-License-Identifier: MIT

import { MqttError } from "../mqtt-error.ts";
import type { MqttClient } from "./mqtt-client.ts";

/**
 * Writes an acknowledgement; false when there is no room for it now. A connection that has failed
 * and not told it yet counts as done: the acknowledgement is of no use any more.
 */
export function writeAck(client: MqttClient, operation: number, id: number): boolean {
  try {
    client.write(undefined, { operation, id });
    return true;
  } catch (error) {
    if (!(error instanceof MqttError)) throw error;
    return error.code !== "mqtt/no-room";
  }
}
