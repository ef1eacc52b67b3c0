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

/** Sends a message, if it can be sent soon. Never throws: what is lost is sent again or out of date. */
export function send(network: PairingNetwork, topic: string, payload: Uint8Array): void {
  try {
    network.publish(topic, payload, sending);
  } catch {
    // The outbox takes nothing, which the session counts.
  }
}
