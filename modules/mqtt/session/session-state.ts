// SPDX-License-Identifier: MIT

/**
 * What a session is doing. `since` and `until` are ticks of the clock, `broker` is "mqtt://host:port"
 * without user and password.
 */
export type SessionState =
  | { readonly kind: "idle" }
  | { readonly kind: "resolving"; readonly since: number; readonly broker: string }
  | { readonly kind: "connecting"; readonly since: number; readonly broker: string }
  /** Connected; waiting for CONNACK. */
  | { readonly kind: "handshaking"; readonly since: number; readonly broker: string }
  | {
      readonly kind: "online";
      readonly since: number;
      readonly broker: string;
      /** True when the broker still had our session (CONNACK, session present). */
      readonly resumed: boolean;
    }
  | {
      readonly kind: "waiting";
      readonly since: number;
      /** When the next attempt begins. */
      readonly until: number;
      /** Code of the error that ended the last attempt, such as "mqtt/refused-credentials". */
      readonly reason: string;
      /** The same for people, one line. */
      readonly text: string;
      /** Failures since the last stable connection. */
      readonly attempt: number;
    }
  /** No network, says the application: nothing is tried. */
  | { readonly kind: "suspended"; readonly since: number }
  /** Goodbye and DISCONNECT are on their way. */
  | { readonly kind: "stopping"; readonly since: number }
  | { readonly kind: "stopped"; readonly since: number };

/** What happens to a session. */
export type SessionEvent =
  /** An attempt begins. */
  | { readonly kind: "attempt"; readonly broker: string; readonly resolving: boolean }
  | { readonly kind: "stage"; readonly stage: "connecting" | "handshaking" }
  | { readonly kind: "accepted"; readonly resumed: boolean }
  | {
      readonly kind: "failed";
      readonly delay: number;
      readonly reason: string;
      readonly text: string;
      readonly attempt: number;
    }
  | { readonly kind: "suspend" }
  | { readonly kind: "stop" }
  | { readonly kind: "stopped" };

/** States in which there is a connection or an attempt. */
const linkedKinds: readonly SessionState["kind"][] = Object.freeze([
  "resolving",
  "connecting",
  "handshaking",
  "online",
] as const);

/** True when there is a connection or an attempt to make one. */
export function isLinked(state: SessionState): boolean {
  return linkedKinds.includes(state.kind);
}

/** True from `start` until `stop`. */
export function isRunning(state: SessionState): boolean {
  return isLinked(state) || state.kind === "waiting" || state.kind === "suspended";
}

/** The state after an event; the same object when the event means nothing in that state. */
export function nextState(state: SessionState, event: SessionEvent, now: number): SessionState {
  switch (event.kind) {
    case "attempt":
      return isLinked(state) || state.kind === "stopping"
        ? state
        : { kind: event.resolving ? "resolving" : "connecting", since: now, broker: event.broker };
    case "stage":
      return afterStage(state, event.stage, now);
    case "accepted":
      if (state.kind !== "handshaking") return state;
      return { kind: "online", since: now, broker: state.broker, resumed: event.resumed };
    case "failed":
      return isRunning(state) || state.kind === "idle" || state.kind === "stopped"
        ? waiting(event, now)
        : state;
    case "suspend":
      return state.kind === "stopping" ? state : { kind: "suspended", since: now };
    case "stop":
      return { kind: "stopping", since: now };
    case "stopped":
      return state.kind === "stopping" ? { kind: "stopped", since: now } : state;
    default:
      return event satisfies never;
  }
}

function waiting(event: SessionEvent & { kind: "failed" }, now: number): SessionState {
  const { delay, reason, text, attempt } = event;
  return { kind: "waiting", since: now, until: now + delay, reason, text, attempt };
}

function afterStage(
  state: SessionState,
  stage: "connecting" | "handshaking",
  now: number,
): SessionState {
  if (state.kind !== "resolving" && state.kind !== "connecting") return state;
  return { kind: stage, since: now, broker: state.broker };
}
