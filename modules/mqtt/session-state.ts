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
      /** Code of the error that ended the last attempt, such as "mqtt/refused". */
      readonly reason: string;
      /** The same for people, one line. */
      readonly text: string;
      /** Attempts since the last stable connection. */
      readonly attempt: number;
    }
  /** No network, says the application: nothing is tried. */
  | { readonly kind: "suspended"; readonly since: number }
  /** Goodbye and DISCONNECT are on their way. */
  | { readonly kind: "stopping"; readonly since: number }
  | { readonly kind: "stopped"; readonly since: number };
