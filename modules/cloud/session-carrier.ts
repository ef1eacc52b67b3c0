// SPDX-License-Identifier: MIT

import type { PublishOutcome } from "../mqtt/publish/publish-options.ts";
import type { SessionState } from "../mqtt/session.ts";
import type { Carrier, CarrierOwner, Delivered, Parcel, Wanted } from "./carrier.ts";
import type { CloudSession } from "./cloud-board.ts";

/** The board's own connection to its own broker, which goes on without the platform. */
export class SharedCarrier implements Carrier {
  readonly #session: CloudSession;
  readonly #handles: readonly { close(): void }[];

  constructor(session: CloudSession, wanted: readonly Wanted[], owner: CarrierOwner) {
    this.#session = session;
    this.#handles = wanted.map((each) => subscribe(session, each, owner));
  }

  get connection(): number | undefined {
    return connectionOf(this.#session.state);
  }

  get isBehind(): boolean {
    return this.#session.behind;
  }

  get text(): string {
    return stateText(this.#session.state);
  }

  tick(): void {
    // The session looks after itself.
  }

  send(parcel: Parcel, onDone: (delivered: Delivered) => void): boolean {
    return sendBy(this.#session, parcel, onDone);
  }

  redirect(): boolean {
    return false;
  }

  close(onClosed: () => void): void {
    for (const handle of this.#handles) handle.close();
    onClosed();
  }
}

/** Subscribes for an owner. */
export function subscribe(
  session: CloudSession,
  { filter, QoS }: Wanted,
  owner: CarrierOwner,
): { close(): void } {
  return session.subscribe(filter, {
    QoS,
    onMessage: (message) => owner.received(message),
    onGranted: (granted) => {
      if (granted === 0x80) owner.refused(filter);
    },
  });
}

/** Publishes a message. */
export function sendBy(
  session: CloudSession,
  { topic, payload, QoS, retain, expiry }: Parcel,
  onDone: (delivered: Delivered) => void,
): boolean {
  return session.publish(topic, payload, {
    QoS,
    retain,
    policy: "reject",
    ...(expiry !== undefined && { expiry }),
    onDone: (outcome) => onDone(deliveredBy(outcome)),
  });
}

const outcomeTexts: Readonly<Record<PublishOutcome, string>> = Object.freeze({
  delivered: "the platform has taken it",
  sent: "sent; over QoS 0 nothing is confirmed",
  dropped: "dropped",
  replaced: "replaced by a newer one",
  expired: "it was too old when the connection was back",
  refused: "the platform ended the connection at it three times",
  stopped: "stopped before it was confirmed",
});

function deliveredBy(outcome: PublishOutcome): Delivered {
  return { ok: outcome === "delivered" || outcome === "sent", text: outcomeTexts[outcome] };
}

/** Tells one connection from the next: when it began, ticks. */
export function connectionOf(state: SessionState): number | undefined {
  return state.kind === "online" ? state.since : undefined;
}

/** What a session is doing, one line. */
export function stateText(state: SessionState): string {
  switch (state.kind) {
    case "online":
      return `online at ${state.broker}`;
    case "resolving":
    case "connecting":
    case "handshaking":
      return `connecting to ${state.broker}`;
    case "waiting":
      return `waiting: ${state.text}`;
    default:
      return state.kind;
  }
}
