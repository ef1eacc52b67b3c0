// SPDX-License-Identifier: MIT

import { MqttError } from "./mqtt-error.ts";

/** A packet does not fit into the free part of the send buffer now, or not at all. */
export function noRoom(packet: string, room: number): MqttError {
  return new MqttError({
    code: "mqtt/no-room",
    what: `there is no room for ${packet}`,
    why: `${room} bytes are free`,
    todo: "wait for onWritable, write in pieces, or make sendBuffer larger",
  });
}

/** A call that the state of the client does not allow. */
export function notAllowed(what: string, why: string): MqttError {
  return new MqttError({ code: "mqtt/not-allowed", what, why });
}
