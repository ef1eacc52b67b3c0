// SPDX-License-Identifier: MIT

import { WebSocketError } from "../../mqtt/web-socket/web-socket-error.ts";

/** Stands where the firmware is built without MQTT over WebSocket: no connection can be made. */
export class WebSocketTCP {
  constructor() {
    const todo = "take mqtt:// or mqtts://, or build it with the word websocket";
    throw new WebSocketError("ws/absent", `this firmware has no WebSocket: ${todo}`);
  }
}
