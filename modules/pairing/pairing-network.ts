// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";

/** A received message, as the MQTT session delivers it; `payload` is valid during the call. */
export interface PairingMessage {
  readonly payload: Uint8Array;
  /** The broker had kept it. */
  readonly retain: boolean;
}

/** What pairing needs of the MQTT session. */
export interface PairingNetwork {
  /** Absent: it is always there. */
  readonly state?: { readonly kind: string };
  publish(
    topic: string,
    payload: Uint8Array,
    options: {
      readonly QoS: 0;
      readonly policy: "drop-oldest";
      /** Not sent any more after so many ms. */
      readonly expiry: number;
    },
  ): unknown;
  subscribe(
    filter: string,
    options: { readonly QoS: 0; readonly onMessage: (message: PairingMessage) => void },
  ): { close(): void };
}

const sending = frozen({ QoS: 0, policy: "drop-oldest", expiry: 10_000 } as const);

/** Whether there is a connection: without one nothing is sealed, and nothing waits. */
export function isOnline({ state }: PairingNetwork): boolean {
  return state === undefined || state.kind === "online";
}

/** Sends a message, if there is a connection. Never throws: what is lost is sent again or out of date. */
export function send(network: PairingNetwork, topic: string, payload: Uint8Array): void {
  if (!isOnline(network)) return;
  try {
    network.publish(topic, payload, sending);
  } catch {
    // The outbox takes nothing, which the session counts.
  }
}
