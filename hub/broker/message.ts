// SPDX-License-Identifier: MIT

export type QoS = 0 | 1 | 2;

/** A message as it was published; nothing in it changes. */
export interface Message {
  readonly topic: string;
  readonly payload: Buffer;
  readonly QoS: QoS;
  readonly isRetained: boolean;
}
