// SPDX-License-Identifier: MIT

import type { QoS } from "../../ecma-419/mqtt-client.ts";

/**
 * What happens when the outbox has no room:
 * "reject": `publish` returns false, the caller decides;
 * "drop-newest": this message is dropped and counted;
 * "drop-oldest": the oldest messages that have not been sent and have this policy or "latest" make
 * room; when they cannot make enough, this message is dropped;
 * "latest": as "drop-oldest", and with or without room a waiting message of the same topic is
 * replaced by this one.
 */
export type PublishPolicy = "reject" | "drop-oldest" | "drop-newest" | "latest";

/**
 * How a message ended:
 * "sent": QoS 0, handed to the network; "delivered": QoS 1 or 2, confirmed by the broker;
 * "dropped", "replaced", "expired": never sent; "refused": QoS 1 or 2, the broker has ended three
 * connections at it, and it was given up; "stopped": the session was stopped before, a QoS 1 or 2
 * message may or may not have arrived (with a journal it goes out after the next start).
 */
export type PublishOutcome =
  | "sent"
  | "delivered"
  | "dropped"
  | "replaced"
  | "expired"
  | "refused"
  | "stopped";

export interface PublishOptions {
  /** Default 0. */
  readonly QoS?: QoS;
  /** The broker keeps it for later subscribers; default false. */
  readonly retain?: boolean;
  /** Default "drop-oldest". */
  readonly policy?: PublishPolicy;
  /** Not sent any more after so many ms; default never. A message on its way is not called back. */
  readonly expiry?: number;
  /** Called once, never from inside `publish`. */
  readonly onDone?: (outcome: PublishOutcome) => void;
}

/** A message that was dropped, replaced or refused, or has expired. */
export interface DroppedMessage {
  readonly topic: string;
  readonly QoS: QoS;
  readonly outcome: "dropped" | "replaced" | "expired" | "refused";
  /** How long it had waited, ms. */
  readonly age: number;
}
