// SPDX-License-Identifier: MIT

import type { SessionState } from "../../mqtt/session/session-state.ts";

/** What the session is doing, in one line for people; `ticks` is the time now, ms. */
export function sessionText(state: SessionState | undefined, ticks: number): string {
  if (state === undefined) return "off: no usable broker, set mqtt.broker";
  const seconds = (ms: number) => `${Math.max(0, Math.round(ms / 1_000))} s`;
  switch (state.kind) {
    case "online":
      return `online at ${state.broker} for ${seconds(ticks - state.since)}`;
    case "resolving":
    case "connecting":
    case "handshaking":
      return `${state.kind} to ${state.broker}`;
    case "waiting":
      return `waiting, next attempt in ${seconds(state.until - ticks)}: ${state.text}`;
    default:
      return state.kind;
  }
}
