// SPDX-License-Identifier: MIT

import { AppError } from "../../base/app-error.ts";

/**
 * Trouble with a WebSocket:
 *
 * - `ws/refused`: the server opened none, or none for MQTT
 * - `ws/closed`: the server ended the connection before the WebSocket was open
 * - `ws/ended`: the server has closed the WebSocket; the text has its code (RFC 6455 section 7.4.1)
 * - `ws/protocol`: the server has broken RFC 6455
 * - `ws/absent`: the firmware was built without WebSocket
 */
export type WebSocketFailure =
  | "ws/refused"
  | "ws/closed"
  | "ws/ended"
  | "ws/protocol"
  | "ws/absent";

export class WebSocketError extends AppError {
  constructor(code: WebSocketFailure, what: string) {
    super({ code, what });
  }

  override get name(): string {
    return "WebSocketError";
  }
}
