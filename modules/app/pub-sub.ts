// SPDX-License-Identifier: MIT

/** A received message; `payload` is valid during the call. */
export interface ReceivedMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** True when the broker had kept it: it may be old. */
  readonly retain: boolean;
}

/** What the parts of the app need of the MQTT session. */
export interface PubSub {
  /** What is published now will arrive late. */
  readonly behind?: boolean;
  publish(
    topic: string,
    payload: string,
    options: {
      readonly QoS: 0 | 1 | 2;
      readonly policy?: "drop-oldest" | "latest" | "reject";
      /** The message has ended, whichever way; called once, never from inside `publish`. */
      readonly onDone?: () => void;
    },
  ): unknown;
  subscribe(
    filter: string,
    options: { readonly QoS: 0 | 1 | 2; readonly onMessage: (message: ReceivedMessage) => void },
  ): { close(): void };
}
